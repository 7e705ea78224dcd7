"""Mapped indexes from contents: on a run's way, and again for who misses one."""

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, cast

import pytest

from nexy.modules.code_search.indexing import mapping
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.indexing.parts import IndexStorageFailed
from nexy.modules.code_search.model import Chunk, ChunkedFile, ChunkKind
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.store.model import IndexedPath, Published
from nexy.utils.spare_threads import SpareThreads

A, B = b"a" * 16, b"b" * 16


def encoded(*symbols: str) -> bytes:
    chunks = [
        Chunk(
            kind=ChunkKind.FUNCTION, symbol=symbol, name=symbol, start_line=1, end_line=1, content=symbol, code=symbol
        )
        for symbol in symbols
    ]
    return encode(ChunkedFile(language="python", chunks=chunks))


class FakeContents:
    """Contents by digest, and one answer after the other about what is published."""

    def __init__(self, forwards: dict[bytes, bytes], *published: Published | None) -> None:
        self.by_digest = forwards
        self.answers = list(published)

    async def published(self, project_id: str) -> Published | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def forwards(self, project_id: str, digests: Sequence[bytes]) -> AsyncGenerator[tuple[bytes, bytes], None]:
        assert len(set(digests)) == len(digests)
        # The order is the database's own.
        for digest in reversed(digests):
            if digest in self.by_digest:
                yield digest, self.by_digest[digest]


def revision(number: int, *files: tuple[str, bytes]) -> Published:
    return Published(
        revision=number,
        files=[IndexedPath(path=path, digest=digest) for path, digest in files],
        languages=dict.fromkeys((digest for _, digest in files), "python"),
    )


@asynccontextmanager
async def mapper_on(home: Path, contents: FakeContents) -> AsyncIterator[Mapper]:
    threads = SpareThreads("mapping", threads=1, waiting=1, retry_seconds=1)
    try:
        yield Mapper(home=home, contents=cast(ContentStore, contents), threads=threads)
    finally:
        await threads.close()


def opened(home: Path, number: int) -> MappedIndex:
    return MappedIndex.open(index_folder(home, "p", number))


async def test_documents_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    """Each with its path, content and place in it, whatever order the contents came in; a content may come twice."""
    files = (("a.py", A), ("b.py", B), ("c.py", A))
    contents = FakeContents({A: encoded("one", "two"), B: encoded("three")}, revision(4, *files))
    async with mapper_on(tmp_path, contents) as mapper:
        assert await mapper.rebuild("p") == 4
    index = opened(tmp_path, 4)
    places = [index.place(document) for document in range(index.documents)]
    assert [(place.path, place.digest, place.ordinal) for place in places] == [
        ("a.py", A, 0), ("a.py", A, 1), ("b.py", B, 0), ("c.py", A, 0), ("c.py", A, 1),
    ]  # fmt: skip
    assert sorted(file.name for file in index_folder(tmp_path, "p", 4).parent.iterdir()) == ["4"]


async def test_an_index_is_the_owners_alone(tmp_path: Path) -> None:
    """The names and words of somebody's code are in it; an open folder of an older version is closed."""
    index_folder(tmp_path, "p", 4).parent.mkdir(parents=True, mode=0o755)
    async with mapper_on(tmp_path, FakeContents({A: encoded("one")}, revision(4, ("a.py", A)))) as mapper:
        await mapper.rebuild("p")
    made = [path for path in tmp_path.rglob("*") if path.name != tmp_path.name]
    assert len(made) == 4
    assert [path for path in made if path.stat().st_mode & 0o077] == []


async def test_a_revision_that_is_replaced_meanwhile_gives_way_to_the_next(tmp_path: Path) -> None:
    """Its contents were swept while it was made: the one that is named now is made instead."""
    contents = FakeContents({B: encoded("three")}, revision(4, ("a.py", A)), revision(5, ("b.py", B)))
    async with mapper_on(tmp_path, contents) as mapper:
        assert await mapper.rebuild("p") == 5
    assert opened(tmp_path, 5).documents == 1
    assert not index_folder(tmp_path, "p", 4).exists()


async def test_contents_that_cannot_be_read_any_more(tmp_path: Path) -> None:
    """Of an older version, say: the project must be indexed again, and the message says so."""
    async with mapper_on(tmp_path, FakeContents({}, revision(4, ("a.py", A)))) as mapper:
        with pytest.raises(IndexDamaged, match="index the project again"):
            await mapper.rebuild("p")
        assert not await mapper.is_sound("p", 4)


async def test_it_does_not_run_after_changes_for_ever(tmp_path: Path) -> None:
    """A project that is published again each time that its index is made."""
    contents = FakeContents({}, *(revision(number, ("a.py", A)) for number in range(1, 20)))
    async with mapper_on(tmp_path, contents) as mapper:
        with pytest.raises(IndexDamaged, match="faster"):
            await mapper.rebuild("p")


async def test_soundness_is_looked_at_whole(tmp_path: Path) -> None:
    """One changed byte among the arrays is enough."""
    contents = FakeContents({A: encoded("one", "two")}, revision(4, ("a.py", A)))
    async with mapper_on(tmp_path, contents) as mapper:
        assert not await mapper.is_sound("p", 4)
        await mapper.rebuild("p")
        assert await mapper.is_sound("p", 4)
        (file,) = index_folder(tmp_path, "p", 4).iterdir()
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 255
        file.write_bytes(content)
        assert not await mapper.is_sound("p", 4)


async def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """With what the system says, and nothing that looks like an index."""
    (tmp_path / "code_index").write_text("in the way")
    contents = FakeContents({A: encoded("one")}, revision(4, ("a.py", A)))
    async with mapper_on(tmp_path, contents) as mapper:
        with pytest.raises(IndexStorageFailed, match=str(tmp_path)):
            await mapper.rebuild("p")


async def test_terms_are_written_beside_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some at once, and all of them: a server that makes an index again goes on answering."""
    written: list[tuple[str, int]] = []
    original = mapping._write

    def write(spool: IO[bytes], forwards: Sequence[bytes]) -> None:
        written.append((threading.current_thread().name, len(forwards)))
        original(spool, forwards)

    monkeypatch.setattr(mapping, "_write", write)
    monkeypatch.setattr(mapping, "_WRITTEN_AT_ONCE", 1)
    contents = FakeContents({A: encoded("one"), B: encoded("two")}, revision(4, ("a.py", A), ("b.py", B)))
    async with mapper_on(tmp_path, contents) as mapper:
        await mapper.rebuild("p")
    assert opened(tmp_path, 4).documents == 2
    assert sum(size for _, size in written) == 2
    assert threading.current_thread().name not in {name for name, _ in written}


async def test_a_disk_that_fills_up_under_the_terms_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every other failure to write the index."""

    def write(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mapping, "_write", write)
    async with mapper_on(tmp_path, FakeContents({A: encoded("one")}, revision(4, ("a.py", A)))) as mapper:
        with pytest.raises(IndexStorageFailed, match="No space left"):
            await mapper.rebuild("p")
