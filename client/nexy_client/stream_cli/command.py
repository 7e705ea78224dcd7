"""The command itself: which of the two, its help, its exit code."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import Invocation
from nexy_client.stream_cli.options import check_parser, view_parser
from nexy_client.stream_cli.parser import Parser
from nexy_client.stream_cli.problem import CannotDo
from nexy_client.stream_cli.style import printable

RIGHT, WRONG, CANNOT = 0, 1, 2
_INTERRUPTED = 130
_KEY, _MASK = "--api-key", "***"
_PARSERS: Mapping[str, Callable[[Invocation, Catalogue], Parser]] = MappingProxyType(
    {"check": check_parser, "view": view_parser}
)


def run(arguments: Sequence[str], invocation: Invocation | None = None) -> int:
    """Carry out `check …` or `view …`; the exit code is 0 right, 1 errors were found, 2 it could not be done."""
    call = invocation or Invocation()
    words = call.words(_language_among(arguments))
    try:
        return _dispatch(arguments, call, words)
    except CannotDo as problem:
        # Much of it may be the words of a server.
        call.err.write(f"{printable(str(problem))}\n")
        return CANNOT
    except KeyboardInterrupt:
        call.err.write(f"\n{words.text('usage.interrupted')}\n")
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our lines has had enough, as `head` has.
        return RIGHT


def _dispatch(arguments: Sequence[str], call: Invocation, words: Catalogue) -> int:
    name = arguments[0] if arguments else "--help"
    if name in _PARSERS:
        parser = _PARSERS[name](call, words)
        options = parser.parsed(arguments[1:])
        if options.help:
            call.out.write(parser.format_help())
            return RIGHT
        if name == "check":
            options.command_line = shown(call.program, arguments)
            from nexy_client.stream_cli.check import check

            return check(options, call, words)
        from nexy_client.stream_cli.view import view

        return view(options, call, words)
    if name in ("-h", "--help"):
        call.out.write(words.text("usage.overview", program=call.program) + "\n")
        return RIGHT
    if name == "--version":
        call.out.write(f"{call.program} {_version()}\n")
        return RIGHT
    raise CannotDo(words.text("usage.no_command", name=name, program=call.program))


def shown(program: str, arguments: Sequence[str]) -> str:
    """The command line as it may be told to others: the API key is masked."""
    told: list[str] = []
    for argument in arguments:
        if told and told[-1] == _KEY:
            told.append(_MASK)
        else:
            told.append(f"{_KEY}={_MASK}" if argument.startswith(f"{_KEY}=") else argument)
    return f"{program} {shlex.join(told)}"


def _language_among(arguments: Sequence[str]) -> str | None:
    """Needed before the arguments are read: they may be wrong."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            told = value or next(iter(arguments[place + 1 :]), "")
            return told if told in ("en", "ru") else None
    return None


def _version() -> str:
    try:
        return version("nexy-client")
    except PackageNotFoundError:
        return "?"


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
