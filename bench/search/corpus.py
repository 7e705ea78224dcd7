"""A package ready to be searched: its files without documentation, cut by the server's own code."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.search.packages import Package
from bench.search.stripping import Stripped, stripped
from bench.search.taken import taken
from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.chunk_file import chunk_file
from nexy.modules.code_search.model import Chunk, ChunkedFile

_TESTS = ("test", "bench", "example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One piece of one file: what a search returns."""

    path: str
    ordinal: int
    chunk: Chunk = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """`places` are all pieces in the order of the files; `chunked` holds the same by file."""

    package: Package
    files: Sequence[Stripped] = field(repr=False)
    chunked: Sequence[ChunkedFile] = field(repr=False)
    places: Sequence[Place] = field(repr=False)


def corpus(package: Package) -> Corpus:
    """Fetch, strip and cut a package; the same every time."""
    files = [stripped(file.path, file.text, package.language) for file in taken(package)]
    return cut(package, files)


def cut(package: Package, files: Sequence[Stripped]) -> Corpus:
    """Of files that are there already."""
    config = CodeChunkingConfig()
    chunked = [chunk_file(file.path, file.text, package.language, config) for file in files]
    places = [
        Place(path=file.path, ordinal=ordinal, chunk=chunk)
        for file, pieces in zip(files, chunked, strict=True)
        for ordinal, chunk in enumerate(pieces.chunks)
    ]
    return Corpus(package=package, files=files, chunked=chunked, places=places)


def is_test(path: str) -> bool:
    """Tests, benchmarks and examples are searched, but nobody asks for what their documentation says."""
    return any(word in path.lower() for word in _TESTS)
