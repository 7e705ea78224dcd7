"""Feed a reader by hand."""

from collections.abc import Sequence
from itertools import pairwise

from nexy.contracts.completions import ToolCall, ToolCallDelta
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.exchange.dialect import AnswerReader, Content


def read(reader: AnswerReader, wire: bytes, cuts: Sequence[int] = ()) -> Sequence[Content]:
    """All content of `wire`, cut at these places."""
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    return [content for a, b in pairwise(edges) for content in reader.feed(wire[a:b])]


def text_of(contents: Sequence[Content]) -> str:
    """The words."""
    return "".join(content.text for content in contents if isinstance(content, WordsDelta))


def calls_of(contents: Sequence[Content]) -> Sequence[ToolCall]:
    """The calls, put together."""
    pieces = [content for content in contents if isinstance(content, ToolCallDelta)]
    return [
        ToolCall(
            id="".join(piece.id for piece in pieces if piece.index == index),
            name="".join(piece.name for piece in pieces if piece.index == index),
            arguments="".join(piece.arguments for piece in pieces if piece.index == index),
        )
        for index in sorted({piece.index for piece in pieces})
    ]
