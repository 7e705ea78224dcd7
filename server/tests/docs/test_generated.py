"""The generated tables say what the code says."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from nexy.config.switches_file import LIVE_KEYS
from nexy.contracts.commands import COMMANDS
from nexy.contracts.errors import ErrorType
from nexy.core.module_factory import ModuleFactory
from support.markdown import ROOT, documents


@pytest.fixture
def generate(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The command, which stands beside the documents."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("generate")


@pytest.fixture
def tables(generate: ModuleType) -> ModuleType:
    """The makers of the tables."""
    return importlib.import_module("document_tables")


def test_no_document_is_out_of_date(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Every committed table is what the code makes now; otherwise `make docs` mends it."""
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_every_table_stands_in_a_document(tables: ModuleType) -> None:
    """Nothing is generated that nobody reads."""
    placed = {
        name for path in documents() for name in re.findall(r"<!-- generated: (\S+) -->", path.read_text("utf-8"))
    }
    assert placed == set(tables.BLOCKS)


def test_a_stale_table_is_told_and_mended(
    generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check the difference is printed and nothing written; without it the document is brought up to date."""
    document = tmp_path / "a.md"
    document.write_text("before\n<!-- generated: rpcs -->\nold\n<!-- end -->\nafter\n", "utf-8")
    assert generate.main(["--check"], root=tmp_path) == 1
    assert "-old" in capsys.readouterr().out
    assert "old" in document.read_text("utf-8")
    assert generate.main([], root=tmp_path) == 0
    text = document.read_text("utf-8")
    assert "StreamAudio" in text
    assert text.startswith("before\n")
    assert text.endswith("<!-- end -->\nafter\n")
    assert generate.main(["--check"], root=tmp_path) == 0


def test_an_unknown_table_is_named(generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt marker is a mistake of the document, not an empty table."""
    (tmp_path / "a.md").write_text("<!-- generated: rpc -->\n<!-- end -->\n", "utf-8")
    assert generate.main([], root=tmp_path) == 1
    assert "a.md: there is no table 'rpc'" in capsys.readouterr().err


def test_tables_are_complete(tables: ModuleType) -> None:
    """Every error type, live key, command and capability has its row."""
    made = {name: make() for name, make in tables.BLOCKS.items()}
    assert [kind for kind in ErrorType if f"`{kind}`" not in made["taxonomy"]] == []
    assert [key for key in LIVE_KEYS if f"`{key}`" not in made["switches"]] == []
    assert [spec.name for spec in COMMANDS if f"`{spec.name}`" not in made["commands"]] == []
    assert [name for name in ModuleFactory().capabilities if f"`{name}`" not in made["modules"]] == []


def test_values_are_those_of_each_environment(tables: ModuleType) -> None:
    """The columns are the environments in the order of the head, whatever is set on this machine."""
    row = next(line for line in tables.settings().splitlines() if "backpressure.max_concurrent_streams" in line)
    assert row.endswith("| `10` | stage `25`, prod `50` |")
    flag = next(line for line in tables.switches().splitlines() if "features.forward_assistant_actions`" in line)
    assert "| `on` | `on` | `off` | `off` |" in flag


def test_fields_have_the_types_of_the_proto_file(tables: ModuleType) -> None:
    """Optional, repeated, oneof and map fields are told apart."""
    made = tables.messages()
    for written in (
        "1 `prompt` string",
        "2 `screenshot` optional string",
        "3 `shape` repeated int32",
        "2 `audio_chunk` oneof content: AudioChunk",
        "3 `metadata` map<string, string>",
        "7 `phase` RequestPhase",
        "2 `REQUEST_PHASE_COMMIT`",
    ):
        assert written in made


def test_a_later_field_names_its_release(tables: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came after the first release says so in its row."""
    monkeypatch.setattr(tables, "SINCE", {"streaming.StreamRequest.played_ms": "0.4.0"})
    row = next(line for line in tables.messages().splitlines() if line.startswith("| StreamRequest"))
    assert row.endswith("| 0.1.0, played_ms 0.4.0 |")


def test_cells_cannot_break_a_table(tables: ModuleType) -> None:
    """A vertical bar inside a cell is escaped."""
    assert tables.table(("a",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"
