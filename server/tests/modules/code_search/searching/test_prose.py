"""When documents are asked."""

import pytest

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.lightrag.client import LightRag
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.prose import Passages, ProseSource
from support.clock import FakeClock
from support.code_shelf import ANN
from support.fake_lightrag import Document, FakeLightRag, LightRagFault

_CONFIG = LightRagConfig(timeout_seconds=30)


def source(url: str = "http://127.0.0.1:9", config: LightRagConfig = _CONFIG) -> ProseSource:
    return ProseSource(LightRag(url, config, FakeClock()), config)


@pytest.mark.parametrize(
    ("wish", "whole", "wants"),
    [
        (Wish(query="q"), True, True),
        (Wish(query="q", language="text"), True, True),
        (Wish(query="q", kind=SearchKind.SEMANTIC), True, True),
        (Wish(query="q", kind=SearchKind.GRAPH), True, True),
        (Wish(query="q"), False, False),
        (Wish(query="q", language="go"), True, False),
        (Wish(query="q", kind=SearchKind.KEYWORD), True, False),
        (Wish(query="q", prose=False), True, False),
    ],
)
def test_documents_answer_only_what_they_may_know(wish: Wish, whole: bool, wants: bool) -> None:
    """Not a question about one project, another language, plain words, or a caller who wants none."""
    assert source().wants(wish, whole_sight=whole) is wants


async def test_without_a_server_nobody_is_asked() -> None:
    """No server is no source, no problem and no state."""
    none = ProseSource(None, _CONFIG)
    assert not none.wants(Wish(query="q"), whole_sight=True)
    assert await none.ask(Wish(query="q")) == Passages()
    assert none.state == ""
    await none.close()


async def test_a_stranger_is_told_which_switch_opens_it() -> None:
    """Without a name nothing is asked, with `public` everybody is answered."""
    async with FakeLightRag(documents=[Document(path="d", text="word")]) as server:
        closed, opened = source(server.url), source(server.url, LightRagConfig(timeout_seconds=30, public=True))
        stranger = await closed.ask(Wish(query="word"))
        assert (stranger.asked, "LIGHTRAG_PUBLIC" in stranger.problem) == (False, True)
        assert len((await closed.ask(Wish(query="word", user_id=ANN))).found) == 1
        assert len((await opened.ask(Wish(query="word"))).found) == 1
        await closed.close()
        await opened.close()


async def test_a_failure_is_a_reason_and_shows_in_the_state() -> None:
    """Nothing is raised; the state tells that it fails until it answers again."""
    async with FakeLightRag(fault=LightRagFault.HTML) as server:
        failing = source(server.url)
        said = await failing.ask(Wish(query="word", user_id=ANN))
        await failing.close()
    assert (said.asked, bool(said.problem), failing.state) == (True, True, "failing")
