"""schemathesis asks what the description of the API says of persons' doors, over real accounts and real rows."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiConfig
from nexy.contracts.api_keys import IssueKey
from nexy.contracts.capabilities import ACCESS
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.modules.access.module import AccessModule
from nexy.transport.http_service.api_app import CodeDoors, api_app
from nexy.transport.http_service.person_doors import PersonDoors
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.accounts import Accounts
from nexy.workflows.admission import Admission
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_metrics import CodeMetrics
from nexy.workflows.rows import Rows
from support.access import EMAIL, signed_up
from support.asgi import fetch
from support.clock import FakeClock
from support.http_door import REPORT
from support.listening import listening
from support.postgres import TestServer
from support.real_access import real_access

PROGRAM = Path(sys.executable).with_name("schemathesis")
SECONDS = 150
# A well-formed password is still a wrong one, and a well-formed name that of no column.
NOT_CHECKED = "positive_data_acceptance"
# What the narrowed description forbids is often taken.
NARROWER = "negative_data_rejection"
TABLES = ["projects", "code_snippets"]
COLUMNS = ["id", "user_id", "name", "title", "description", "project_id", "analysis", "created_at"]
# What is asked about mostly exists; how it is asked is up to the grammar's own letters.
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "table": {"enum": TABLES},
    "select": {"type": "string", "pattern": rf"^({'|'.join(COLUMNS)}|\*|[a-z:,()]{{1,8}}|created_at::text)$"},
    "order": {"type": "string", "pattern": rf"^({'|'.join(COLUMNS)})(\.desc|\.asc)?(\.nullsfirst|\.x)?$"},
    "limit": {"type": "string", "pattern": r"^-?[0-9]{1,20}$"},
    "offset": {"type": "string", "pattern": r"^-?[0-9]{1,20}$"},
    "or": {"type": "string", "pattern": r"^\((id|name|title)\.(not\.)?(eq|in|is|like|gt|zz)\.[a-z0-9(),*]{0,9}\)$"},
}  # fmt: skip


def application(module: AccessModule) -> ASGIApp:
    """The API's application with the doors of persons."""
    coordinator, clock, config = ModuleCoordinator(), FakeClock(), ApiConfig()
    coordinator.provide(ACCESS, module)
    metrics, admission = MetricsCollector(60, clock), Admission(coordinator)
    persons = PersonDoors(accounts=Accounts(coordinator), rows=Rows(coordinator), admission=admission,
                          config=AccessConfig())  # fmt: skip
    code = CodeDoors(assistance=CodeAssistance(coordinator, CodeMetrics(metrics.registry, 10), clock, 10),
                     admission=admission, limiter=RateLimiter(0, 1, 1, clock), config=config,
                     persons=persons)  # fmt: skip
    return api_app(lambda: REPORT, metrics, "1.2.3", code)


def narrowed(document: Any) -> Any:
    """The same description, whose parameters are more often those of rows that exist."""
    for operation in document["paths"]["/rest/v1/{table}"].values():
        for parameter in operation["parameters"]:
            parameter["schema"] = SHAPES.get(parameter["name"], parameter["schema"])
    return document


async def wrong(folder: Path, *arguments: str) -> str:
    """What schemathesis found wrong; empty when nothing was."""
    program = await asyncio.create_subprocess_exec(
        PROGRAM, "run", *arguments, "--checks", "all", "--phases", "coverage,fuzzing", "--seed", "6", "--no-color",
        "--continue-on-failure", cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(program.communicate(), SECONDS)
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    return said.decode()[-6000:] if program.returncode else ""


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
async def test_every_answer_about_persons_and_rows_is_declared(postgres: TestServer, tmp_path: Path) -> None:
    """0 server errors, 0 undeclared answers: to a key about rows that exist, to a person about everything."""
    async with real_access(postgres, tmp_path) as module:
        person, _ = await signed_up(module)
        key = (await module.process(IssueKey(email=EMAIL, name="schemathesis"))).secret
        app = application(module)
        document = (await fetch(app, "/openapi.json")).json
        (tmp_path / "whole.json").write_text(json.dumps(document), encoding="utf-8")
        (tmp_path / "narrowed.json").write_text(json.dumps(narrowed(document)), encoding="utf-8")
        async with listening(app) as address:
            url = ("--url", f"http://{address}")
            assert not await wrong(
                tmp_path, "narrowed.json", *url, "--header", f"Authorization: Bearer {key}", "--max-examples", "40",
                "--include-path-regex", "^/rest/", "--exclude-checks", f"{NOT_CHECKED},{NARROWER}",
            )  # fmt: skip
            assert not await wrong(
                tmp_path, "whole.json", *url, "--header", f"Authorization: Bearer {person.access_token}",
                "--max-examples", "10", "--include-path-regex", "^/(rest|auth)/", "--exclude-checks", NOT_CHECKED,
            )  # fmt: skip
