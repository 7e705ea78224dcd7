"""Contents, their pieces and the files that have them: read by anybody's index, written by the run that holds it."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from nexy.config.code_search_section import CodeIndexingConfig
from nexy.contracts.code_search import IndexProgress, SelfTest
from nexy.contracts.database import SERVICE, Database, Row, Transaction
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import (
    Changes,
    Contents,
    IndexedPath,
    KnownBlob,
    Lease,
    NewBlob,
    Published,
)
from nexy.modules.code_search.store.rows import number, raw
from nexy.modules.code_search.version import VERSION
from nexy.utils.named_sql import named_sql

T = TypeVar("T")
_SQL = named_sql("nexy.modules.code_search.store", "contents.sql")
_OF_PROJECT = named_sql("nexy.modules.code_search.store", "projects.sql")


class ContentStore:
    """What is in the index; a statement takes `statement_rows` at most, so that none runs into its time-out."""

    def __init__(self, database: Database, leases: Leases, config: CodeIndexingConfig) -> None:
        self._database = database
        self._leases = leases
        self._config = config

    async def known(self, project_id: str) -> dict[bytes, KnownBlob]:
        """Every content that is there, used or not, by digest."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["known_blobs"], uuid.UUID(project_id))
        return {
            raw(row, "digest"): KnownBlob(
                language=str(row["language"]), chunks=number(row, "chunks"), masked=number(row, "masked")
            )
            for row in rows
        }

    async def files(self, project_id: str, branch: str) -> Mapping[str, IndexedPath]:
        """The published files of a branch by path; none where it was never published."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["files_of"], uuid.UUID(project_id), branch)
        return {str(row["path"]): _file(row) for row in rows}

    async def published(self, project_id: str) -> Published | None:
        """The newest complete revision with its files; None where there is none."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["published"], uuid.UUID(project_id))
        # In a thread: of ten thousand files it would keep the loop for some time.
        return await asyncio.to_thread(_published, rows) if rows else None

    async def forwards(self, project_id: str, digests: Sequence[bytes]) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """The encoded terms of these contents with their digests; those of another version are left out."""
        for some in sliced(digests, self._config.batch_forwards):
            async with self._database.transaction(SERVICE) as transaction:
                rows = await transaction.fetch(_SQL["forwards"], uuid.UUID(project_id), some, VERSION)
            for row in rows:
                yield raw(row, "digest"), raw(row, "forward")

    async def add(self, lease: Lease, progress: IndexProgress, blobs: Sequence[NewBlob]) -> None:
        """New contents with their pieces, all or none of them; raises `LeaseLost`."""
        async with self._leases.writing(lease, progress) as transaction:
            if blobs:
                await transaction.execute(_SQL["add_blobs"], _id(lease), VERSION, *_blob_columns(blobs))
                for columns in _chunk_columns(blobs, self._config.statement_rows):
                    await transaction.execute(_SQL["add_chunks"], _id(lease), *columns)

    async def publish(self, lease: Lease, progress: IndexProgress, changes: Changes, contents: Contents) -> None:
        """Make the run's revision the newest complete one, in one step; raises `LeaseLost`."""
        async with self._leases.writing(lease, progress) as transaction:
            await transaction.execute(_SQL["add_branch"], _id(lease), changes.branch, changes.head)
            for paths in sliced(changes.gone, self._config.statement_rows):
                await transaction.execute(_SQL["remove_files"], _id(lease), changes.branch, paths)
            for files in sliced(changes.put, self._config.statement_rows):
                await transaction.execute(_SQL["put_files"], _id(lease), changes.branch, *_file_columns(files))
                await transaction.execute(_SQL["mark_used"], _id(lease), [file.digest for file in files])
            for digests in sliced(changes.unused, self._config.statement_rows):
                await transaction.execute(_SQL["mark_unused"], _id(lease), digests)
            await transaction.execute(_OF_PROJECT["publish"], _id(lease), lease.fence, changes.branch)
            await _describe(transaction, lease, contents)

    async def describe(self, lease: Lease, progress: IndexProgress, changes: Changes, contents: Contents) -> None:
        """Tell what the revision holds, and that the branch is still at it, where no file has changed; raises
        `LeaseLost`.
        """
        async with self._leases.writing(lease, progress) as transaction:
            await transaction.execute(_SQL["add_branch"], _id(lease), changes.branch, changes.head)
            await _describe(transaction, lease, contents)

    async def tested(self, lease: Lease, progress: IndexProgress, test: SelfTest) -> None:
        """Keep what the self-test said, and where it passed call the index ready; raises `LeaseLost`."""
        async with self._leases.writing(lease, progress) as transaction:
            await transaction.execute(_OF_PROJECT["tested"], _id(lease), lease.fence, test.query, test.rank)
            if test.passed:
                await transaction.execute(_OF_PROJECT["ready"], _id(lease), lease.fence)

    async def something_named(self, project_id: str, branch: str, among: int) -> tuple[str, str]:
        """The symbol and the path of a piece that should be found by its name; without any named one a path alone."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["something_named"], uuid.UUID(project_id), branch, among)
            if rows:
                return str(rows[0]["symbol"]), str(rows[0]["path"])
            paths = await transaction.fetch(_SQL["some_path"], uuid.UUID(project_id), branch)
        return "", str(paths[0]["path"]) if paths else ""


async def _describe(transaction: Transaction, lease: Lease, contents: Contents) -> None:
    await transaction.execute(
        _OF_PROJECT["describe"], _id(lease), lease.fence, contents.files, contents.chunks,
        json.dumps(dict(contents.languages)), json.dumps(dict(contents.skipped)), contents.masked,
    )  # fmt: skip


def sliced(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The items in order, at most so many at once."""
    rest = iter(items)
    while some := list(islice(rest, most)):
        yield some


def _id(lease: Lease) -> uuid.UUID:
    return uuid.UUID(lease.project.id)


def _published(rows: Sequence[Row]) -> Published:
    languages = {raw(row, "digest"): str(row["language"]) for row in rows}
    return Published(revision=number(rows[0], "revision"), files=[_file(row) for row in rows], languages=languages)


def _file(row: Row) -> IndexedPath:
    return IndexedPath(
        path=str(row["path"]),
        digest=raw(row, "digest"),
        is_test=bool(row["is_test"]),
        is_generated=bool(row["is_generated"]),
    )


def _blob_columns(blobs: Sequence[NewBlob]) -> Sequence[Sequence[object]]:
    return (
        [blob.digest for blob in blobs],
        [blob.language for blob in blobs],
        [len(blob.chunks) for blob in blobs],
        [blob.masked for blob in blobs],
        [blob.forward for blob in blobs],
    )


def _chunk_columns(blobs: Sequence[NewBlob], most: int) -> Iterator[Sequence[Sequence[object]]]:
    rows = [(blob.digest, ordinal, chunk) for blob in blobs for ordinal, chunk in enumerate(blob.chunks)]
    for some in sliced(rows, most):
        yield (
            [digest for digest, _, _ in some],
            [ordinal for _, ordinal, _ in some],
            [chunk.kind.value for _, _, chunk in some],
            [chunk.symbol for _, _, chunk in some],
            [chunk.start_line for _, _, chunk in some],
            [chunk.end_line for _, _, chunk in some],
            [chunk.content for _, _, chunk in some],
        )


def _file_columns(files: Sequence[IndexedPath]) -> Sequence[Sequence[object]]:
    return (
        [file.path for file in files],
        [file.digest for file in files],
        [file.is_test for file in files],
        [file.is_generated for file in files],
    )
