"""One request on plain ASGI."""

import asyncio

import pytest
from starlette.types import Message

from nexy.contracts.errors import TooLarge
from nexy.transport.http_service.exchange import ClientGone, Exchange, heads_of


def exchange(*messages: Message, headers: tuple[tuple[bytes, bytes], ...] = ()) -> tuple[Exchange, list[Message]]:
    """An exchange that receives these, then waits for ever; and what it sends."""
    waiting, sent = list(messages), list[Message]()

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    return Exchange(scope, receive, send, heads_of(scope)), sent


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


CHUNKED = ((b"transfer-encoding", b"chunked"),)
GONE = {"type": "http.disconnect"}


async def test_a_body_in_parts() -> None:
    """Put together in order."""
    one, _ = exchange(part(b"a", more=True), part(b"b", more=True), part(b"c"), headers=CHUNKED)
    assert await one.body(10, 5) == b"abc"


async def test_no_body_needs_no_wait() -> None:
    """Without a length nothing is to come."""
    one, _ = exchange()
    assert await one.body(10, 5) == b""


@pytest.mark.parametrize("length", [b"11", b"999999999999999999999999"])
async def test_a_length_is_believed_when_it_is_too_much(length: bytes) -> None:
    """Nothing of it is read."""
    one, _ = exchange(headers=((b"content-length", length),))
    with pytest.raises(TooLarge):
        await one.body(10, 5)


async def test_parts_are_counted_together() -> None:
    """The bound is that of the whole."""
    one, _ = exchange(part(b"x" * 6, more=True), part(b"x" * 6, more=True), headers=CHUNKED)
    with pytest.raises(TooLarge, match="at most 10 bytes"):
        await one.body(10, 5)


@pytest.mark.parametrize("messages", [(GONE,), (part(b"a", more=True), GONE)])
async def test_a_client_that_leaves_amid_its_body(messages: tuple[Message, ...]) -> None:
    """There is nobody to answer."""
    one, sent = exchange(*messages, headers=CHUNKED)
    with pytest.raises(ClientGone):
        await one.body(10, 5)
    assert sent == []


async def test_a_reply_has_its_length_and_forbids_sniffing() -> None:
    """And whatever the gate added."""
    one, sent = exchange()
    one.extra = ((b"vary", b"Origin"),)
    await one.reply(201, b"abc", ((b"a", b"b"),))
    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], one.status, sent[1]["body"]) == (201, 201, b"abc")
    assert headers == {b"a": b"b", b"content-length": b"3", b"x-content-type-options": b"nosniff", b"vary": b"Origin"}


async def test_a_watched_block_ends_with_its_client() -> None:
    """The block is cancelled where it stands, and tells so by one error."""
    one, _ = exchange(GONE)
    reached = []
    with pytest.raises(ClientGone):
        async with one.watched():
            reached.append("begun")
            await asyncio.Event().wait()
    assert (reached, one.gone) == (["begun"], True)


async def test_a_watched_block_hears_whoever_stops_the_server() -> None:
    """A cancellation from elsewhere stays one."""
    one, _ = exchange()
    begun = asyncio.Event()

    async def work() -> None:
        async with one.watched():
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not one.gone


async def test_a_watched_block_that_is_done_leaves_nothing() -> None:
    """No watcher stays behind."""
    one, _ = exchange()
    async with one.watched():
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_request_ids_are_all_different() -> None:
    """Also where the system's chance is asked for again."""
    names = {exchange()[0].request_id for _ in range(2000)}
    assert len(names) == 2000
    assert {len(name) for name in names} == {32}
