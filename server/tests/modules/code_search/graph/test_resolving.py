"""From called names to the pieces that are meant."""

from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.graph import resolving
from nexy.modules.code_search.graph.mentions import Mentions
from nexy.modules.code_search.graph.resolving import edges_of, first_within
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.source import IndexedFile
from support.code_index import indexed, piece, source


def _callees(index: MappedIndex, path: str) -> dict[str, float]:
    """What the first piece of a file refers to, by path and ordinal."""
    document = index.document_of(path, 0)
    assert document is not None
    found = {}
    for neighbour in index.callees(document):
        place = index.place(neighbour.document)
        found[f"{place.path}:{place.ordinal}"] = round(neighbour.weight, 3)
    return found


_CALLER = piece("main", calls=("run",))


def _callees_of(folder: Path, main: IndexedFile, *others: IndexedFile) -> dict[str, float]:
    return _callees(indexed(folder, main, *others), main.path)


def test_the_own_file_comes_first(tmp_path: Path) -> None:
    """Though an imported file defines the name as well."""
    main = source("main.py", _CALLER, piece("run"), imports=("tools",))
    assert _callees_of(tmp_path, main, source("tools.py", piece("run"))) == {"main.py:1": 1.0}


def test_an_imported_file_comes_before_the_rest(tmp_path: Path) -> None:
    """Though the folder has one too."""
    main = source("app/main.py", _CALLER, imports=("tools",))
    others = source("lib/tools.py", piece("run")), source("app/near.py", piece("run")), source("far.py", piece("run"))
    assert _callees_of(tmp_path, main, *others) == {"lib/tools.py:0": 1.0}


def test_a_package_is_imported_by_its_folder(tmp_path: Path) -> None:
    """As Go does, and __init__.py."""
    main = source("cmd/main.go", _CALLER, imports=("tools",), language="go")
    inside = source("lib/tools/work.go", piece("run"), language="go")
    assert _callees_of(tmp_path, main, inside, source("x/y.go", piece("run"), language="go")) == {
        "lib/tools/work.go:0": 1.0
    }


def test_the_same_folder_comes_before_the_rest(tmp_path: Path) -> None:
    """Without an import, as in a Go package."""
    main = source("app/main.py", _CALLER)
    others = source("app/near.py", piece("run")), source("far/far.py", piece("run"))
    assert _callees_of(tmp_path, main, *others) == {"app/near.py:0": 0.8}


def test_several_that_may_be_meant_share_the_weight(tmp_path: Path) -> None:
    """Two places are half as sure each."""
    main = source("app/main.py", _CALLER)
    others = source("a/a.py", piece("run")), source("b/b.py", piece("run"))
    assert _callees_of(tmp_path, main, *others) == {"a/a.py:0": 0.25, "b/b.py:0": 0.25}


def test_a_name_that_everybody_defines_means_nobody(tmp_path: Path) -> None:
    """Forty classes have a `run`."""
    main = source("main.py", _CALLER)
    assert _callees_of(tmp_path, main, *(source(f"d{n}/f.py", piece(f"C{n}.run")) for n in range(40))) == {}


def test_a_name_that_everybody_calls_is_a_guess(tmp_path: Path) -> None:
    """`list` is likely the language's own, unless the file that defines one is imported."""
    others = [source(f"d{n}/f.py", piece(f"c{n}", calls=("run",))) for n in range(99)]
    sure = source("app/sure.py", _CALLER, imports=("tools",))
    index = indexed(tmp_path, source("app/main.py", _CALLER), source("lib/tools.py", piece("run")), sure, *others)
    callers = {index.path(caller.document): caller.weight for caller in index.callers(1)}
    assert callers["d7/f.py"] == pytest.approx(0.5 / (101 / 4) ** 0.5)
    assert callers["app/sure.py"] == 1


def test_a_name_of_the_language_is_not_meant(tmp_path: Path) -> None:
    """Who calls `print` means the built-in one, unless a file that has another is imported."""
    caller = piece("main", calls=("print",))
    tools = source("tools.py", piece("print"))
    assert _callees_of(tmp_path / "a", source("main.py", caller), tools) == {}
    assert _callees_of(tmp_path / "b", source("main.py", caller, imports=("tools",)), tools) == {"tools.py:0": 1.0}
    assert _callees_of(tmp_path / "c", source("main.py", caller, piece("print"))) == {"main.py:1": 1.0}


def test_another_language_is_not_meant(tmp_path: Path) -> None:
    """Python does not call Go, but TypeScript calls JavaScript."""
    assert _callees_of(tmp_path / "a", source("main.py", _CALLER), source("a/x.go", piece("run"), language="go")) == {}
    main, other = (
        source("main.ts", _CALLER, language="typescript"),
        source("a/x.js", piece("run"), language="javascript"),
    )
    assert _callees_of(tmp_path / "b", main, other) == {"a/x.js:0": 0.5}


def test_an_unknown_name_refers_to_nothing(tmp_path: Path) -> None:
    """Calls of libraries lead nowhere."""
    assert _callees_of(tmp_path, source("main.py", _CALLER), source("a.py", piece("other"))) == {}


def test_nobody_refers_to_itself(tmp_path: Path) -> None:
    """Recursion is no reference."""
    assert _callees_of(tmp_path, source("main.py", piece("run", calls=("run",)))) == {}


def test_a_class_and_its_methods_refer_to_each_other(tmp_path: Path) -> None:
    """A question about one is often about the other."""
    index = indexed(
        tmp_path, source("a.py", piece("Pool", kind=ChunkKind.CLASS), piece("Pool.close"), piece("Pool.open"))
    )
    assert _callees(index, "a.py") == {"a.py:1": 0.5, "a.py:2": 0.5}
    assert [neighbour.document for neighbour in index.callees(1)] == [0]


def test_a_pair_has_one_edge_of_the_surest_kind(tmp_path: Path) -> None:
    """A class whose body calls its own method."""
    pool = piece("Pool", kind=ChunkKind.CLASS, calls=("close",))
    assert _callees(indexed(tmp_path, source("a.py", pool, piece("Pool.close"))), "a.py") == {"a.py:1": 1.0}


def test_blocks_do_not_change_the_edges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large project is resolved piece by piece, with the same result."""
    files = [
        source(f"p{n % 2}/f{n}.py", piece(f"run{n % 5}", calls=[f"run{m}" for m in range(5)]), imports=(f"f{n - 1}",))
        for n in range(12)
    ]
    one = indexed(tmp_path / "one", *files)
    monkeypatch.setattr(resolving, "_BLOCK", 7)
    many = indexed(tmp_path / "many", *files)
    assert [one.callees(n) for n in range(12)] == [many.callees(n) for n in range(12)]
    assert any(one.callees(n) for n in range(12))


def test_the_first_definition_within_a_file_is_found() -> None:
    """Of two with one name the first; none for what another file defines."""
    files, names = np.array([0, 0, 1, 0]), np.array([7, 9, 7, 9], np.uint64)
    found = first_within(files, names, np.array([0, 0, 1, 1, 2]), np.array([7, 9, 7, 9, 7], np.uint64))
    assert found.tolist() == [0, 1, 2, -1, -1]


def test_nothing_mentioned_gives_no_edges() -> None:
    """An empty project has an empty graph."""
    numbers, hashes = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    named = ("file", "folder", "language", "defining", "calling", "importing", "owned", "owners")
    nothing = dict.fromkeys(named, numbers)
    others = dict.fromkeys(("module", "folder_name", "defined", "called", "imported"), hashes)
    edges = edges_of(Mentions(**nothing, **others))
    assert len(edges.sources) == len(edges.targets) == len(edges.weights) == 0
