"""`nexy talk`: speak with the assistant by typing."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from nexy.cli.failures import sentence_of
from nexy.cli.spoken_turn import SpokenTurn, TalkOptions
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.cli.voice_door import VoiceDoor, WantedServer, open_door
from nexy.contracts.errors import ConfigurationInvalid
from nexy_client import CallFailed, new_session_id


def talk(
    words: Annotated[list[str] | None, typer.Argument(help=told("talk.words_help"))] = None,
    wav: Annotated[str, typer.Option("--wav", metavar="FILE", help=told("talk.wav_help"))] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=told("talk.quiet_help"))] = False,
    server: Annotated[str, typer.Option("--server", metavar="HOST:PORT", help=told("talk.server_help"))] = "",
    tls: Annotated[bool, typer.Option("--tls", help=told("talk.tls_help"))] = False,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help=told("talk.token_help"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=told("talk.json_help"))] = False,
    home: HomeFlag = None,
) -> None:
    """Ask once, or without words hold a conversation; exit code 1 when an answer did not end well."""
    surroundings = Surroundings.read(home)
    # In this process the parts' own log would stand between the words.
    logging.getLogger("nexy").setLevel(logging.ERROR)
    if wav:
        _refuse_unwritable(wav, surroundings)
    options = TalkOptions(wav=wav, play=not quiet, as_json=as_json)
    talker = _Talker(surroundings, options, WantedServer(address=server, tls=tls, token_file=token_file))
    ended_well = talker.ask(" ".join(words)) if words else talker.converse()
    raise typer.Exit(0 if ended_well else 1)


def _refuse_unwritable(wav: str, surroundings: Surroundings) -> None:
    """Before anything is asked: an answer whose sound cannot be kept would be half lost."""
    try:
        with Path(wav).open("ab"):
            pass
    except OSError as problem:
        raise ConfigurationInvalid(
            surroundings.words.text("talk.wav_unwritable", file=wav, reason=problem.strerror or str(problem)),
            field="wav",
        ) from problem


class _Talker:
    """Keeps one door open over as many turns as the person wants."""

    def __init__(self, surroundings: Surroundings, options: TalkOptions, server: WantedServer) -> None:
        self._surroundings = surroundings
        self._options = options
        self._server = server

    def ask(self, prompt: str) -> bool:
        """One turn."""
        return self._with_door([prompt])

    def converse(self) -> bool:
        """Turn after turn until the person says goodbye with Ctrl-D, or with Ctrl-C while nothing is said."""
        print(self._surroundings.words.text("talk.hello"), file=sys.stderr)
        return self._with_door(None)

    def _with_door(self, prompts: list[str] | None) -> bool:
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            try:
                door = runner.run(self._open(stack))
                turn = SpokenTurn(door, self._options, self._surroundings.words)
                session = new_session_id()
                ended = [runner.run(turn.run(prompt, session)) for prompt in prompts or _typed()]
                return all(ended)
            except CallFailed as failed:
                words = self._surroundings.words
                print(words.text("talk.failed", reason=sentence_of(failed, words)), file=sys.stderr)
                return False
            finally:
                runner.run(stack.aclose())

    async def _open(self, stack: AsyncExitStack) -> VoiceDoor:
        door = open_door(self._surroundings, self._server, self._surroundings.hardware_id())
        return await stack.enter_async_context(door)


def _typed() -> Iterator[str]:
    """What the person types, line by line; readline gives it history where the system has it."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401
    while True:
        try:
            line = input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if line.strip():
            yield line
