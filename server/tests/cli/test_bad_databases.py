"""Homes and addresses of databases as operators really get them wrong: what the commands say."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.database_owner import until_gone
from support.nexy_process import nexy, nexy_serve
from support.postgres import shared_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """A home below a folder that only root may enter."""
    with tempfile.TemporaryDirectory(prefix="nexy-closed-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        yield home


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a database user of another name")
async def test_a_closed_home_works_and_everybody_is_told_where_the_data_is(closed_home: Path) -> None:
    """The start-up page and `nexy db status` name the folder; no mode of the parents is changed."""
    lasting = {"DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": shared_folder()}
    async with nexy_serve(closed_home, **lasting) as server:
        data = Path((closed_home / "postgres.folder").read_text(encoding="utf-8")) / "postgres"
        assert data.is_relative_to(shared_folder())
        assert f"data in {data}" in " ".join(server.start_page.split())
        told = await nexy(closed_home, "db", "status", **lasting)
        assert f"{data} (the database's user cannot enter the home)" in told.out
        assert await server.stopped_by(signal.SIGTERM) == 0
    assert closed_home.parent.stat().st_mode & 0o777 == 0o700
    assert await until_gone(data, 5)


MALFORMED = {
    "ann:canary@localhost/house": "must begin with postgresql://",
    "mysql://ann:canary@localhost/house": "must begin with postgresql://",
    "postgresql://ann:canary@localhost": "must be postgresql://user:password@host:port/database",
    "postgresql://localhost/house": "must be postgresql://user:password@host:port/database",
    "postgresql://ann:canary@localhost:99999/house": "the port is not a number from 1 to 65535",
    "postgresql://ann:canary@localhost:canary/house": "the port is not a number from 1 to 65535",
    "postgresql://ann:canary@localhost/house?sslmode=canary": "sslmode must be one of disable, allow, prefer, require",
}


@pytest.mark.parametrize("url", MALFORMED)
async def test_a_malformed_url_is_one_line_of_every_command(tmp_path: Path, url: str) -> None:
    """The key, the variable and the form that is expected; nothing of the value, which holds a password."""
    told = await nexy(tmp_path, "db", "status", DATABASE_ENABLED="true", DATABASE_URL=url)
    assert told.code == 1
    assert told.err.startswith(f"nexy: outside.database_url (DATABASE_URL): {MALFORMED[url]}")
    assert (told.out, told.err.count("\n"), "canary" in told.err) == ("", 1, False)


async def test_a_malformed_url_ends_the_start_of_the_server(tmp_path: Path) -> None:
    """A typing mistake is no part to do without."""
    told = await nexy(tmp_path, "serve", DATABASE_ENABLED="true", DATABASE_URL="mysql://ann:canary@localhost/house")
    assert told.code == 1
    last = "nexy serve: database: outside.database_url (DATABASE_URL): must begin with postgresql://"
    assert told.err.splitlines()[-1] == last
    assert "canary" not in told.out + told.err
    assert "Traceback" not in told.err


async def test_a_server_without_its_database_speaks_and_says_why(tmp_path: Path) -> None:
    """The start-up page names the variable and the address; the password is nowhere, the log included."""
    url = "postgresql://ann:canary@127.0.0.1:1/house"
    async with nexy_serve(tmp_path, DATABASE_ENABLED="true", DATABASE_URL=url) as server:
        page = " ".join(server.start_page.split())
        assert "no database: nothing is remembered, kept or counted" in page
        assert "DATABASE_URL: ann@127.0.0.1:1/house: cannot be reached (Connection refused)" in page
        said = await nexy(tmp_path, "talk", "--quiet", "hello")
        assert said.code == 0, said.err
        assert await server.stopped_by(signal.SIGTERM) == 0
    assert "canary" not in server.start_page + (tmp_path / "server.log").read_text(encoding="utf-8")
