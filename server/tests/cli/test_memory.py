"""`nexy memory` on a real database, with and without a running server."""

import json
import signal
import stat
from pathlib import Path

import pytest
import pytest_asyncio

from nexy.cli.remembered import Remembered
from nexy.contracts.memory import Fact
from nexy.messages.catalogue import LANGUAGES, Catalogue
from support.nexy_process import LASTING, Finished, nexy, nexy_serve
from support.postgres import open_home

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
    return await nexy(home, *arguments, stdin=stdin, **LASTING)


async def facts(home: Path, *arguments: str) -> list[tuple[str, str]]:
    shown = await told(home, "memory", "show", "--json", *arguments)
    assert (shown.code, shown.err) == (0, "")
    return [(fact["text"], fact["state"]) for fact in json.loads(shown.out)["facts"]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home_with_tea() -> Path:
    """A home whose person likes tea; the tests that share it change nothing."""
    home = open_home()
    assert (await told(home, "talk", "--quiet", "I like tea.")).code == 0
    return home


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
    asked = await told(home, "memory", "forget", "--all", stdin=b"n\n")
    assert (asked.code, "cannot be undone" in asked.out, "Nothing was forgotten." in asked.out) == (1, True, True)
    one = await told(home, "memory", "forget", "--about", "that I like tea", stdin=b"y\n")
    assert (one.code, one.out.splitlines()[0], one.out.splitlines()[-1][-12:]) == (0, "  Likes tea", "Forgotten: 1")
    assert await facts(home) == [("Name: Anna", "active")]
    assert "Forgotten: 1" in (await told(home, "memory", "forget", "1", "--yes")).out
    assert await facts(home, "--history") == [("", "forgotten"), ("", "forgotten")]
    assert (await told(home, "memory", "forget", "--all", "--yes")).out.strip() == "Nothing is remembered."


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("show", "--device", "stranger"),
            'nobody has ever spoken through a device named "stranger"; this machine\'s own',
        ),
        (("forget", "--device", "stranger", "--all", "--yes"), "nobody has ever spoken"),
        (("forget", "7"), "there is no fact number 7; facts that hold now: 1"),
        (("forget", "1", "--all"), "say what to forget"),
        (("forget", "--yes"), "say what to forget"),
        (("forget", "--about", " ", "--yes"), "say what to forget"),
    ],
)
async def test_what_cannot_be_meant_is_said_in_one_line(
    home_with_tea: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    """And nothing is forgotten."""
    refused = await told(home_with_tea, "memory", *arguments)
    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err
    assert len(refused.err.splitlines()) == 1
    assert await facts(home_with_tea) == [("Likes tea", "active")]


async def test_she_is_told_which_device_is_hers(home_with_tea: Path) -> None:
    """The first line names it and the file that holds it; by that name it can be asked for too."""
    device = (home_with_tea / "hardware_id").read_text(encoding="utf-8")
    shown = await told(home_with_tea, "memory", "show")
    assert shown.out.splitlines()[0] == f"Device {device} (this machine; its id stands in {home_with_tea}/hardware_id)"
    assert await facts(home_with_tea, "--device", device) == [("Likes tea", "active")]


async def test_in_russian(home_with_tea: Path) -> None:
    """Table, question and answer; «да» is a yes."""
    shown = await nexy(home_with_tea, "memory", "show", **LASTING, LANG="ru_RU.UTF-8")
    assert all(word in shown.out for word in ("Устройство", "№", "факт", "верно", "Likes tea"))
    none = await nexy(
        home_with_tea, "memory", "forget", "--about", "кофе", **LASTING, LANG="ru_RU.UTF-8", stdin="да\n".encode()
    )
    assert (none.code, none.out.strip()) == (1, "Об этом ничего не запомнено.")


async def test_the_exported_form_is_the_documented_one(home_with_tea: Path) -> None:
    """Every name that --help promises, and the file's own on a dash."""
    written = json.loads((await told(home_with_tea, "memory", "export", "-")).out)
    text = (await told(home_with_tea, "memory", "export", "--help")).out
    assert list(written) == ["format", "version", "device", "facts", "short_term"]
    assert list(written["facts"][0]) == ["number", "fact_id", "text", "state", "learned_at"]
    assert all(name in text for name in (*written, *written["facts"][0], "withdrawn"))
    assert (written["format"], written["version"], written["facts"][0]["number"]) == ("nexy-memory", 1, 1)


async def test_a_running_server_follows(tmp_path: Path) -> None:
    """What is forgotten beside it is not told in its next answer."""
    home = open_home()
    async with nexy_serve(home, **LASTING) as server:
        assert (await told(home, "talk", "--quiet", "My name is Anna.")).code == 0
        before = await told(home, "talk", "--quiet", "What do you remember about me?")
        assert "Here is what I remember: Name: Anna." in before.out
        assert (await told(home, "memory", "forget", "--all", "--yes")).code == 0
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
    remembered = Remembered(device="mac", facts=FACTS, short_term="a [red]→[/red] b")
    remembered.show(Catalogue(language), whose="mac")
    shown = capsys.readouterr().out
    assert shown.count("[b]tea[/b]") == 3
    assert "a [red]→[/red] b" in shown


async def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """In one line."""
    exported = await told(open_home(), "memory", "export", str(tmp_path / "none" / "memory.json"))
    assert exported.code == 1
    assert "No such file or directory" in exported.err
    assert len(exported.err.splitlines()) == 1
