"""What a LightRAG server finds, and every way in which it may fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.errors import ConfigurationInvalid, DeadlineExceeded, NexyError, Unavailable
from nexy.modules.code_search.lightrag.client import LightRag
from nexy.utils.supervisor import owned_task
from support.clock import FakeClock
from support.fake_lightrag import Document, FakeLightRag, LightRagFault

_DOCUMENTS = (
    Document(path="docs/billing.md", text="Invoices are sent on the first day of a month"),
    Document(path="unknown_source", text="A month has thirty days, roughly"),
    Document(path="docs/leave.pdf", text="Holidays of this month"),
    Document(path="docs/other.pdf", text="Nothing of interest"),
)
_REFUSALS = {
    LightRagFault.SERVER_ERROR: "lightrag_500",
    LightRagFault.SEARCH_FAILED: "lightrag_failed",
    LightRagFault.REDIRECT: "lightrag_307",
    LightRagFault.DROP: "lightrag_unreachable",
    LightRagFault.HTML: "lightrag_garbage",
    LightRagFault.HALF_JSON: "lightrag_garbage",
    LightRagFault.DEEP_JSON: "lightrag_garbage",
    LightRagFault.WRONG_TYPES: "lightrag_garbage",
    LightRagFault.HUGE: "lightrag_too_long",
}


@asynccontextmanager
async def asking(
    url: str, config: LightRagConfig | None = None, clock: FakeClock | None = None
) -> AsyncIterator[LightRag]:
    """A client of this address, closed after the block."""
    client = LightRag(url, config or LightRagConfig(timeout_seconds=30), clock or FakeClock())
    try:
        yield client
    finally:
        await client.close()


async def failure_of(client: LightRag, query: str = "this month") -> NexyError:
    """What asking raises."""
    with pytest.raises(NexyError) as caught:
        await client.ask(query)
    return caught.value


async def test_passages_come_best_first_with_their_documents() -> None:
    """Passages keep the server's order; a document that the server does not know has no name."""
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url + "/") as client:
        found = await client.ask("which month")
    assert [(one.document, one.text) for one in found] == [
        ("docs/billing.md", _DOCUMENTS[0].text),
        ("", _DOCUMENTS[1].text),
        ("docs/leave.pdf", _DOCUMENTS[2].text),
    ]
    assert len({one.id for one in found}) == 3


async def test_the_question_names_mode_and_how_many() -> None:
    """The configured mode and number of results are on the wire, and more than asked for is not given."""
    config = LightRagConfig(mode="naive", max_results=2, timeout_seconds=30)
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url, config) as client:
        assert len(await client.ask("month")) == 2
    assert list(server.asked) == [{"query": "month", "mode": "naive", "chunk_top_k": 2}]


async def test_finding_nothing_is_no_failure() -> None:
    """The server calls an empty result a failure, in two ways; for the client it is an empty result and no trouble."""
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url) as client:
        assert list(await client.ask("zebra")) == []
        server.fault = LightRagFault.EMPTY_DATASET
        assert list(await client.ask("month")) == []
        server.fault = LightRagFault.NONE
        assert await client.ask("month")


async def test_the_key_opens_the_door() -> None:
    """With the key of LIGHTRAG_API_KEY a guarded server answers; with none or another one the variable is named."""
    async with FakeLightRag(documents=_DOCUMENTS, api_key="k-1") as server:
        async with asking(server.url, LightRagConfig(api_key=" k-1 ", timeout_seconds=30)) as client:
            assert await client.ask("month")
        for key in ("", "k-2"):
            async with asking(server.url, LightRagConfig(api_key=key, timeout_seconds=30)) as client:
                refused = await failure_of(client)
            assert refused.code == "lightrag_key"
            assert "LIGHTRAG_API_KEY" in refused.message


@pytest.mark.parametrize("fault", _REFUSALS, ids=lambda fault: fault.name.lower())
async def test_every_fault_is_a_named_failure(fault: LightRagFault) -> None:
    """Whatever a broken server sends becomes `Unavailable` with a code that tells what happened."""
    async with FakeLightRag(documents=_DOCUMENTS, fault=fault) as server, asking(server.url) as client:
        failure = await failure_of(client)
    assert isinstance(failure, Unavailable)
    assert failure.code == _REFUSALS[fault]


async def test_a_silent_server_ends_at_the_time_out() -> None:
    """A server that says nothing is given up after `timeout_seconds`."""
    config = LightRagConfig(timeout_seconds=0.05)
    async with FakeLightRag(fault=LightRagFault.HANG) as server, asking(server.url, config) as client:
        failure = await failure_of(client)
    assert isinstance(failure, DeadlineExceeded)
    assert failure.code == "lightrag_timeout"


async def test_nobody_listening_is_unreachable() -> None:
    """A server that is away is `lightrag_unreachable`."""
    async with FakeLightRag() as server:
        pass
    async with asking(server.url) as client:
        assert (await failure_of(client)).code == "lightrag_unreachable"


async def test_after_a_failure_it_rests_and_then_one_tries() -> None:
    """For `rest_seconds` nothing is sent; then one question tries it while others are refused, and success ends it."""
    clock, config = FakeClock(), LightRagConfig(timeout_seconds=30, rest_seconds=60)
    async with FakeLightRag(documents=_DOCUMENTS, fault=LightRagFault.SERVER_ERROR) as server:
        async with asking(server.url, config, clock) as client:
            assert (await failure_of(client)).code == "lightrag_500"
            clock.advance(59)
            assert (await failure_of(client)).code == "lightrag_rests"
            assert len(server.asked) == 1
            clock.advance(2)
            server.fault = LightRagFault.HANG
            server.busy.clear()
            async with owned_task(client.ask("this month")):
                await server.busy.wait()
                assert (await failure_of(client)).code == "lightrag_rests"
            clock.advance(31)
            server.fault = LightRagFault.NONE
            assert await client.ask("month")
            assert await client.ask("month")


async def test_healthy_it_is_asked_by_many_at_once() -> None:
    """Questions side by side do not stand in each other's way."""
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url) as client:
        answers = await asyncio.gather(*(client.ask("month") for _ in range(8)))
    assert all(len(found) == 3 for found in answers)


async def test_a_question_too_short_is_not_asked() -> None:
    """What the server would refuse for its length is not sent."""
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url) as client:
        assert (await failure_of(client, " ab ")).code == "lightrag_too_short"
        assert not server.asked
        assert await client.ask("month")


async def test_a_refused_question_does_not_make_it_rest() -> None:
    """A question that the server finds wrong says nothing against the server."""
    config = LightRagConfig(mode="unheard", timeout_seconds=30)
    async with FakeLightRag(documents=_DOCUMENTS) as server, asking(server.url, config) as client:
        assert (await failure_of(client)).code == "lightrag_refused"
        assert (await failure_of(client)).code == "lightrag_refused"


@pytest.mark.parametrize(
    "url", ["ftp://host", "host:9621", "http:///x", "http://h/?a=1", "http://h:99999", "http://h/#x"]
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    """The error names the key and its variable, and does not repeat the value."""
    with pytest.raises(ConfigurationInvalid, match="LIGHTRAG_URL") as caught:
        LightRag(url, LightRagConfig(), FakeClock())
    assert caught.value.field == "outside.lightrag_url"
    assert url not in caught.value.message


def test_a_key_with_a_line_break_is_refused() -> None:
    """What would break a header is refused at start, without repeating it."""
    with pytest.raises(ConfigurationInvalid, match="LIGHTRAG_API_KEY") as caught:
        LightRag("http://h", LightRagConfig(api_key="a\nb"), FakeClock())
    assert "a\nb" not in caught.value.message
