"""What goes wrong around `nexy index` and `nexy search`, as a person reads it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer

from nexy.cli import code_parts as module
from nexy.cli.code_parts import code_parts
from nexy.cli.index import _ran
from nexy.cli.surroundings import Surroundings
from nexy.contracts.capabilities import CODE_SEARCH, DATABASE, OUTBOX, USAGE, WORDS
from nexy.contracts.code_search import IndexBusy, IndexCode
from nexy.contracts.errors import NexyError, NotFound, Unavailable, ValidationFailed
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from support.scripted_search import ScriptedSearch
from support.scripted_usage import ScriptedUsage


async def failing(failure: NexyError, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> NexyError:
    """What somebody is told of a failure of a part."""

    @asynccontextmanager
    async def broken(*_: object, **__: object) -> AsyncIterator[None]:
        raise failure
        yield

    monkeypatch.setattr(module, "running_parts", broken)
    with pytest.raises(NexyError) as told:
        async with code_parts(surroundings, ""):
            pass
    return told.value


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """A Russian's."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    return Surroundings.read(tmp_path)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (IndexBusy("shop", 4.2), "другой запуск"),
        (IndexBusy("shop", 4.2), "через 5 с"),
        (Unavailable("x", code="repository_busy"), "репозиторий сейчас загружает другой запуск"),
        (NotFound("There is no project x.", code="project_not_found"), "такого проекта нет"),
        (Unavailable("x", code="code_extra_missing"), "pip install 'nexy-server[code]'"),
    ],
)
async def test_what_she_can_mend_is_in_her_language(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch, failure: NexyError, said: str
) -> None:
    """With what to do about it; the code stays for machines."""
    told = await failing(failure, surroundings, monkeypatch)
    assert isinstance(told, ValidationFailed)
    assert said in told.message
    assert told.code == failure.code


async def test_other_failures_stay_what_they_are(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own words say more than a sentence for all of them."""
    failure = ValidationFailed("source: x is no folder", field="source")
    assert await failing(failure, surroundings, monkeypatch) is failure


async def _interrupted() -> bool:
    raise KeyboardInterrupt


def test_a_run_that_is_broken_off(surroundings: Surroundings, capsys: pytest.CaptureFixture[str]) -> None:
    """It says that nothing is lost, and has the exit code of an interrupt; for watching it is the usual end."""
    with pytest.raises(typer.Exit) as ended:
        _ran(_interrupted(), surroundings, IndexCode(source="."))
    assert ended.value.exit_code == 130
    assert "Прервано" in capsys.readouterr().err
    assert _ran(_interrupted(), surroundings, IndexCode(source=".", watch=True))
    assert capsys.readouterr().err == ""


async def started(model: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[str, ...], ScriptedUsage]:
    """Which parts a command starts with this model, and the ledger after it kept one call."""
    ledger, wanted = ScriptedUsage(), list[str]()

    @asynccontextmanager
    async def running(_: Surroundings, parts: Sequence[str], optional: Sequence[str]) -> AsyncIterator[object]:
        wanted.extend(parts)
        coordinator = ModuleCoordinator()
        coordinator.provide(CODE_SEARCH, ScriptedSearch())
        coordinator.provide(USAGE, ledger)
        yield coordinator

    monkeypatch.setattr(module, "running_parts", running)
    async with code_parts(Surroundings.read(home, [f"code_search.vectors.model={model}"]), "") as parts:
        await parts.keep(())
        await parts.keep((WordsUsage(provider="openai", model="m", input_tokens=9, output_tokens=0),))
    return tuple(wanted), ledger


async def test_what_a_command_paid_is_kept_when_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's vectors from a provider come into the ledger, one row for each call."""
    wanted, ledger = await started("openai:m", tmp_path, monkeypatch)
    (row,) = ledger.rows
    assert (row.report.hardware_id, row.report.source, row.report.input_tokens) == (
        "operator", UsageSource.EMBEDDINGS, 9,
    )  # fmt: skip
    assert {WORDS, USAGE, OUTBOX} < set(wanted)


async def test_free_vectors_need_no_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No router and no outbox is started for them."""
    wanted, ledger = await started("scripted", tmp_path, monkeypatch)
    assert (wanted, ledger.rows) == ((DATABASE, CODE_SEARCH), [])
