"""The files of a mapped index, and which documents are theirs."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from nexy.modules.code_search.graph.ranges import sizes_of
from nexy.modules.code_search.postings.asking import Documents, Mask, Place
from nexy.modules.code_search.postings.container import Array
from nexy.utils.code_languages import meant_languages


class FileTable:
    """Paths and languages by file, and files by document; what few ask for is made when the first one asks."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self._ends = arrays["file_ends"]
        sizes = sizes_of(self._ends)
        self.of_document = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        self.languages: Sequence[str] = arrays["languages"].tobytes().decode().split("\n") if len(sizes) else []

    def __len__(self) -> int:
        return len(self._ends)

    @cached_property
    def paths(self) -> Sequence[str]:
        """Of every file."""
        joined = self._arrays["file_paths"].tobytes()
        ends = [0, *self._arrays["file_path_ends"].tolist()]
        return [joined[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(ends)]

    @cached_property
    def _by_path(self) -> Mapping[str, int]:
        return {path: number for number, path in enumerate(self.paths)}

    def documents_of(self, path: str) -> Documents:
        """The documents of a file, in order."""
        number = self._by_path.get(path)
        if number is None:
            return np.zeros(0, np.uint32)
        return np.arange(self._start(number), self._ends[number], dtype=np.uint32)

    @cached_property
    def by_content(self) -> Mapping[bytes, Sequence[int]]:
        """The first document of each file that has a content, by the content's digest."""
        found: dict[bytes, list[int]] = {}
        for number, digest in enumerate(self._arrays["file_digests"]):
            found.setdefault(digest.tobytes(), []).append(self._start(number))
        return found

    def _start(self, number: int) -> int:
        return int(self._ends[number - 1]) if number else 0

    def place(self, document: int) -> Place:
        """Where a document's text is kept."""
        number = int(self.of_document[document])
        digest = self._arrays["file_digests"][number].tobytes()
        return Place(path=self.paths[number], digest=digest, ordinal=document - self._start(number))

    def in_language(self, language: str) -> Mask:
        """Which documents are in files of a language, or of one that is meant with it."""
        meant = meant_languages(language)
        numbers = [number for number, name in enumerate(self.languages) if name in meant]
        mask: Mask = np.isin(self._arrays["file_languages"], numbers)[self.of_document]
        return mask
