"""The keys on disk."""

import asyncio
import json
import stat
import sys
from pathlib import Path

import pytest

from nexy.contracts.errors import ConfigurationInvalid, Unavailable
from nexy.modules.access.tokens.held_keys import HeldKeys
from nexy.modules.access.tokens.key_file import KeyFile
from support.clock import FakeClock

PROGRAM = """
import asyncio, sys
from pathlib import Path
from nexy.modules.access.tokens.held_keys import HeldKeys
from nexy.modules.access.tokens.key_file import KeyFile
from nexy.utils.clock import SystemClock
sys.stdin.read()
print(asyncio.run(HeldKeys(KeyFile(Path(sys.argv[1])), SystemClock()).newest()).signs.stored.kid)
"""


async def test_they_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Folder, file and lock; nothing else is left behind."""
    await HeldKeys(KeyFile(tmp_path), FakeClock()).newest()
    folder = tmp_path / "access"
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (folder, *folder.iterdir())}
    assert modes == {"access": 0o700, "keys.json": 0o600, "keys.lock": 0o600}


async def test_nothing_of_them_is_shown(tmp_path: Path) -> None:
    """A representation in a log or a traceback holds no key."""
    held = await HeldKeys(KeyFile(tmp_path), FakeClock()).newest()
    assert "PRIVATE" not in repr(held.stored)
    assert held.stored.renewal_secret not in repr(held)


@pytest.mark.slow
async def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    """All of them sign with the same one."""
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, str(tmp_path), stdin=pipe, stdout=pipe)
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    told = [(await asyncio.wait_for(process.communicate(), 30))[0] for process in processes]
    assert len(set(told)) == 1
    assert len(json.loads((tmp_path / "access" / "keys.json").read_text())["keys"]) == 1


async def test_threads_that_change_it_at_once_lose_nothing(tmp_path: Path) -> None:
    """Ten rotations at one time make ten keys beside the first."""
    file, clock = KeyFile(tmp_path), FakeClock()
    from nexy.modules.access.tokens.held_keys import new_key

    def one_more(stored: object) -> object:
        from dataclasses import replace

        return replace(stored, keys=(*stored.keys, new_key(int(clock.now().timestamp()))))  # type: ignore[type-var, attr-defined]

    await HeldKeys(file, clock).newest()
    await asyncio.gather(*(HeldKeys(file, clock).change(one_more) for _ in range(10)))  # type: ignore[arg-type]
    assert len((await HeldKeys(file, clock).newest()).stored.keys) == 11


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"keys":[],"renewal_secret":"x"}', '{"keys":[{"kid":"a","pem":"b","created_at":1}]}', "\xff"],
)
def test_a_file_that_holds_no_keys_is_never_written_over(tmp_path: Path, text: str) -> None:
    """It is named, for the operator to mend."""
    file = KeyFile(tmp_path)
    file.path.parent.mkdir()
    file.path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Unavailable, match="holds no keys"):
        file.change(lambda stored: stored)  # type: ignore[arg-type, return-value]
    assert file.path.read_bytes() == text.encode("latin-1")


async def test_a_key_of_another_kind_is_named(tmp_path: Path) -> None:
    """So is a text that is no key at all."""
    file = KeyFile(tmp_path)
    file.path.parent.mkdir()
    file.path.write_text(
        json.dumps({"keys": [{"kid": "a", "pem": "-----BEGIN", "created_at": 1}], "renewal_secret": "x"})
    )
    with pytest.raises(Unavailable, match="cannot be used"):
        await HeldKeys(file, FakeClock()).newest()


def test_a_home_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """One line with the path."""
    (tmp_path / "access").write_text("a file")
    with pytest.raises(ConfigurationInvalid, match=str(tmp_path)):
        KeyFile(tmp_path).change(lambda stored: stored)  # type: ignore[arg-type, return-value]


async def test_a_crash_while_writing_leaves_the_old_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced in one step, or not at all."""
    file, clock = KeyFile(tmp_path), FakeClock()
    kid = (await HeldKeys(file, clock).newest()).signs.stored.kid
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    from dataclasses import replace

    with pytest.raises(Unavailable, match="No space left"):
        await HeldKeys(file, clock).change(lambda stored: replace(stored, anon_token="other"))
    monkeypatch.undo()
    assert (await HeldKeys(file, clock).newest()).signs.stored.kid == kid
