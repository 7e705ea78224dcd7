"""`nexy memory` on a real database, with and without a running server."""

import json
import signal
import stat
from pathlib import Path

import pytest

from nexy.cli.memory import Remembered, _print
from nexy.contracts.memory import Fact
from nexy.messages.catalogue import LANGUAGES, Catalogue
from support.nexy_process import Finished, nexy, nexy_serve
from support.postgres import open_home, shared_folder

pytestmark = pytest.mark.slow
TEXTS = {
    "active": "Likes [b]tea[/b]",
    "corrected": "Likes [b]tea[/b]",
    "withdrawn": "Likes [b]tea[/b]",
    "forgotten": "",
}
FACTS = tuple(
    Fact(fact_id=state, text=text, state=state, learned_at="2026-11-21T10:43:05") for state, text in TEXTS.items()
)


async def told(home: Path, *arguments: str, stdin: bytes = b"") -> Finished:
    return await nexy(home, *arguments, stdin=stdin, DATABASE_ENABLED="true", DATABASE_SHARED_FOLDER=shared_folder())


async def facts(home: Path, *arguments: str) -> list[tuple[str, str]]:
    shown = await told(home, "memory", "show", "--json", *arguments)
    assert (shown.code, shown.err) == (0, "")
    return [(fact["text"], fact["state"]) for fact in json.loads(shown.out)["facts"]]


async def test_without_a_server_it_is_seen_taken_along_and_forgotten(tmp_path: Path) -> None:
    """What was told to `nexy talk` is shown, exported for its owner alone, and forgotten when she says yes."""
    home, file = open_home(), tmp_path / "memory.json"
    assert (await told(home, "talk", "--quiet", "My name is Anna. I like tea.")).code == 0
    assert await facts(home) == [("Name: Anna", "active"), ("Likes tea", "active")]
    exported = await told(home, "memory", "export", str(file))
    assert exported.code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [fact["text"] for fact in json.loads(file.read_text(encoding="utf-8"))["facts"]] == [
        "Name: Anna",
        "Likes tea",
    ]
    asked = await told(home, "memory", "forget", stdin=b"n\n")
    assert (asked.code, "cannot be undone" in asked.out) == (1, True)
    one = await told(home, "memory", "forget", "--about", "that I like tea")
    assert (one.code, one.out.strip()) == (0, "Forgotten: 1")
    assert await facts(home) == [("Name: Anna", "active")]
    assert (await told(home, "memory", "forget", "--yes")).out.strip() == "Forgotten: 1"
    assert await facts(home, "--history") == [("", "forgotten"), ("", "forgotten")]
    assert "Nothing is remembered about stranger" in (await told(home, "memory", "show", "--device", "stranger")).out


async def test_a_running_server_follows(tmp_path: Path) -> None:
    """What is forgotten beside it is not told in its next answer."""
    home = open_home()
    more = {"DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": shared_folder()}
    async with nexy_serve(home, **more) as server:
        assert (await told(home, "talk", "--quiet", "My name is Anna.")).code == 0
        before = await told(home, "talk", "--quiet", "What do you remember about me?")
        assert "Here is what I remember: Name: Anna." in before.out
        assert (await told(home, "memory", "forget", "--yes")).code == 0
        after = await told(home, "talk", "--quiet", "What do you remember about me?")
        assert "I do not remember anything about you yet." in after.out
        assert await server.stopped_by(signal.SIGTERM) == 0


async def test_without_a_database_one_line_says_why(tmp_path: Path) -> None:
    """No traceback, exit code 1."""
    shown = await nexy(open_home(), "memory", "show")
    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith("nexy: database.enabled (DATABASE_ENABLED) is off")
    assert len(shown.err.splitlines()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_name_and_facts_stay_text(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a fact says is shown as it is, whatever a console could take it for."""
    _print(Remembered(device="mac", facts=FACTS, short_term="a [red]→[/red] b"), Catalogue(language))
    shown = capsys.readouterr().out
    assert shown.count("[b]tea[/b]") == 3
    assert "a [red]→[/red] b" in shown


async def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """In one line."""
    exported = await told(open_home(), "memory", "export", str(tmp_path / "none" / "memory.json"))
    assert exported.code == 1
    assert "No such file or directory" in exported.err
    assert len(exported.err.splitlines()) == 1
