"""One run over an opened source, from the list of its files to a revision that answers."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from nexy.contracts.code_search import IndexReport, IndexStage, IndexState, SelfTest
from nexy.contracts.errors import NexyError, ValidationFailed
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.indexing.board import Board
from nexy.modules.code_search.indexing.holding import Hold
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.indexing.parts import Parts, WithVectors
from nexy.modules.code_search.indexing.preparing import Prepared, Preparer, batches
from nexy.modules.code_search.indexing.self_test import self_test
from nexy.modules.code_search.reading.listing import list_files
from nexy.modules.code_search.reading.model import Listing, Opened
from nexy.modules.code_search.store.folders import remove_older
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Changes, Contents, IndexedPath, KnownBlob
from nexy.utils.read_ahead import read_ahead
from nexy.utils.words_meter import summed


@dataclass(slots=True, kw_only=True)
class _Read:
    """What the files turned out to be."""

    known: dict[bytes, KnownBlob]
    files: list[IndexedPath] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    new: set[bytes] = field(default_factory=set)

    def add(self, prepared: Prepared) -> None:
        """Some files more."""
        self.files += prepared.files
        self.skipped.update(prepared.skipped)
        self.new.update(blob.digest for blob in prepared.blobs)

    def contents(self) -> Contents:
        """In numbers."""
        blobs = [self.known[file.digest] for file in self.files]
        return Contents(
            files=len(blobs),
            chunks=sum(blob.chunks for blob in blobs),
            masked=sum(blob.masked for blob in blobs),
            languages=Counter(blob.language for blob in blobs),
            skipped=dict(self.skipped),
        )


class Run:
    """Reads what is new, publishes what has changed, tests it; whatever it leaves behind serves the next one."""

    def __init__(self, parts: Parts, hold: Hold, opened: Opened, board: Board) -> None:
        self._parts = parts
        self._hold = hold
        self._lease = hold.lease
        self._opened = opened
        self._board = board
        self._mapper = Mapper(home=parts.home, contents=parts.contents, threads=parts.threads)

    async def go(self) -> IndexReport:
        """Raises `ValidationFailed` for a source without anything to index, `LeaseLost`, `IndexStorageFailed`."""
        self._board.at(IndexStage.LIST)
        listing = await self._parts.threads.run(lambda: list_files(self._opened.root, self._parts.config.reading))
        before = await self._parts.contents.files(self._lease.project.id, listing.branch)
        read = await self._read(listing)
        if not read.files and not self._lease.revision:
            raise _nothing_there(self._opened, read)
        changes, contents = _changes(listing, before, read), read.contents()
        revision = await self._publish(changes, contents, read)
        test = await self._test(listing.branch)
        vectors = await self._embed()
        await self._sweep(revision)
        return self._report(read, contents, changes, revision, test, vectors)

    async def _read(self, listing: Listing) -> _Read:
        read = _Read(known=await self._parts.contents.known(self._lease.project.id), skipped=Counter(listing.skipped))
        total, done = len(listing.files), 0
        self._board.at(IndexStage.READ, 0, total)
        async with read_ahead(self._prepared(listing, read.known), weight=lambda _: 1.0) as ahead:
            async for prepared in ahead:
                done += len(prepared.files) + sum(prepared.skipped.values())
                self._board.at(IndexStage.READ, done, total)
                if prepared.blobs:
                    await self._parts.contents.add(self._lease, self._board.now, prepared.blobs)
                read.add(prepared)
        return read

    async def _prepared(self, listing: Listing, known: dict[bytes, KnownBlob]) -> AsyncGenerator[Prepared, None]:
        preparer = Preparer(self._opened.root, self._parts.config, known)
        for batch in batches(listing.files, self._parts.config.indexing):
            yield await self._parts.threads.run(partial(preparer.prepare, batch))

    async def _publish(self, changes: Changes, contents: Contents, read: _Read) -> int:
        """The revision that stands afterwards: a new one only where something is new."""
        lease, parts = self._lease, self._parts
        self._board.at(IndexStage.PUBLISH, 0, contents.files)
        languages = {file.digest: read.known[file.digest].language for file in read.files}
        unchanged = lease.revision and lease.branch == changes.branch and not (changes.put or changes.gone)
        revision = lease.revision if unchanged else lease.fence
        # The index first: from the moment a revision is named, it is asked for.
        if not unchanged or not await self._mapper.is_sound(lease.project.id, revision):
            await self._mapper.build(lease.project.id, revision, read.files, languages)
        if unchanged:
            await parts.contents.describe(lease, self._board.now, changes, contents)
        else:
            await parts.contents.publish(lease, self._board.now, changes, contents)
        self._board.at(IndexStage.PUBLISH, contents.files, contents.files)
        return revision

    async def _test(self, branch: str) -> SelfTest:
        parts = self._parts
        self._board.at(IndexStage.TEST)
        test, problem = await self_test(parts.contents, parts.find, self._lease, branch, parts.config.indexing)
        await parts.contents.tested(self._lease, self._board.now, test)
        self._hold.leave(IndexState.READY if test.passed else IndexState.FAILED, problem)
        return test

    async def _embed(self) -> WithVectors:
        """The index answers without them, so that a model that fails is told and fails nothing."""
        self._board.at(IndexStage.VECTORS)
        calls: list[WordsUsage] = []
        vectors = WithVectors()
        try:
            vectors = await self._parts.embed(
                self._lease, lambda done, total: self._board.at(IndexStage.VECTORS, done, total), calls
            )
        except LeaseLost:
            raise
        except NexyError as problem:
            if self._hold.state is IndexState.READY:
                self._hold.leave(IndexState.READY, f"without vectors: {problem.message}")
        return replace(vectors, calls=summed(calls))

    async def _sweep(self, revision: int) -> None:
        lease, parts = self._lease, self._parts
        await parts.sweeper.sweep(lease, self._board.now)
        # The one before may just have been named to somebody who has not opened it yet.
        kept = frozenset((revision, lease.revision))
        await parts.threads.run(lambda: remove_older(parts.home, lease.project.id, but=kept))

    def _report(
        self, read: _Read, contents: Contents, changes: Changes, revision: int, test: SelfTest, vectors: WithVectors
    ) -> IndexReport:
        return IndexReport(
            project_id=self._lease.project.id,
            project=self._lease.project.name,
            branch=changes.branch,
            revision=revision,
            files=contents.files,
            chunks=contents.chunks,
            read_files=sum(file.digest in read.new for file in read.files),
            read_chunks=sum(read.known[digest].chunks for digest in read.new),
            kept_files=sum(file.digest not in read.new for file in read.files),
            removed_files=len(changes.gone),
            skipped=contents.skipped,
            masked=contents.masked,
            seconds=self._board.seconds,
            self_test=test,
            vectors=vectors.count,
            model=vectors.model,
            calls=vectors.calls,
        )


def _changes(listing: Listing, before: Mapping[str, IndexedPath], read: _Read) -> Changes:
    """What sets the branch's new files apart from those that were published."""
    now = {file.path: file for file in read.files}
    gone = [path for path in before if path not in now]
    put = [file for path, file in now.items() if before.get(path) != file]
    held: Sequence[IndexedPath] = [before[path] for path in (*gone, *(file.path for file in put)) if path in before]
    return Changes(
        branch=listing.branch, head=listing.head, put=put, gone=gone, unused=list({file.digest for file in held})
    )


def _nothing_there(opened: Opened, read: _Read) -> ValidationFailed:
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(read.skipped.items())) or "it is empty"
    return ValidationFailed(f"source: nothing in {opened.source} can be indexed ({told})", field="source")
