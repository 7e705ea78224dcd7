"""A disk that is really full, under the indexes of code: a run is told of it, and no process dies."""

import errno
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.code_search import IndexState
from nexy.modules.code_search.indexing.parts import IndexStorageFailed
from nexy.modules.code_search.postings.building import FILE_NAME, build_index
from nexy.modules.code_search.postings.container import ArrayFile
from nexy.modules.code_search.vectors.matrix import MatrixFile
from nexy.modules.database.module import DatabaseModule
from support.code_index import piece, source
from support.code_indexing import functions, house_on
from support.source_tree import plant
from support.tiny_disk import TinyDisk, tiny_disk

pytestmark = pytest.mark.system
MEBIBYTE = 1 << 20
FULL = "No space left on device"
# Pages of the file system that are left free: from none to enough for the whole index.
LEFT = (0, 1, 2, 4, 8, 16, 24, 32, 48, 64, 128, 256)
PAGE = 4096


@pytest.fixture
def small() -> Iterator[TinyDisk]:
    with tiny_disk(4) as disk:
        yield disk


def leave(disk: TinyDisk, pages: int) -> None:
    """So much room and no more."""
    reserve = disk.path / "reserve"
    reserve.write_bytes(bytes(pages * PAGE))
    disk.fill()
    reserve.unlink()


def test_an_array_without_room_is_an_error(small: TinyDisk) -> None:
    """Also where there is none left for its last page alone."""
    with closing(ArrayFile(small.path / "index", 1)) as file:
        file.make("a", (MEBIBYTE,), np.uint8)[...] = 1
        with pytest.raises(OSError, match=FULL):
            file.make("b", (8 * MEBIBYTE,), np.uint8)
    with pytest.raises(OSError, match=FULL):
        MatrixFile(small.path / "vectors", "m", 8 * MEBIBYTE, 1)
    assert [path.name for path in small.path.rglob("*") if path.is_file()] == []


def test_an_index_is_made_whole_or_not_at_all(small: TinyDisk) -> None:
    """However little room is left, the runs of postings and the arrays end in an error, or in an index."""
    file = source("x.go", *(piece(f"name_{n}", code=f"alpha_{n} beta_{n}") for n in range(500)))
    ends = set()
    for left in LEFT:
        leave(small, left)
        folder = small.path / str(left)
        try:
            build_index(folder, [file])
            ends.add(0)
        except OSError as problem:
            ends.add(problem.errno or 0)
        small.free()
        assert [path.name for path in folder.glob("*")] in ([], [FILE_NAME])
    assert ends == {0, errno.ENOSPC}


async def test_a_run_says_that_the_disk_is_full(small: TinyDisk, database: DatabaseModule, tmp_path: Path) -> None:
    """What was complete goes on answering, and with room the next run is through."""
    tree = plant(tmp_path / "work", {"a.py": functions(*(f"first_{n}" for n in range(200)))})
    async with house_on(database, small.path / "home") as house:
        first = await house.index(tree)
        for left in (1, 4, 8, 16):
            plant(tree, {"b.py": functions(*(f"second_{n}_{left}" for n in range(400)))})
            leave(small, left)
            with pytest.raises(IndexStorageFailed, match=FULL):
                await house.index(tree)
            (facts,) = await house.facts()
            assert (facts.state, facts.revision) == (IndexState.FAILED, first.revision)
            assert house.mapped(first).documents == first.chunks
            small.free()
        assert (await house.index(tree)).self_test.passed
