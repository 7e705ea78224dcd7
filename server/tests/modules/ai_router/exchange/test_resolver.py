"""Names that lead where no address may."""

import socket
from dataclasses import replace

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from nexy.config.ai_router_section import OllamaConfig, OpenAiConfig, WordsConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.exchange.resolver import GuardedResolver, PrivateAddress, resolver_of
from nexy.modules.ai_router.openai.dialect import OpenAiDialect
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi
from support.openai_turns import QUICK, collect

GUARDED = WordsConfig(allow_private_addresses=False, ollama=OllamaConfig(base_url="http://models.lan:11434"))


class Names(AbstractResolver):
    """Answers with the given addresses, one after the other for each question."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self.answers.pop(0)
        return [ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0) for one in addresses]

    async def close(self) -> None:
        self.closed = True


async def hosts(resolver: AbstractResolver, host: str = "llm.example", port: int = 443) -> list[str]:
    return [one["host"] for one in await resolver.resolve(host, port)]


async def test_private_addresses_of_a_name_are_hidden() -> None:
    """Of several addresses the public ones are left."""
    assert await hosts(GuardedResolver(Names(("10.0.0.1", "8.8.8.8", "::1")), (None, None))) == ["8.8.8.8"]


async def test_a_name_that_changes_its_mind_is_caught() -> None:
    """Every resolution is judged anew, so an answer that was good before opens nothing (DNS rebinding)."""
    names = GuardedResolver(Names(("8.8.8.8",), ("127.0.0.1",)), (None, None))
    assert await hosts(names) == ["8.8.8.8"]
    with pytest.raises(PrivateAddress):
        await hosts(names)


async def test_only_ollamas_own_host_and_port_may_be_near() -> None:
    """Another port of the same host is somebody else."""
    names = GuardedResolver(Names(("10.0.0.7",), ("10.0.0.7",)), ("models.lan", 11434))
    assert await hosts(names, "models.lan", 11434) == ["10.0.0.7"]
    with pytest.raises(PrivateAddress):
        await hosts(names, "models.lan", 22)


async def test_the_configuration_decides_whether_there_is_a_guard() -> None:
    """Where private addresses are allowed, nothing stands between; by itself they are not."""
    open_to_all = WordsConfig(allow_private_addresses=True)
    for config, guarded in (
        (open_to_all, False),
        (WordsConfig(), True),
        (GUARDED, True),
        (replace(GUARDED, ollama=OllamaConfig()), True),
    ):
        resolver = resolver_of(config)
        assert isinstance(resolver, GuardedResolver) is guarded
        await resolver.close()


async def test_closing_reaches_the_resolver_inside() -> None:
    """Nothing of it is left."""
    names = Names()
    await GuardedResolver(names, (None, None)).close()
    assert names.closed


async def test_a_provider_behind_such_a_name_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is never opened, and the error names the switch."""
    monkeypatch.setattr(aiohttp, "DefaultResolver", lambda: Names(("127.0.0.1",)))
    async with FakeOpenAi() as fake:
        base = f"http://llm.example:{fake.port}/v1"
        config = replace(QUICK, allow_private_addresses=False, openai=OpenAiConfig(base_url=base))
        pool = ConnectionPool(config)
        with pytest.raises(Unavailable) as caught:
            await collect(HttpProvider(OpenAiDialect(config), config, SystemClock(), pool))
        await pool.close()
        assert not fake.requests
    assert caught.value.code == "provider_private_address"
    assert "LLM_ALLOW_PRIVATE_ADDRESSES" in caught.value.message
