"""The embedded server's life: started, shared, killed in every way, and never left behind."""

import asyncio
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError, StartFailed
from nexy.modules.database.embedded.supervisor import EmbeddedSupervisor
from nexy.modules.database.module import DatabaseModule
from support.database_owner import owner_of, server_pid, servers_on, until_gone
from support.peers import FakePeers
from support.postgres import embedded_section, open_home, shared_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


async def running(home: Path, **settings: float) -> DatabaseModule:
    module = DatabaseModule()
    await module.initialize(embedded_section(home, **settings), FakePeers())
    return module


@pytest.fixture(scope="module")
def template() -> Path:
    """A home whose database was set up and stopped."""

    async def made() -> Path:
        home = open_home()
        await (await running(home)).cleanup()
        return home

    return asyncio.run(made())


@pytest.fixture
def used_home(template: Path) -> Path:
    """A home of this test alone with a stopped database: quicker than setting one up."""
    home = template.with_name(f"{template.name}-{secrets.token_hex(4)}")
    subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    return home


async def answers(module: DatabaseModule, seconds: float = 10) -> bool:
    """Whether a transaction succeeds within this time."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    async with module.transaction(SERVICE) as transaction:
                        return bool(await transaction.fetch("SELECT 1"))
                except NexyError:
                    await asyncio.sleep(0)
    except TimeoutError:
        return False


async def test_the_second_start_is_quick_and_keeps_the_rows() -> None:
    """Under 1.5 s, with what was written before; after the stop no process is left."""
    home = open_home()
    module = await running(home)
    async with module.transaction(SERVICE) as transaction:
        await transaction.execute("SELECT nexy_person_of($1)", "a" * 64)
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)
    began = time.monotonic()
    module = await running(home)
    took = time.monotonic() - began
    async with module.transaction(SERVICE) as transaction:
        rows = await transaction.fetch("SELECT count(*) AS devices FROM devices")
    await module.cleanup()
    assert (rows[0]["devices"], took < 1.5) == (1, True)


async def test_nobody_else_can_read_the_passwords_or_enter_the_socket(used_home: Path) -> None:
    """The password file is 0600, the data and socket folders 0700; no login is without a password."""
    home = used_home
    modes = {name: stat.S_IMODE((home / name).stat().st_mode) for name in ("postgres.passwords", "postgres")}
    assert modes == {"postgres.passwords": 0o600, "postgres": 0o700}
    assert stat.S_IMODE((home / "postgres.sockets").stat().st_mode) == 0o700
    lines = (home / "postgres" / "pg_hba.conf").read_text().splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}


@needs_root
async def test_root_runs_it_as_an_unprivileged_user(used_home: Path) -> None:
    """The data and the process belong to that user."""
    home = used_home
    async with owner_of(home, shared_folder()) as owner:
        uid = owner.data.stat().st_uid
        assert uid != 0
        assert Path(f"/proc/{server_pid(owner.data)}").stat().st_uid == uid
        await owner.leave()


@needs_root
async def test_a_home_below_a_closed_folder_works_and_its_parents_stay_closed() -> None:
    """Data goes below the shared folder, the status says so, and the rows are there at the next start."""
    private = open_home()
    home = private / "deep" / "home"
    for _ in range(2):
        module = await running(home)
        detail = module.status().detail
        async with module.transaction(SERVICE) as transaction:
            await transaction.execute("SELECT nexy_person_of($1)", "b" * 64)
        await module.cleanup()
        assert detail.startswith(f"data in {shared_folder()}/")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    folder = Path((home / "postgres.folder").read_text())
    assert (folder / "postgres" / "PG_VERSION").exists()


@needs_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="the program setpriv (util-linux) is missing")
async def test_a_normal_user_runs_it_as_herself() -> None:
    """No other account is involved, and it ends with her process."""
    home = open_home()
    os.chown(home, 65534, 65534)
    async with owner_of(home, shared_folder(), as_nobody=True) as owner:
        assert owner.data == home / "postgres"
        assert owner.data.stat().st_uid == 65534
        await owner.leave()
    assert await until_gone(home / "postgres", 2)


async def test_a_long_path_still_has_a_short_socket() -> None:
    """A home whose path is longer than a socket's name may be works."""
    home = open_home() / ("long" * 30)
    home.parent.chmod(0o711)
    module = await running(home)
    assert await answers(module)
    await module.cleanup()


async def test_a_killed_server_is_back_within_ten_seconds(used_home: Path) -> None:
    """kill -9 of PostgreSQL, twice: the pool serves again, without a restart of ours."""
    home = used_home
    module = await running(home)
    for _ in range(2):
        killed = server_pid(home / "postgres")
        os.kill(killed, signal.SIGKILL)
        began = time.monotonic()
        assert await _replaced(home, killed)
        assert await answers(module)
        assert time.monotonic() - began < 10
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def test_a_killed_guard_is_replaced(used_home: Path) -> None:
    """kill -9 of the guard: its server ends, a new guard starts another, the pool serves."""
    home = used_home
    module = await running(home)
    postmaster = server_pid(home / "postgres")
    for pid in servers_on(home / "postgres"):
        if pid != postmaster:
            os.kill(pid, signal.SIGKILL)
    assert await _replaced(home, postmaster)
    assert await answers(module)
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def _replaced(home: Path, postmaster: int) -> bool:
    async with asyncio.timeout(10):
        while server_pid(home / "postgres") in (0, postmaster):
            await asyncio.sleep(0)
    return True


async def test_a_killed_owner_leaves_no_server(used_home: Path) -> None:
    """kill -9 of the only process that uses the server: it is gone soon, and the next start works."""
    home = used_home
    async with owner_of(home, shared_folder()) as owner:
        await owner.kill()
    assert await until_gone(home / "postgres", 5)
    module = await running(home)
    assert await answers(module)
    await module.cleanup()


async def test_a_start_right_after_the_owner_was_killed_works(used_home: Path) -> None:
    """Whatever is left of the old server, five times in a row."""
    home = used_home
    for _ in range(5):
        async with owner_of(home, shared_folder()) as owner:
            await owner.kill()
    module = await running(home)
    assert await answers(module)
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def test_two_users_share_one_server_and_the_last_one_stops_it(used_home: Path) -> None:
    """The second finds the first one's server; it survives the first one's end, not the second's."""
    home = used_home
    async with owner_of(home, shared_folder()) as first, owner_of(home, shared_folder()) as second:
        postmaster = server_pid(home / "postgres")
        await first.leave()
        assert server_pid(home / "postgres") == postmaster
        module = await running(home)
        await second.kill()
        assert await answers(module)
        assert server_pid(home / "postgres") == postmaster
        await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def test_many_that_start_at_once_on_a_new_home_share_one_server() -> None:
    """Four starts at the same moment on an empty home: one data folder, one server, one schema."""
    home = open_home()
    modules = await asyncio.gather(*(running(home) for _ in range(4)))
    assert all([await answers(module) for module in modules])
    assert len(servers_on(home / "postgres")) == 2
    await asyncio.gather(*(module.cleanup() for module in modules))
    assert await until_gone(home / "postgres", 2)


@pytest.mark.parametrize("stale", ["a dead process", "a process of somebody else"])
async def test_a_stale_pid_file_is_no_obstacle(used_home: Path, stale: str) -> None:
    """A file left by a crash is ignored, also when another process has that id by now, and that process lives on."""
    home = used_home
    bystander = await asyncio.create_subprocess_exec("sleep", "60")
    pid = bystander.pid if stale == "a process of somebody else" else 2**22 - 3
    (home / "postgres" / "postmaster.pid").write_text(f"{pid}\n{home / 'postgres'}\n1\n5432\n\n\n 1 1\n")
    try:
        module = await running(home)
        assert await answers(module)
        await module.cleanup()
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_a_start_that_was_killed_during_setup_is_begun_anew() -> None:
    """Half a data folder under its first name is thrown away."""
    home = open_home()
    (home / "postgres.new" / "base").mkdir(parents=True)
    module = await running(home)
    assert await answers(module)
    await module.cleanup()
    assert not (home / "postgres.new").exists()


async def test_data_of_another_version_is_refused_in_one_line() -> None:
    """The folder and both versions are named, nothing is touched."""
    home = open_home()
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("13\n")
    with pytest.raises(StartFailed, match=r"is of PostgreSQL 13, the embedded server is 18") as refused:
        await running(home)
    assert "\n" not in refused.value.message


async def test_a_foreign_folder_is_not_overwritten() -> None:
    """A folder of that name with other files in it is refused."""
    home = open_home()
    (home / "postgres").mkdir()
    (home / "postgres" / "thesis.txt").write_text("mine")
    with pytest.raises(StartFailed, match="is no PostgreSQL data folder"):
        await running(home)
    assert (home / "postgres" / "thesis.txt").read_text() == "mine"


async def test_lost_passwords_are_told(used_home: Path) -> None:
    """New passwords do not open old data: one line names both, and the server is let go."""
    home = used_home
    (home / "postgres.passwords").unlink()
    module = DatabaseModule()
    with pytest.raises(StartFailed, match=r"postgres\.passwords does not belong to the data"):
        await module.initialize(embedded_section(home), FakePeers())
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def test_a_server_that_cannot_start_says_why(used_home: Path) -> None:
    """The server's own last word is in the message, within a few seconds."""
    home = used_home
    (home / "postgres" / "global" / "pg_control").write_bytes(b"")
    module = DatabaseModule()
    async with asyncio.timeout(10):
        with pytest.raises(StartFailed, match=r"embedded PostgreSQL does not start: .*pg_control"):
            await module.initialize(embedded_section(home), FakePeers())
    await module.cleanup()
    assert await until_gone(home / "postgres", 2)


async def test_stopping_what_never_started_is_harmless(tmp_path: Path) -> None:
    """`stop` without `start`, and twice."""
    supervisor = EmbeddedSupervisor(tmp_path, embedded_section(tmp_path).config)
    await supervisor.stop()
    await supervisor.stop()
    assert (supervisor.guarded(), supervisor.reason()) == (False, "")
