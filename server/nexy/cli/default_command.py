"""A group of commands of which one is meant where none is named."""

from typing import Any, ClassVar

from typer.core import TyperGroup


class DefaultCommand(TyperGroup):
    """`nexy index PATH` is `nexy index add PATH`: what names no command is the first argument of the usual one."""

    default: ClassVar[str] = "add"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer has a click of its own
        """Put the usual command in front where the first argument is neither a command nor asks for help."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)
