"""Who defines, calls and imports which names."""

from contextlib import closing
from pathlib import Path

import pytest

from nexy.modules.code_search.graph.mentions import Mentions
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.batch import batch_of
from nexy.modules.code_search.postings.container import ArrayFile, open_arrays
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.names import Names
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.postings.tables import Tables
from nexy.modules.code_search.terms.hashing import folded_hash, name_hash
from support.code_index import piece, source


def _gathered(*batches: list[IndexedFile]) -> tuple[Names, Tables]:
    names, tables = Names(), Tables()
    for files in batches:
        batch = batch_of([(file, decode(file.forward)) for file in files], tables.documents)
        tables.add(batch)
        names.add(batch)
    return names, tables


def _mentions(*batches: list[IndexedFile]) -> Mentions:
    names, tables = _gathered(*batches)
    return names.mentions(tables)


def test_symbols_are_sorted_and_have_every_way_to_write_them(tmp_path: Path) -> None:
    """Four rows for a definition: the bare name and the symbol, both also folded."""
    names, _ = _gathered([source("a.py", piece("Pool.closeAll"), piece(code="x"))])
    with closing(ArrayFile(tmp_path / "names", 1)) as into:
        names.write(into)
        into.finish()
    arrays = open_arrays(tmp_path / "names", 1, verify=True)
    ways = [name_hash("closeAll"), name_hash("Pool.closeAll"), folded_hash("closeall"), folded_hash("pool.closeall")]
    assert arrays["symbols"].tolist() == sorted(ways)
    assert arrays["symbol_documents"].tolist() == [0] * 4


def test_assigned_names_lead_to_their_piece_and_to_nothing_else(tmp_path: Path) -> None:
    """They stand in the table of symbols, over batches, and are no definitions that a call could mean."""
    files = source("a.py", piece("LIMIT"), piece(assigns=("LIMIT",))), source("b.py", piece(assigns=("other",)))
    names, tables = _gathered([files[0]], [files[1]])
    with closing(ArrayFile(tmp_path / "names", 1)) as into:
        names.write(into)
        into.finish()
    arrays = open_arrays(tmp_path / "names", 1, verify=True)
    rows = set(zip(arrays["symbols"].tolist(), arrays["symbol_documents"].tolist(), strict=True))
    assert {(name_hash("LIMIT"), 0), (name_hash("LIMIT"), 1), (folded_hash("OTHER"), 2)} <= rows
    assert arrays["symbols"].tolist() == sorted(arrays["symbols"].tolist())
    assert names.mentions(tables).defining.tolist() == [0]


@pytest.mark.parametrize("kind", [ChunkKind.TEXT, ChunkKind.MODULE])
def test_headings_and_leftovers_define_nothing(kind: ChunkKind) -> None:
    """Nobody calls a chapter."""
    assert len(_mentions([source("a.md", piece("Install", kind=kind))]).defining) == 0


def test_calls_and_definitions_count_documents_over_batches() -> None:
    """The second batch's numbers go on from the first's."""
    mentions = _mentions([source("a.py", piece("a"), piece("b"))], [source("c.py", piece("c", calls=("a",)))])
    assert mentions.defining.tolist() == [0, 1, 2]
    assert mentions.defined.tolist() == [name_hash(name) for name in "abc"]
    assert mentions.calling.tolist() == [2]
    assert mentions.called.tolist() == [name_hash("a")]
    assert mentions.documents == 3


def test_imports_belong_to_their_file() -> None:
    """By the file's number in the whole index."""
    mentions = _mentions([source("a.py", imports=("os",)), source("b.py")], [source("c.py", imports=("re",))])
    assert mentions.importing.tolist() == [0, 2]
    assert mentions.imported.tolist() == [name_hash("os"), name_hash("re")]


@pytest.mark.parametrize(
    ("path", "module", "folder"),
    [
        ("net/pool.py", "pool", "net"),
        ("net/__init__.py", "net", "net"),
        ("web/index.ts", "web", "web"),
        ("src/net/mod.rs", "net", "net"),
        ("types.d.ts", "types", ""),
        ("pool.go", "pool", ""),
        ("Makefile", "Makefile", ""),
    ],
)
def test_a_file_is_imported_by_its_name_or_its_folders(path: str, module: str, folder: str) -> None:
    """Without its endings; some files stand for their folder."""
    mentions = _mentions([source(path)])
    assert int(mentions.module[0]) == name_hash(module)
    assert int(mentions.folder_name[0]) == name_hash(folder)


def test_methods_belong_to_the_class_of_their_file() -> None:
    """Not to one of the same name elsewhere, and not to a class that is not there."""
    pool = piece("Pool", kind=ChunkKind.CLASS)
    mentions = _mentions(
        [source("a.py", pool, piece("Pool.close"), piece("Gone.run")), source("b.py", piece("Pool.open"), pool)]
    )
    pairs = zip(mentions.owned.tolist(), mentions.owners.tolist(), strict=True)
    assert set(pairs) == {(1, 0), (3, 4)}


def test_nothing_gathered_is_nothing_mentioned() -> None:
    """An empty project has no names."""
    mentions = _mentions()
    assert mentions.documents == 0
    assert len(mentions.called) == len(mentions.defined) == len(mentions.imported) == len(mentions.owned) == 0
