"""The hand-written tables of the canon documents name what the code has."""

import re
from collections.abc import Iterator

import pytest

from support.markdown import ROOT

_STATE_ROW = re.compile(r"^\| (?P<state>[^|]+) \| `(?P<owner>\w+)` in `(?P<path>server/[^`]+)` \|", re.MULTILINE)
_CLASS_ROW = re.compile(r"^\| `(?P<owner>[A-Z]\w+)` \| `(?P<path>(?:server|client)/[^`]+\.py)`", re.MULTILINE)
_CODE = re.compile(r"`(\w+)`")


def _rows(document: str, row: "re.Pattern[str]") -> Iterator["re.Match[str]"]:
    return row.finditer((ROOT / "docs" / document).read_text("utf-8"))


def _source(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("row", [pytest.param(row, id=row["owner"]) for row in _rows("STATE_CATALOG.md", _STATE_ROW)])
def test_state_has_the_named_owner(row: "re.Match[str]") -> None:
    """Each piece of state stands in the class that the catalog names."""
    source = _source(row["path"])
    names = _CODE.findall(row["state"])
    assert re.search(rf"^class {row['owner']}\b", source, re.MULTILINE)
    assert names
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row["owner"]) for row in _rows("names.md", _CLASS_ROW)])
def test_documented_classes_are_where_the_table_says(row: "re.Match[str]") -> None:
    """A documented class keeps its name, in the file that the table gives."""
    assert re.search(rf"^class {row['owner']}\b", _source(row["path"]), re.MULTILINE)


def test_locks_are_in_the_catalog() -> None:
    """A module of the server with a lock of its own has its state in the catalog."""
    catalog = (ROOT / "docs" / "STATE_CATALOG.md").read_text("utf-8")
    locked = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "server" / "nexy").rglob("*.py")
        if re.search(r"\b(?:asyncio|threading)\.(?:R?Lock|Semaphore|Condition)\(", path.read_text("utf-8"))
    ]
    assert locked
    assert [path for path in locked if path not in catalog] == []


def test_the_adr_template_has_seven_lines() -> None:
    """A record of a decision has at least the seven lines of the documents."""
    template = re.search(r"```markdown\n(.*?)```", _source("docs/ADR_TEMPLATE.md"), re.DOTALL)
    assert template is not None
    assert len(template[1].splitlines()) >= 7
