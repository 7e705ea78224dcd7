"""docs/ACCESS.md names what the doors of persons have, and nothing else."""

import importlib
import re
from types import ModuleType

import pytest

from nexy.contracts.access import Scope
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PASSWORD
from nexy.contracts.rows import Comparison, State
from nexy.transport.http_service.auth.refusals import auth_code
from nexy.transport.http_service.rest.refusals import _STATUSES, rest_refusal, rest_status
from support.http_door import REPORT
from support.markdown import ROOT

DOCUMENT = ROOT / "docs" / "ACCESS.md"
NEXY = ROOT / "server" / "nexy"
RAISED_BY_AUTH = ("modules/access/accounts", "transport/http_service/auth", "workflows/accounts.py")
# Of commands, or told as another one: see `auth_code`.
NOT_TOLD = {"user_not_found", "passwords_busy"}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The makers of the document's tables."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("access_tables")


def _source(*places: str) -> str:
    files = [
        file for place in places for file in ([NEXY / place] if place.endswith(".py") else (NEXY / place).rglob("*.py"))
    ]
    return "".join(file.read_text("utf-8") for file in files)


def test_every_refusal_of_accounts_is_explained(tables: ModuleType) -> None:
    """Each code that the sources name has its row."""
    raised = set(re.findall(r'code="([a-z_]+)"', _source(*RAISED_BY_AUTH)))
    explained = {auth_code(error) for error in tables._AUTH}
    assert len(raised) > 10
    assert raised - explained - NOT_TOLD == set()


def test_every_code_of_postgrest_is_explained(tables: ModuleType) -> None:
    """Those that the door and the module raise, and no others."""
    raised = set(re.findall(r'"(PGRST\w+)"', _source("modules/access", "transport/http_service/rest"))) - {"PGRSTX00"}
    explained = {rest_refusal(error).code for error in tables._REST}
    assert {code for code in explained if code.startswith("PGRST")} == raised
    assert {rest_status(error) for error in tables._REST} >= {400, 401, 403, 404, 405, 406, 409, 416, 429, 503}
    assert {code for code in explained if code in _STATUSES} >= {"23505", "23503", "42501", "57014"}


def test_every_operator_and_scope_has_its_row() -> None:
    """From the enumerations that the grammar and the keys are made of."""
    text = DOCUMENT.read_text("utf-8")
    assert [one for one in Comparison if f"`name={one}.value`" not in text] == []
    assert [one for one in State if f"`name=is.{one}`" not in text] == []
    assert [one for one in Scope if f"| `{one}` |" not in text] == []


def test_the_demo_account_is_that_of_the_code() -> None:
    """Whoever reads it can sign in with it; and where nothing is said of it, it is off."""
    assert f"{DEMO_EMAIL} / {DEMO_PASSWORD}" in DOCUMENT.read_text("utf-8")
    assert REPORT.demo == "off"
