"""`nexy report costs` and the script of the documents, on a real database."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexy.utils.clock import SystemClock
from support.nexy_process import LASTING, Finished, environment, nexy
from support.outbox import outbox
from support.postgres import open_home
from support.usage import token_usage, usage

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[2] / "scripts" / "report_token_costs.py"


async def kept_by_a_killed_server(home: Path) -> None:
    async with outbox(home) as box, token_usage(home, SystemClock(), parts={"outbox": box}) as module:
        await module.process(usage(key="a"))
        await module.process(usage(key="b", model="moon"))


async def script(home: Path, *arguments: str) -> Finished:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), *arguments, cwd=home,
        env=environment(home, **LASTING), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return Finished(code=process.returncode or 0, out=out.decode(), err=err.decode())


async def test_a_report_without_a_server_holds_what_a_killed_one_left() -> None:
    """The outbox is drained first; table, CSV and JSON of the command and of the script say the same."""
    home = open_home()
    await kept_by_a_killed_server(home)
    told = await nexy(home, "report", "costs", "--by", "model,source", "--format", "json", **LASTING)
    assert (told.code, told.err) == (0, "")
    rows = {row["model"]: row for row in json.loads(told.out)["rows"]}
    assert rows["gpt-4o-mini"]["cost_usd"] == "0.000450000"
    assert rows["moon"]["cost_usd"] is None
    as_csv = await script(home, "--days", "7", "--csv")
    assert as_csv.code == 0
    assert "moon,1,1000,500,unpriced,1" in as_csv.out
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    empty = await script(home, "--from", tomorrow, "--to", tomorrow)
    assert (empty.code, "Nothing was spent" in empty.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--from", "yesterday"), "--from: 'yesterday' is no day"),
        (("--days", "3", "--from", "2026-01-01"), "either --days or --from"),
    ],
)
async def test_a_wrong_value_is_one_line(tmp_path: Path, arguments: tuple[str, ...], part: str) -> None:
    """Exit code 1 before any database is opened, no traceback."""
    for told in (await nexy(tmp_path, "report", "costs", *arguments), await script(tmp_path, *arguments)):
        assert told.code == 1
        assert part in told.err
        assert len(told.err.strip().splitlines()) == 1
    assert "postgres" not in os.listdir(tmp_path)


async def test_a_database_that_cannot_be_had_is_one_line(tmp_path: Path) -> None:
    """The variable is named, the password is not."""
    url = "postgresql://u:canary@127.0.0.1:9/x"
    told = await nexy(tmp_path, "report", "costs", **LASTING, DATABASE_URL=url)
    assert told.code == 1
    assert "DATABASE_URL" in told.err
    assert "canary" not in told.err
    assert "Traceback" not in told.err


async def test_the_script_has_the_commands_help(tmp_path: Path) -> None:
    """Both explain the same options."""
    told = await script(tmp_path, "--help")
    assert told.code == 0
    assert "--days" in told.out
