"""What the client's documents say of classes, figures, errors and their words is what the code has."""

import ast
import dataclasses
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from nexy_client import streams
from nexy_client.streams import FocusClient, GrpcStreamClient, StreamError, StreamMetrics, failure

TOP = Path(__file__).parents[3]
DOCS = TOP / "client" / "docs"
SAYS = (*(TOP / "client" / "nexy_client" / "streams").glob("*.py"),
        TOP / "server" / "nexy" / "transport" / "grpc_service" / "data_stream_servicer.py")  # fmt: skip
_CODE = re.compile(r"`([^`]+)`")
# What stands for something else in a quoted error.
_PLACE = re.compile(r"\.\.\.|\b(?:HOST:PORT|FIELD|N)\b")


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def first_cells(name: str, heading: str) -> list[str]:
    """The first column of the tables under a heading, without their heads."""
    part = text(name).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")]
    return [cell for cell in rows if cell and not cell.startswith("---")]


def sentences() -> list[str]:
    """Every text in the code; values that are put in show as a NUL."""
    found = []
    for path in SAYS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else "\0" for one in node.values]
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


QUOTED = [
    quoted
    for line in text("TROUBLESHOOTING.md").splitlines()
    if line.startswith("| `")
    for quoted in _CODE.findall(line.split(" | ")[0])
]


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_quoted_error_is_one_that_the_code_says(quoted: str) -> None:
    """Word for word, in one sentence; only an error within an error comes from two."""
    said = sentences()
    parts = [part.strip(" :") for part in _PLACE.split(quoted)]
    form = ".*".join(re.escape(part) for part in parts if part)
    within = [part for part in quoted.split(": ", 1) if part]
    assert any(re.search(form, one, re.DOTALL) for one in said) or all(
        any(part in one for one in said) for part in within
    )


def test_there_are_quoted_errors() -> None:
    """The page is not empty, nor is the test above."""
    assert len(QUOTED) >= 20
    assert not any("words that nothing says" in one for one in sentences())


def test_every_error_is_in_the_table() -> None:
    """With its code."""
    rows = dict(re.findall(r"^\| (\w+) \| (\w+) \|", text("GRPC_CLIENT_API.md").partition("\n## Errors\n")[2], re.M))
    kinds = [kind for kind in vars(failure).values() if isinstance(kind, type) and issubclass(kind, StreamError)]
    assert rows == {"error": "code", **{kind.__name__: kind.code for kind in kinds if kind is not StreamError}}
    assert set(rows) - {"error"} <= set(streams.__all__)


def test_every_figure_is_in_the_table() -> None:
    """No figure is forgotten, and none is invented."""
    told = [name for cell in first_cells("GRPC_CLIENT_API.md", "StreamMetrics") for name in cell.split(", ")]
    assert sorted(set(told) - {"figure"}) == sorted(one.name for one in dataclasses.fields(StreamMetrics))


@pytest.mark.parametrize("kind", [GrpcStreamClient, FocusClient])
def test_every_method_is_in_the_table(kind: type) -> None:
    """By its name and all its arguments, with their defaults."""
    cells = " ".join(first_cells("GRPC_CLIENT_API.md", kind.__name__))
    told = dict(re.findall(r"`(\w+)\(([^`]*)\)[^`]*`", cells))
    methods = {name: one for name, one in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
    assert set(told) == set(methods)
    shown = {name: arguments for name, arguments in told.items() if arguments != "..."}
    assert {name: _written(one) for name, one in shown.items()} == {name: _real(methods[name]) for name in shown}


@pytest.mark.parametrize("kind", [GrpcStreamClient, FocusClient])
def test_the_constructor_is_as_the_document_says(kind: type) -> None:
    """Names, order and defaults."""
    begin = text("GRPC_CLIENT_API.md").partition(f"{kind.__name__}(" if kind is GrpcStreamClient else "`FocusClient(")[
        2
    ]
    arguments = re.split(r"\)(?:`|\n```)", begin)[0]
    assert _written(arguments) == _real(kind)


def _written(arguments: str) -> list[str]:
    """What a document lists, in Python's own form."""
    (made,) = ast.parse(f"def f({arguments}): ...").body
    assert isinstance(made, ast.FunctionDef)
    return ast.unparse(made.args).replace('"', "'").split(", ")


def _real(function: object) -> list[str]:
    """The same of the code."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(_maker(function)))).body
    assert isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef)
    for one in (*made.args.posonlyargs, *made.args.args, *made.args.kwonlyargs):
        one.annotation = None
    made.args.args = [one for one in made.args.args if one.arg != "self"]
    return ast.unparse(made.args).replace('"', "'").split(", ")


def _maker(function: object) -> Any:
    return function.__init__ if isinstance(function, type) else function  # type: ignore[misc]


@pytest.mark.parametrize("document", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_and_paths_lead_somewhere(document: str) -> None:
    """Files that are named are there."""
    told = text(document)
    links = [DOCS / link for link in re.findall(r"\]\(([^)#:]+)\)", told)]
    paths = [TOP / path for path in re.findall(r"(?<![\w/-])(?:client|protocol|server)/[\w./]+\b", told)]
    assert [str(path) for path in (*links, *paths) if not path.exists()] == []


def test_the_guide_names_every_integration_test() -> None:
    """One row for each file."""
    folder = TOP / "client" / "tests" / "integration" / "grpc"
    named = set(re.findall(r"^\| (test_\w+\.py) \|", text("GRPC_TESTING_GUIDE.md"), re.M))
    assert named == {path.name for path in folder.glob("test_*.py")}
