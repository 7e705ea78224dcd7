"""From listed files to contents with their terms: what keeps a processor, and so runs in a thread."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from nexy.config.code_search_section import CodeIndexingConfig, CodeSearchConfig
from nexy.modules.code_search.model import DIGEST_BYTES
from nexy.modules.code_search.reading.loading import decode, load_file
from nexy.modules.code_search.reading.model import Listed, Loaded, Skipped, SkipReason
from nexy.modules.code_search.reading.secrets import RULES
from nexy.modules.code_search.store.model import IndexedPath, KnownBlob, NewBlob
from nexy.modules.code_search.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Some files further: where each content lies, which contents are new, which files are left out and why."""

    files: Sequence[IndexedPath]
    blobs: Sequence[NewBlob]
    skipped: Mapping[str, int]


def batches(files: Sequence[Listed], config: CodeIndexingConfig) -> Iterator[Sequence[Listed]]:
    """The files in order, so many and so large that their texts and terms fit into memory."""
    batch: list[Listed] = []
    size = 0
    for file in files:
        if batch and (len(batch) >= config.batch_files or size + file.size > config.batch_bytes):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


class Preparer:
    """Reads what is new of one tree; a content that is known, be it from another path or branch, is not read again.

    `known` grows with what is found. A content is what it is by rules: other ones make it another content, so that
    what search answers from stays whole until the next revision.
    """

    def __init__(self, root: Path, config: CodeSearchConfig, known: dict[bytes, KnownBlob]) -> None:
        self._root = root
        self._config = config
        self._known = known
        reading = config.reading
        rules = (VERSION, RULES, config.chunking, reading.max_line_characters, reading.max_data_bytes)
        self._rules = repr(rules).encode()

    def prepare(self, batch: Sequence[Listed]) -> Prepared:
        """Blocks: call it in a thread, one batch after the other."""
        files: list[IndexedPath] = []
        blobs: list[NewBlob] = []
        skipped: Counter[str] = Counter()
        for listed in batch:
            loaded = load_file(self._root, listed, self._config.reading)
            reason = loaded.reason if isinstance(loaded, Skipped) else self._take(loaded, files, blobs)
            if reason is not None:
                skipped[reason.value] += 1
        return Prepared(files=files, blobs=blobs, skipped=skipped)

    def _take(self, loaded: Loaded, files: list[IndexedPath], blobs: list[NewBlob]) -> SkipReason | None:
        digest = blake2b(self._rules + loaded.digest, digest_size=DIGEST_BYTES).digest()
        if digest not in self._known:
            made = self._made(loaded, digest)
            if isinstance(made, Skipped):
                return made.reason
            blobs.append(made)
            self._known[digest] = KnownBlob(language=made.language, chunks=len(made.chunks), masked=made.masked)
        files.append(
            IndexedPath(path=loaded.path, digest=digest, is_test=loaded.is_test, is_generated=loaded.is_generated)
        )
        return None

    def _made(self, loaded: Loaded, digest: bytes) -> NewBlob | Skipped:
        # Here and not above: what only searches needs neither the parsers nor this module's numbers.
        from nexy.modules.code_search.chunking.chunk_file import chunk_file
        from nexy.modules.code_search.postings.forward import encode

        source = decode(loaded, self._config.reading)
        if isinstance(source, Skipped):
            return source
        chunked = chunk_file(source.path, source.text, source.language, self._config.chunking)
        return NewBlob(
            digest=digest,
            language=source.language,
            chunks=chunked.chunks,
            masked=source.masked,
            forward=encode(chunked),
        )
