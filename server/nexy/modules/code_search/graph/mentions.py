"""What edges are made from: who defines which name, who calls which, and where each piece stands."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Names are 64-bit hashes; D documents in F files.

    `file` (D) of each document. `folder` and `language` (F) are numbers, equal for the same folder and for languages
    that refer to each other; `module` (F) is the hash of the name that a file is imported by, `folder_name` (F) that
    of its folder. Documents `defining` have the names `defined`; documents `calling` mention `called`. Files
    `importing` bring in `imported`. Documents `owned` belong to the documents `owners`, as methods to their class.
    """

    file: Numbers
    folder: Numbers
    language: Numbers
    module: Hashes
    folder_name: Hashes
    defining: Numbers
    defined: Hashes
    calling: Numbers
    called: Hashes
    importing: Numbers
    imported: Hashes
    owned: Numbers
    owners: Numbers

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Who refers to whom, and how sure that is (0 to 1); no document refers to itself, and no pair comes twice."""

    sources: Numbers
    targets: Numbers
    weights: Weights
