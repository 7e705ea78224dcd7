"""`nexy memory`: what is remembered about a device's person, to see, to take along, to have forgotten."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from nexy.cli.parts import running_parts
from nexy.cli.remembered import Remembered, write_private
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.contracts.capabilities import DATABASE, MEMORY
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.memory import MEMORY_MARK, Fact, Forget, KnowsDevice, ListFacts, Recall
from nexy.contracts.module import UniversalModuleInterface
from nexy.utils.home_mark import HomeMark
from nexy.workflows.forget_order import Consent, read_consent

memory_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_Device = Annotated[str, typer.Option("--device", metavar="ID", help=told("memory.device_help"))]
_STDOUT = Path("-")


@memory_app.command("show", help=told("memory.show_help"))
def show(
    device: _Device = "",
    history: Annotated[bool, typer.Option("--history", help=told("memory.history_help"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=told("memory.json_help"))] = False,
    home: HomeFlag = None,
) -> None:
    """Print what is remembered."""
    person = _Person.of(device, home)
    remembered = asyncio.run(person.remembered(history=history))
    if as_json:
        print(remembered.as_json())
    else:
        remembered.show(person.surroundings.words, whose=person.described)


@memory_app.command("forget", help=told("memory.forget_help"), no_args_is_help=True)
def forget(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="NUMBER", help=told("memory.numbers_help"))] = None,
    about: Annotated[str, typer.Option("--about", metavar="TEXT", help=told("memory.about_help"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=told("memory.all_help"))] = False,
    device: _Device = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help=told("memory.yes_help"))] = False,
    home: HomeFlag = None,
) -> None:
    """Overwrite what is meant; a server that runs on this home reads its memory anew."""
    person = _Person.of(device, home)
    if sum(map(bool, (numbers, about.strip(), everything))) != 1:
        raise ValidationFailed(person.surroundings.words.text("memory.say_what"), field="forget")
    if not asyncio.run(person.forgets(numbers or (), about.strip(), ask=not yes)):
        raise typer.Exit(1)


@memory_app.command("export", help=told("memory.export_help"))
def export(
    file: Annotated[Path, typer.Argument(help=told("memory.file_help"))],
    device: _Device = "",
    home: HomeFlag = None,
) -> None:
    """Write everything that is remembered; nobody else may read the file."""
    person = _Person.of(device, home)
    text = asyncio.run(person.remembered(history=True)).as_json() + "\n"
    if file == _STDOUT:
        print(text, end="")
        return
    write_private(file, text)
    print(person.surroundings.words.text("memory.exported", file=file))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """Whose memory it is: the device's that was named, else this machine's own."""

    surroundings: Surroundings
    device: str
    named: bool

    @classmethod
    def of(cls, device: str, home: Path | None) -> "_Person":
        surroundings = Surroundings.read(home)
        return cls(surroundings=surroundings, device=device or surroundings.hardware_id(), named=bool(device))

    @property
    def described(self) -> str:
        """The device, and where its name stands."""
        key = "memory.other_device" if self.named else "memory.this_device"
        file = self.surroundings.loaded.home / "hardware_id"
        return self.surroundings.words.text(key, device=self.device, file=file)

    @asynccontextmanager
    async def _memory(self) -> AsyncIterator[UniversalModuleInterface]:
        """The running module; raises `ValidationFailed` for a named device that nobody ever spoke through."""
        async with running_parts(self.surroundings, (DATABASE, MEMORY)) as parts:
            memory = parts.get(MEMORY)
            if self.named and not await memory.process(KnowsDevice(hardware_id=self.device)):
                own = self.surroundings.hardware_id()
                words = self.surroundings.words.text("memory.unknown_device", device=self.device, own=own)
                raise ValidationFailed(words, field="device")
            yield memory

    async def remembered(self, *, history: bool) -> Remembered:
        """Everything, with what no longer holds on request."""
        async with self._memory() as memory:
            facts = await memory.process(ListFacts(hardware_id=self.device, history=history))
            context = await memory.process(Recall(hardware_id=self.device))
        return Remembered(device=self.device, facts=facts, short_term=context.short_term)

    async def forgets(self, numbers: Sequence[int], about: str, *, ask: bool) -> bool:
        """Show what is meant, ask, overwrite, tell; false where nothing was meant or she said no."""
        words = self.surroundings.words
        async with self._memory() as memory:
            ids = self._named_by(numbers, await memory.process(ListFacts(hardware_id=self.device)))
            meant = await memory.process(Forget(hardware_id=self.device, about=about, fact_ids=ids, rehearsal=True))
            if not meant:
                print(words.text("memory.nothing_such" if about else "memory.nothing"))
                return not about
            for fact in meant:
                print(f"  {fact.text}" + ("" if fact.state == "active" else f" ({words.text('memory.older')})"))
            if ask and not _agrees(words.text("memory.ask", count=len(meant))):
                print(words.text("memory.kept"))
                return False
            gone = await memory.process(Forget(hardware_id=self.device, about=about, fact_ids=ids))
        HomeMark(self.surroundings.loaded.home, MEMORY_MARK).touch()
        print(words.text("memory.forgotten", count=len(gone)))
        return True

    def _named_by(self, numbers: Sequence[int], facts: Sequence[Fact]) -> Sequence[str]:
        wrong = [number for number in numbers if not 1 <= number <= len(facts)]
        if wrong:
            words = self.surroundings.words
            raise ValidationFailed(
                words.text("memory.no_such_number", number=wrong[0], count=len(facts)), field="number"
            )
        return [facts[number - 1].fact_id for number in numbers]


def _agrees(question: str) -> bool:
    """A yes in either language; the end of the input is none."""
    try:
        answer = input(question + " ").strip().casefold()
    except EOFError:
        print()
        return False
    return answer in ("y", "д") or read_consent(answer) is Consent.YES
