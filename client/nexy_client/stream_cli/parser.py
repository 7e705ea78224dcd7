"""argparse in the person's language; what is wrong with the arguments is raised, never printed halfway."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.problem import CannotDo


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Narrow columns; the word before the usage is the catalogue's."""

    usage_word = "usage: "

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:  # noqa: ANN401
        """The same with our own word."""
        super().add_usage(usage, actions, groups, self.usage_word if prefix is None else prefix)


def _formatter(word: str) -> type[Formatter]:
    class _Local(Formatter):
        usage_word = word

    return _Local


class Parser(argparse.ArgumentParser):
    """No abbreviations, no English of its own."""

    def __init__(self, prog: str, words: Catalogue, **more: Any) -> None:  # noqa: ANN401  argparse's own
        self.words = words
        super().__init__(
            prog,
            formatter_class=_formatter(words.text("usage.usage")),
            add_help=False,
            allow_abbrev=False,
            exit_on_error=False,
            **more,
        )

    def group(self, name: str) -> argparse._ArgumentGroup:
        """A titled group of options."""
        return self.add_argument_group(self.words.text(f"group.{name}"))

    def parsed(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The values; raises `CannotDo`."""
        try:
            found, unknown = self.parse_known_args(arguments)
        except argparse.ArgumentError as wrong:
            raise self._refusal(wrong) from wrong
        if unknown:
            raise self._told("usage.unknown", option=" ".join(unknown))
        return found

    def error(self, message: str) -> NoReturn:
        """What argparse finds without raising."""
        raise CannotDo(message)

    def _refusal(self, wrong: argparse.ArgumentError) -> CannotDo:
        option = (wrong.argument_name or "").partition("/")[0]
        match wrong.message:
            case text if text.startswith("expected "):
                return self._told("usage.value_missing", option=option)
            case text if text.startswith("ignored explicit argument"):
                return self._told("usage.no_value", option=option)
            case text if text.startswith("not allowed with argument"):
                return self._told("usage.together", option=option, other=text.rpartition(" ")[2].partition("/")[0])
            case text:
                return self._told("usage.wrong", option=option, reason=text)

    def _told(self, key: str, **values: object) -> CannotDo:
        text = self.words.text(key, **values)
        return CannotDo(f"{text}\n{self.words.text('usage.see', program=self.prog)}")
