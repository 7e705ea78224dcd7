"""`python -m bench.search.posting`: cutting, posting and building alone, on one core, without a database."""

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.chunk_file import chunk_file
from nexy.modules.code_search.model import ChunkedFile
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.source import IndexedFile

_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Processor seconds of each step for so many pieces."""

    files: int
    chunks: int
    cutting: float
    encoding: float
    building: float
    index_mb: float

    @property
    def per_second(self) -> float:
        """Pieces per second of tokenising and posting: terms and counts of each, and the mapped index of all."""
        return self.chunks / (self.encoding + self.building)


def main() -> None:
    """Over every Python file below a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--core", type=int, required=True)
    chosen = parser.parse_args()
    os.sched_setaffinity(0, (chosen.core,))
    chosen.out.write_text(json.dumps(asdict(posted(chosen.source))), encoding="utf-8")


def posted(source: Path) -> Posted:
    """One file after the other, as the indexer does."""
    config, cutting, encoding, chunks = CodeChunkingConfig(), 0.0, 0.0, 0
    files: list[IndexedFile] = []
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        began = time.process_time()
        chunked = chunk_file(path.name, text, "python", config)
        cut = time.process_time()
        file = _file(path.relative_to(source).as_posix(), text, chunked)
        encoding += time.process_time() - cut
        cutting += cut - began
        chunks += len(chunked.chunks)
        files.append(file)
    began = time.process_time()
    size = _built(files)
    building = time.process_time() - began
    return Posted(
        files=len(files), chunks=chunks, cutting=cutting, encoding=encoding, building=building, index_mb=size / 2**20
    )


def _file(path: str, text: str, chunked: ChunkedFile) -> IndexedFile:
    digest = hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest()
    return IndexedFile(path=path, digest=digest, language=chunked.language, forward=encode(chunked))


def _built(files: Sequence[IndexedFile]) -> int:
    with tempfile.TemporaryDirectory(prefix="nexy-posting-") as made:
        return build_index(Path(made) / "index", files).size_bytes


if __name__ == "__main__":
    main()
