"""The wire of `POST /query/data` of LightRAG 1.4 and later, as far as it is used here.

That door retrieves without writing an answer. What it finds are passages of documents ("chunks"), best first and
without scores. A question that finds nothing is answered by `status: failure` too, in two ways: with the reason
`no_results`, or only in words ("Query returned empty dataset.").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

PATH = "/query/data"
KEY_HEADER = "X-API-Key"
# The server refuses less; it counts a Chinese, Japanese or Korean character twice, which only makes it more lenient.
LEAST_CHARACTERS = 3
_UNKNOWN = "unknown_source"
_NOTHING_FOUND = "no_results"
_BROKEN = re.compile(r"fail|error|missing", re.IGNORECASE)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a question."""

    query: str
    mode: str
    chunk_top_k: int


class _Passage(msgspec.Struct, frozen=True, kw_only=True):
    content: str = ""
    file_path: str = _UNKNOWN
    chunk_id: str = ""


class _Data(msgspec.Struct, frozen=True, kw_only=True):
    chunks: Sequence[_Passage] = ()


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    failure_reason: str = ""


class _Reply(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    data: _Data
    message: str = ""
    metadata: _Facts = _Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """One passage of a document; `document` is empty where the server does not know it."""

    id: str
    document: str
    text: str


encode_question = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Reply).decode


def read_passages(body: bytes) -> Sequence[Prose] | None:
    """The passages of a reply, best first; None where the server says that its search failed.

    Raises `ValueError` for what is not of the wire.
    """
    try:
        reply = _decode(body)
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep
    if reply.status != "success" and reply.metadata.failure_reason != _NOTHING_FOUND:
        # No code tells what is broken from what is empty.
        return None if _BROKEN.search(reply.message) else ()
    return [_prose(number, passage) for number, passage in enumerate(reply.data.chunks) if passage.content.strip()]


def _prose(number: int, passage: _Passage) -> Prose:
    document = "" if passage.file_path == _UNKNOWN else passage.file_path
    return Prose(id=passage.chunk_id or str(number), document=document, text=passage.content)
