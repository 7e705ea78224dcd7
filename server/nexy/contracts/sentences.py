"""Text cut into pieces that can be spoken."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One piece: `text` as it was written (all pieces joined equal the input), `spoken` as it is to be read aloud.

    `spoken` is empty when nothing in the piece can be read aloud.
    """

    text: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSentences(Request[AsyncGenerator[Sentence, None]]):
    """Cut a stream of text into sentences; the generator owns `text` and closes it."""

    text: AsyncGenerator[str, None]
