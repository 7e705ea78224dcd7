"""`nexy index` and `nexy search` on a real database, with and without a running server."""

import asyncio
import io
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.nexy_here import here
from support.nexy_process import COMMAND, LASTING, Finished, environment, nexy, nexy_serve
from support.postgres import open_home
from support.source_tree import commit, git, plant

pytestmark = pytest.mark.slow
PATIENCE = 60
SHOP = {
    "cart.py": 'class Cart:\n    def total(self):\n        """The sum of all prices."""\n        return 1\n',
    "login.py": 'def login(name, password):\n    """Check the password of a user."""\n    return verify(name)\n',
    ".env": "KEY=1\n",
}


def found(home: Path, *arguments: str) -> list[str]:
    shown = here(home, "search", "--json", *arguments)
    assert shown.code in (0, 1), shown.err
    return [f"{hit['file_path']}:{hit['start_line']}" for hit in json.loads(shown.out)["results"]]


@pytest.fixture(scope="module")
def shop_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one indexed shop; the tests that share it change nothing."""
    home = open_home()
    shop = plant(tmp_path_factory.mktemp("src") / "shop", SHOP)
    assert here(home, "index", str(shop), "--quiet") == Finished(code=0, out="", err="")
    return home


def test_a_folder_becomes_searchable(tmp_path: Path) -> None:
    """The report says what was done; a second run reads nothing; what is gone is not found any more."""
    home, shop = open_home(), plant(tmp_path / "shop", SHOP)
    first = here(home, "index", str(shop))
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("shop: 2 files in ")
    assert "left out: files of secrets 1" in first.out
    assert (found(home, "sum of all prices"))[0] == "cart.py:2"
    (shop / "cart.py").unlink()
    second = json.loads((here(home, "index", str(shop), "--json")).out)
    assert (second["files"], second["read_files"], second["kept_files"], second["removed_files"]) == (1, 0, 1, 1)
    assert "cart.py:2" not in found(home, "sum of all prices")
    removed = here(home, "index", "remove", "shop")
    assert (removed.code, removed.out[:17]) == (0, "shop is forgotten")
    assert (here(home, "index", "status")).out.startswith("Nothing is indexed yet.")


def test_a_repository_by_its_url(tmp_path: Path) -> None:
    """Its own branch, then another; named as it is asked for."""
    origin = plant(tmp_path / "origin", {"a.py": "def first(): ...\n"})
    commit(origin)
    git(origin, "checkout", "--quiet", "-b", "other")
    commit(plant(origin, {"b.py": "def second(): ...\n"}))
    git(origin, "checkout", "--quiet", "main")
    home, url = open_home(), f"file://{origin}"
    assert "revision 1, branch main" in (here(home, "index", url)).out
    assert found(home, "second") == []
    assert "branch other" in (here(home, "index", url, "--branch", "other")).out
    assert found(home, "second") == ["b.py:1"]


def test_a_persons_own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """She finds it, nobody else does; an address without an account is refused in one line."""
    home, shop = open_home(), plant(tmp_path / "shop", SHOP)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"correct horse battery\n" * 2)))
    added = here(home, "users", "add", "anna@example.com")
    assert added.code == 0, added.err
    assert (here(home, "index", str(shop), "--user", "anna@example.com")).code == 0
    assert found(home, "login") == []
    assert (found(home, "login", "--user", "anna@example.com"))[0] == "login.py:1"
    assert "shop (private)" in (here(home, "index", "status", "--user", "anna@example.com")).out
    stranger = here(home, "search", "login", "--user", "bert@example.com")
    assert (stranger.code, len(stranger.err.splitlines())) == (1, 1)


def test_results_for_a_person(shop_home: Path) -> None:
    """Path and line, symbol, why, the lines; several words need no quotes, and Russian works."""
    shown = here(shop_home, "search", "check", "the", "password", "-n", "1")
    assert shown.code == 0
    assert shown.out.splitlines()[0].startswith("login.py:1-3  login  0.")
    assert '  2     """Check the password of a user."""' in shown.out
    assert "\x1b" not in shown.out
    assert shown.err.splitlines()[0].startswith("1 of ")
    russian = here(shop_home, "search", "где проверяется пароль", LANG="ru_RU.UTF-8")
    assert russian.out.startswith("login.py:1-3")
    assert russian.err.startswith("Мест: ")


def test_what_a_search_is_kept_to(shop_home: Path) -> None:
    """A language by any of its names, a project; nothing found is exit code 1."""
    assert (found(shop_home, "login", "--language", "py"))[0] == "login.py:1"
    assert found(shop_home, "login", "--language", "rust") == []
    assert (found(shop_home, "login", "--project", "shop", "--type", "keyword"))[0] == "login.py:1"
    nothing = here(shop_home, "search", "login", "--language", "rust")
    assert (nothing.code, nothing.out, nothing.err.splitlines()[0]) == (1, "", "Nothing was found.")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("index", "/nowhere/at/all"), "is no folder that can be read"),
        (("index", "ext::sh -c true"), "is not fetched"),
        (("index", ".", "--branch", "main"), "branch"),
        (("index", "remove", "none"), "there is no such project"),
        (("search", "x", "--project", "none"), "there is no such project"),
        (("search", " "), "query"),
        (("search", "x" * 5000), "4000"),
    ],
)
def test_what_cannot_be_done_is_one_line(shop_home: Path, arguments: tuple[str, ...], complaint: str) -> None:
    """No traceback, exit code 1, and it says what to mend."""
    refused = here(shop_home, *arguments)
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert complaint in refused.err


def test_a_folder_without_code(tmp_path: Path, shop_home: Path) -> None:
    """It is said, and a script learns it from the exit code."""
    plant(tmp_path / "pictures", {"a.png": b"\x89PNG"})
    refused = here(shop_home, "index", str(tmp_path / "pictures"))
    assert refused.code == 1
    assert "can be indexed" in refused.err


@asynccontextmanager
async def watching(home: Path, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A `nexy index --watch` that is ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "index", str(folder), "--watch", "--json", "--set", "code_search.reading.settle_seconds=0.05",
        env=environment(home, **LASTING), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def report_of(process: asyncio.subprocess.Process) -> dict[str, int]:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        line = await process.stdout.readline()
    assert line
    report: dict[str, int] = json.loads(line)
    return report


async def test_watching_a_folder(tmp_path: Path) -> None:
    """A report at the start and after every change, one JSON object in a line; Ctrl-C ends it well."""
    home, shop = open_home(), plant(tmp_path / "shop", SHOP)
    async with watching(home, shop) as process:
        assert (await report_of(process))["files"] == 2
        plant(shop, {"new.py": "def refund(order): ...\n"})
        assert (await report_of(process))["files"] == 3
        shown = await nexy(home, "search", "refund", **LASTING)
        assert shown.out.startswith("new.py:1")
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, out, err) == (0, b"", b"")


async def test_beside_a_running_server(tmp_path: Path) -> None:
    """What is indexed by a command is found through the server's door at once."""
    import aiohttp

    home, shop = open_home(), plant(tmp_path / "shop", SHOP)
    async with nexy_serve(home, **LASTING) as server, aiohttp.ClientSession() as session:
        assert (await nexy(home, "index", str(shop), "--quiet", **LASTING)).code == 0
        url = f"http://{server.doors['api']}/api/v1/search"
        async with session.post(url, json={"query": "check the password"}) as reply:
            assert reply.status == 200
            assert (await reply.json())["results"][0]["file_path"] == "login.py"
        assert await server.stopped_by(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("index", "--help"), ("PATH|URL", "./status", "nexy index add --help")),
        (("index", ".", "--help"), ("--watch", "--branch", "Examples")),
        (("search", "--help"), ("--type", "Examples", "Exit code")),
    ],
)
def test_help_teaches(shop_home: Path, arguments: tuple[str, ...], said: tuple[str, ...]) -> None:
    """With examples, and every option."""
    text = (here(shop_home, *arguments, COLUMNS="200")).out
    assert all(word in text for word in said), text
