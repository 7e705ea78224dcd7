"""Bodies: read within their bound, refused by the field that is wrong."""

import asyncio
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta
from starlette.requests import Request
from starlette.types import Message

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.errors import DeadlineExceeded, TooLarge, ValidationFailed
from nexy.transport.http_service.json_body import decoded, read_body


class Range(msgspec.Struct):
    """Two numbers."""

    min: Annotated[int, Meta(ge=0, le=9)]
    max: int


class Body(msgspec.Struct):
    """A range, a time, a list and a name."""

    range: Range
    time: float | None = None
    many: list[float] = []
    name: str = ""


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (b"", "body"),
        (b"no json", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'{"range": {"min": 1, "max": 2}} x', "body"),
        (b'{"x": ' + b"[" * 100_000, "body"),
        (b'{"range": {"min": 1, "max": 2}, "name": "\xff"}', "body"),
        (b"{}", "range"),
        (b'{"range": {"min": 1}}', "range.max"),
        (b'{"range": {"min": "1", "max": 2}}', "range.min"),
        (b'{"range": {"min": true, "max": 2}}', "range.min"),
        (b'{"range": {"min": 1.5, "max": 2}}', "range.min"),
        (b'{"range": {"min": -1, "max": 2}}', "range.min"),
        (b'{"range": {"min": 10, "max": 2}}', "range.min"),
        (b'{"range": {"min": 1, "max": ' + b"9" * 5000 + b"}}", "range.max"),
        (b'{"range": {"min": 1, "max": 2}, "time": 1e999}', "time"),
        (b'{"range": {"min": 1, "max": 2}, "time": NaN}', "time"),
        (b'{"range": {"min": 1, "max": Infinity}}', "range.max"),
        (b'{"range": {"min": 1, "max": 2}, "many": ["x"]}', "many[0]"),
    ],
)
def test_what_is_wrong_is_named(sent: bytes, field: str) -> None:
    """The path of the field as the client wrote it, or body where there is no JSON at all."""
    with pytest.raises(ValidationFailed) as refused:
        decoded(sent, Body)
    assert refused.value.field == field
    assert refused.value.message.startswith(f"{field}: ")
    assert "`" not in refused.value.message


def test_unknown_fields_are_ignored() -> None:
    """Old clients send more than is read."""
    body = decoded(b'{"extra": {"deep": [1]}, "range": {"min": 1, "max": 2, "step": 3}, "time": 1.5}', Body)
    assert (body.range.min, body.range.max, body.time) == (1, 2, 1.5)


async def test_a_body_is_read_up_to_its_bound() -> None:
    """The part that is too much is the last one that is taken."""
    given = 0

    async def receive() -> Message:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"x" * 10, "more_body": given < 1000}

    with pytest.raises(TooLarge) as refused:
        await read_body(Request({"type": "http", "headers": []}, receive), ApiConfig(max_body_bytes=25))
    assert (given, refused.value.field) == (3, "body")


async def test_a_body_in_pieces_is_put_together() -> None:
    """In the order in which it came."""
    pieces = [b"ab", b"", b"cd"]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    assert await read_body(Request({"type": "http", "headers": []}, receive), ApiConfig(max_body_bytes=4)) == b"abcd"


async def test_a_body_that_never_comes_is_given_up() -> None:
    """Its time is that of every body."""
    config = ApiConfig(limits=ApiLimitsConfig(body_seconds=0.1))
    with pytest.raises(DeadlineExceeded) as refused:
        await read_body(Request({"type": "http", "headers": []}, asyncio.Event().wait), config)
    assert refused.value.code == "body_timeout"


def test_what_is_wrong_in_a_long_body_is_not_looked_for() -> None:
    """It is refused as a whole, and nobody else waits for it."""
    with pytest.raises(ValidationFailed) as refused:
        decoded(b'{"time": NaN, "more": "' + b"x" * 100_000 + b'"}', Body)
    assert refused.value.field == "body"
