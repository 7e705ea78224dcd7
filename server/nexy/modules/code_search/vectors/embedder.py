"""What makes vectors of texts, whoever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

MODEL_FIELD = "code_search.vectors.model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One row of unit length per text, float32; `calls` are for the ledger."""

    vectors: "Rows"
    calls: Sequence[WordsUsage] = ()


class VectorsUnavailable(Unavailable):
    """The configured model gives no vectors now; the message says why and what mends it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{MODEL_FIELD}: {reason}", code="vectors_unavailable", field=MODEL_FIELD)


class Embedder(Protocol):
    """A model; vectors of two models do not compare, so each is kept under its `model`."""

    @property
    def model(self) -> str:
        """The name under which its vectors are kept; another one whenever its vectors would differ."""
        ...

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        """A row for each text; `query` tells questions from code, for models that were trained to tell them apart.

        Raises `VectorsUnavailable`, and what the router raises where it is asked.
        """
        ...

    async def close(self) -> None:
        """Let go of the model."""
        ...
