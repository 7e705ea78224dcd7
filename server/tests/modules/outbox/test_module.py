"""Keeping and draining through the module."""

import asyncio
import errno
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from nexy.contracts.errors import Internal, Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState
from nexy.contracts.outbox import DrainNow, Keep, RegisterApplier
from support.outbox import Ledger, keep, outbox, records


async def test_what_is_kept_is_drained_once(tmp_path: Path) -> None:
    """Records of several calls arrive in their order, and nothing waits afterwards."""
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        await keep(module, 1, 2)
        await keep(module, 3, durable=False)
        assert await module.process(DrainNow()) == 0
        assert ledger.written == ["1", "2", "3"]
        assert module.status().state is ModuleState.RUNNING


async def test_a_hundred_durable_records_at_once_share_few_fsyncs(tmp_path: Path) -> None:
    """The first group is one record; whoever comes meanwhile waits for the second."""
    async with outbox(tmp_path) as module:
        await asyncio.gather(*(keep(module, key) for key in range(100)))
        assert module._store is not None
        assert module._store.journal.syncs <= 3


async def test_without_a_database_it_only_keeps_and_the_next_server_drains(tmp_path: Path) -> None:
    """The module runs, says what waits and why, and loses nothing over a restart."""
    async with outbox(tmp_path) as module:
        await keep(module, *range(5))
        assert await module.process(DrainNow()) == 5
        status = module.status()
        assert (status.state, status.detail) == (ModuleState.DEGRADED, "5 waiting; database is not running")
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        assert await module.process(DrainNow()) == 0
    assert ledger.written == ["0", "1", "2", "3", "4"]


async def test_a_database_that_comes_back_gets_everything(tmp_path: Path) -> None:
    """While it is away records are kept; the drainer's own retries bring them in order."""
    ledger = Ledger()
    ledger.away = True
    async with outbox(tmp_path, ledger, max_retry_seconds=0.002) as module:
        await keep(module, *range(20))
        assert await module.process(DrainNow()) == 20
        ledger.away = False
        while len(ledger.rows) < 20:
            await asyncio.sleep(0)
    assert ledger.written == [str(key) for key in range(20)]


async def test_a_connection_lost_before_commit_doubles_and_loses_nothing(tmp_path: Path) -> None:
    """The batch is applied again, and a key counts once."""
    ledger = Ledger()
    ledger.die_before_commit = 2
    async with outbox(tmp_path, ledger, drain_records=3) as module:
        await keep(module, *range(10))
        while await module.process(DrainNow()):
            pass
    assert ledger.written == [str(key) for key in range(10)]


@pytest.mark.parametrize("failure", [ValidationFailed("bad"), KeyError("x"), Internal("constraint"), RuntimeError("?")])
async def test_a_poisoned_record_goes_to_quarantine_and_the_others_through(
    tmp_path: Path, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever its applier raises, one record does not hold back the rest; it stays in a file and is named."""
    ledger = Ledger()
    ledger.poison["7"] = failure
    async with outbox(tmp_path, ledger) as module:
        await keep(module, *range(20))
        assert await module.process(DrainNow()) == 0
        assert module.status().state is ModuleState.DEGRADED
        assert "1 files in quarantine" in module.status().detail
    assert sorted(ledger.rows, key=int) == [str(key) for key in range(20) if key != 7]
    assert b'{"of":"7"}' in (tmp_path / "outbox" / "quarantine" / "usage.seg").read_bytes()
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.ctx["key"] for record in told] == ["7"]  # type: ignore[attr-defined]


async def test_a_database_that_refuses_everything_quarantines_nothing(tmp_path: Path) -> None:
    """A missing right or an old schema is the database's fault: the records stay until it is mended."""
    ledger = Ledger()
    ledger.poison = {str(key): Internal("permission denied for table token_usage") for key in range(5)}
    async with outbox(tmp_path, ledger) as module:
        await keep(module, *range(5))
        assert await module.process(DrainNow()) == 5
        assert "permission denied" in module.status().detail
        ledger.poison.clear()
        assert await module.process(DrainNow()) == 0
    assert len(ledger.rows) == 5
    assert not list((tmp_path / "outbox" / "quarantine").iterdir())


async def test_a_kind_without_an_applier_does_not_hold_back_the_others(tmp_path: Path) -> None:
    """It waits aside, over a restart too, and is drained when its applier comes."""
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        await keep(module, "h1", kind="history")
        await keep(module, "u1")
        assert await module.process(DrainNow()) == 1
        assert ledger.written == ["u1"]
    async with outbox(tmp_path, ledger) as module:
        assert await module.process(DrainNow()) == 1
        await module.process(RegisterApplier(kind="history", applier=ledger.apply))
        assert await module.process(DrainNow()) == 0
    assert ledger.written == ["u1", "h1"]


async def test_over_the_disk_budget_a_record_is_refused_by_name(tmp_path: Path) -> None:
    """Nothing may be acknowledged then; when the database has taken what waits, there is room again."""
    ledger = Ledger()
    ledger.away = True
    async with outbox(tmp_path, ledger, max_bytes=65536, segment_bytes=8192) as module:
        with pytest.raises(Unavailable, match=r"outbox\.max_bytes"):
            for key in range(2000):
                await keep(module, key)
        ledger.away = False
        assert await module.process(DrainNow()) == 0
        await keep(module, "again")
        assert await module.process(DrainNow()) == 0
    assert "again" in ledger.rows


async def test_a_disk_that_does_not_keep_up_is_refused_in_memory_too(tmp_path: Path) -> None:
    """What waits for the disk is bounded."""
    async with outbox(tmp_path, max_pending_bytes=65536) as module:
        with pytest.raises(Unavailable, match="max_pending_bytes"):
            for key in range(3000):
                await keep(module, key, durable=False)


async def test_a_full_disk_is_told_and_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a record is written, the rest refused: nothing of it stays, and later records are whole."""
    ledger = Ledger()
    real, full = os.pwrite, True

    def pwrite(descriptor: int, data: Any, offset: int) -> int:
        if not full:
            return real(descriptor, data, offset)
        if len(data) > 8:
            return real(descriptor, data[:8], offset)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with outbox(tmp_path, ledger) as module:
        await keep(module, "before")
        monkeypatch.setattr("nexy.modules.outbox.journal.os.pwrite", pwrite)
        for key in range(3):
            with pytest.raises(Unavailable, match="No space left"):
                await keep(module, key)
        with pytest.raises(Unavailable, match="No space left"):
            await keep(module, "quick", durable=False)
        assert "No space left" in module.status().detail
        full = False
        await keep(module, "after")
        assert await module.process(DrainNow()) == 0
        assert module.status().state is ModuleState.RUNNING
    assert ledger.written == ["before", "after"]


async def test_a_failed_fsync_acknowledges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next record goes into another file, because nobody knows what the first one holds."""
    ledger = Ledger()

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    async with outbox(tmp_path, ledger) as module:
        await keep(module, "before")
        with monkeypatch.context() as patched:
            patched.setattr("nexy.modules.outbox.journal.os.fdatasync", broken)
            with pytest.raises(Unavailable):
                await keep(module, "lost")
        await keep(module, "after")
        assert await module.process(DrainNow()) == 0
    assert ledger.written == ["before", "after"]


async def test_a_caller_that_gives_up_does_not_end_the_group_of_the_others(tmp_path: Path) -> None:
    """A cancelled turn leaves the shared fsync alone."""
    async with outbox(tmp_path) as module:
        first = asyncio.ensure_future(keep(module, 1))
        second = asyncio.ensure_future(keep(module, 2))
        await asyncio.sleep(0)
        first.cancel()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_cleanup_writes_out_what_nobody_waited_for(tmp_path: Path) -> None:
    """Records kept without waiting are there for the next server."""
    async with outbox(tmp_path, linger_seconds=5.0) as module:
        await keep(module, *range(3), durable=False)
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        assert await module.process(DrainNow()) == 0
    assert len(ledger.rows) == 3


async def test_a_second_server_on_the_home_is_refused(tmp_path: Path) -> None:
    """The module does not start, and its cleanup leaves nothing behind."""
    async with outbox(tmp_path):
        with pytest.raises(Unavailable, match="another process"):
            async with outbox(tmp_path):
                pass


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The path is named."""
    (tmp_path / "outbox").write_text("not a folder")
    with pytest.raises(Unavailable, match="cannot be used"):
        async with outbox(tmp_path):
            pass


async def test_keeping_nothing_is_no_work(tmp_path: Path) -> None:
    """An empty request writes no file."""
    async with outbox(tmp_path) as module:
        await module.process(Keep(records=[]))
        assert not list((tmp_path / "outbox").glob("*.seg"))


async def test_a_bad_record_keeps_none_of_its_call(tmp_path: Path) -> None:
    """All or nothing: a refused record means that the whole call may be repeated."""
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        with pytest.raises(ValidationFailed):
            await module.process(Keep(records=[*records("good"), *records("")]))
        assert await module.process(DrainNow()) == 0
    assert not ledger.rows
