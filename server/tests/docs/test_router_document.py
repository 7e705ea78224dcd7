"""docs/AI_ROUTER.md names what the router has, and nothing else."""

import importlib
import re
from types import ModuleType

import pytest

from nexy.config.leaf import all_leaves
from nexy.config.routing_file import _KEYS, parse_rules
from nexy.contracts.routing_table import Prefer
from nexy.transport.http_service.gate import _SHOWN
from nexy.transport.http_service.http_errors import ErrorBody, TriedProvider
from support.asgi import fetch
from support.http_door import http_door
from support.markdown import ROOT, blocks_of

DOCUMENT = ROOT / "docs" / "AI_ROUTER.md"
TEXT = DOCUMENT.read_text("utf-8")
ROUTER = ROOT / "server" / "nexy" / "modules" / "ai_router"
_FAILURE = re.compile(r'code="(provider_\w+)"')
# Raised before anybody is asked, so that no attempt has it.
_NEVER_TRIED = {"provider_not_configured", "provider_not_allowed"}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The makers of the document's tables."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("router_tables")


def test_every_failure_of_a_provider_is_explained(tables: ModuleType) -> None:
    """Each code that the router's sources name has its row."""
    raised = {code for path in ROUTER.rglob("*.py") for code in _FAILURE.findall(path.read_text("utf-8"))}
    explained = {failure.code for failure in tables._FAILURES}
    assert len(raised) > 8
    assert raised - explained == _NEVER_TRIED


def test_failures_that_are_explained_exist(tables: ModuleType) -> None:
    """No row outlives its code; statuses and stages are put together from their parts."""
    source = "".join(path.read_text("utf-8") for path in ROUTER.rglob("*.py"))
    built = re.compile(r"provider_(\d{3}|(first_token|between_tokens|whole_answer)_timeout)")
    written = [failure.code for failure in tables._FAILURES if not built.fullmatch(failure.code)]
    assert [code for code in written if f'"{code}"' not in source] == []
    left_out = ("not_configured", "not_allowed", "breaker_open", "context_too_small", "not_able", "no_embedder")
    assert [code for code in left_out if f'"{code}"' not in source] == []
    assert [code for code in left_out if f"`{code}`" not in TEXT] == []


def test_every_key_of_router_and_api_is_listed() -> None:
    """Nothing can be configured that the document does not name."""
    keys = [path for path in all_leaves() if path.startswith(("api.", "ai_router.", "token_usage."))]
    assert len(keys) > 60
    assert [path for path in keys if f"| `{path}` |" not in TEXT] == []


@pytest.mark.parametrize("document", ["README.md", "docs/AI_ROUTER.md"])
def test_shown_rules_are_valid(document: str) -> None:
    """A reader may copy every routing table that is shown."""
    shown = [block for block in blocks_of(ROOT / document) if block.language == "yaml"]
    assert shown
    assert all(parse_rules(block.text, document) for block in shown)


def test_every_field_of_a_rule_is_explained() -> None:
    """Fields and preferences of routing.yaml."""
    assert [key for key in _KEYS if f"| `{key}` |" not in TEXT] == []
    assert [kind for kind in Prefer if f"`{kind}`" not in TEXT] == []


def test_headers_and_fields_of_answers_are_named() -> None:
    """The headers that a browser may read, and the fields of refusals."""
    headers = [name.strip() for name in _SHOWN.decode().split(",")]
    assert [name for name in headers if name not in TEXT] == []
    fields = (*ErrorBody.__struct_fields__, "request_id")
    assert [name for name in fields if f'"{name}"' not in TEXT] == []
    assert "error" in TriedProvider.__struct_fields__
    assert "`attempts[].error`" in TEXT


async def test_named_doors_exist() -> None:
    """Every path of the table of doors is served, and every door of the router stands in it."""
    async with http_door() as door:
        described = (await fetch(door.app, "/openapi.json")).json["paths"]
    ours = {path for path in described if path.startswith(("/api/v1/", "/v1/"))} - {"/v1/models/{model}"}
    named = set(re.findall(r"`(/(?:api/)?v1/[a-z/]+)`", TEXT))
    assert named == ours
