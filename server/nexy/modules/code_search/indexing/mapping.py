"""The mapped index of a revision, made from the contents in the database."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nexy.modules.code_search.indexing.parts import IndexStorageFailed
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.folders import INDEXES, index_folder
from nexy.modules.code_search.store.model import IndexedPath
from nexy.utils.private_folder import make_private
from nexy.utils.spare_threads import SpareThreads

if TYPE_CHECKING:
    from nexy.modules.code_search.postings.source import IndexedFile, IndexSize

_REBUILDS = 3
_WRITTEN_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapper:
    """Makes indexes below `home`; the terms wait in a file on their way, so that memory does not grow with them."""

    home: Path
    contents: ContentStore
    threads: SpareThreads

    async def build(
        self, project_id: str, revision: int, files: Sequence[IndexedPath], languages: Mapping[bytes, str]
    ) -> "IndexSize":
        """Make the folder of a revision; raises `IndexDamaged` where contents are gone or of an older version, and
        `IndexStorageFailed`.
        """
        from nexy.modules.code_search.postings.building import build_index

        folder = index_folder(self.home, project_id, revision)
        try:
            make_private(folder.parent, self.home / INDEXES)
            with tempfile.TemporaryFile(dir=folder.parent) as spool:
                places = await self._spool(project_id, files, spool)
                indexed = _Spooled(files=files, languages=languages, places=places, spool=spool)
                return await self.threads.run(lambda: build_index(folder, indexed))
        except OSError as problem:
            raise IndexStorageFailed(self.home, problem) from problem

    async def is_sound(self, project_id: str, revision: int) -> bool:
        """Whether the folder of a revision holds what was written there."""
        from nexy.modules.code_search.postings.mapped import MappedIndex

        try:
            await self.threads.run(lambda: MappedIndex.open(index_folder(self.home, project_id, revision)))
        except IndexDamaged:
            return False
        return True

    async def rebuild(self, project_id: str) -> int:
        """Make the index of the newest complete revision again and name it; 0 where there is none.

        A revision that was published meanwhile is made instead. Raises what `build` raises.
        """
        for _ in range(_REBUILDS):
            published = await self.contents.published(project_id)
            if published is None:
                return 0
            try:
                await self.build(project_id, published.revision, published.files, published.languages)
            except IndexDamaged:
                newer = await self.contents.published(project_id)
                if newer is None or newer.revision == published.revision:
                    raise
            else:
                return published.revision
        raise IndexDamaged("the project changes faster than its index can be made again")

    async def _spool(
        self, project_id: str, files: Sequence[IndexedPath], spool: IO[bytes]
    ) -> Mapping[bytes, tuple[int, int]]:
        """Where in the file each content's terms lie, and how long they are."""
        wanted = list(dict.fromkeys(file.digest for file in files))
        places: dict[bytes, tuple[int, int]] = {}
        waiting: list[bytes] = []
        end = written = 0
        async with aclosing(self.contents.forwards(project_id, wanted)) as forwards:
            async for digest, forward in forwards:
                places[digest] = (end, len(forward))
                waiting.append(forward)
                end += len(forward)
                if end - written >= _WRITTEN_AT_ONCE:
                    await asyncio.to_thread(_write, spool, waiting)
                    waiting, written = [], end
        if len(places) < len(wanted):
            raise IndexDamaged("its contents are gone, or of an older version: index the project again")
        await asyncio.to_thread(_write, spool, waiting)
        return places


def _write(spool: IO[bytes], forwards: Sequence[bytes]) -> None:
    spool.writelines(forwards)
    spool.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spooled:
    """The files one after another, each with its terms read when it is its turn."""

    files: Sequence[IndexedPath]
    languages: Mapping[bytes, str]
    places: Mapping[bytes, tuple[int, int]]
    spool: IO[bytes]

    def __iter__(self) -> "Iterator[IndexedFile]":
        from nexy.modules.code_search.postings.source import IndexedFile

        for file in self.files:
            start, size = self.places[file.digest]
            self.spool.seek(start)
            yield IndexedFile(
                path=file.path,
                digest=file.digest,
                language=self.languages[file.digest],
                forward=self.spool.read(size),
                is_test=file.is_test,
                is_generated=file.is_generated,
            )
