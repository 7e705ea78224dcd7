"""The published `openai` package works with nothing but another base URL.

Its behaviour is the reference for the wire: OpenAI API Reference, "Chat", "Streaming", "Function calling",
"Structured outputs", "Images", "Models", "Embeddings" and "Error codes".
"""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import openai
import pytest
from openai import AsyncOpenAI

from nexy.config.ai_router_section import AnswerCacheConfig, OpenAiConfig, RetryConfig, WordsConfig
from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.completions import Finished, FinishReason, Shape, ToolCallDelta
from nexy.contracts.errors import BudgetExhausted
from nexy.modules.ai_router.choice import Sources, choose_sources
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Fault, Script
from support.fake_vectors import vector_of
from support.http_door import HttpDoor, http_door
from support.listening import listening
from support.scripted_providers import ScriptedProvider, begun, down, sources, usage
from support.scripted_usage import ScriptedUsage

ASKED = [{"role": "user", "content": "canary-question"}]
TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
PNG = "data:image/png;base64,iVBORw0KGgo="


def saying(script: Script) -> FakeOpenAi:
    """A server of the same wire."""
    return FakeOpenAi(scripts=deque([script]))


@asynccontextmanager
async def client_of(door: HttpDoor, key: str = "any") -> AsyncIterator[AsyncOpenAI]:
    """The package, pointed at the door; it asks once."""
    async with listening(door.app) as address:
        async with AsyncOpenAI(base_url=f"http://{address}/v1", api_key=key, max_retries=0) as client:
            yield client


def claude(*steps: object) -> ScriptedProvider:
    """A provider of another wire."""
    return ScriptedProvider("claude", (begun("claude"), *steps))  # type: ignore[arg-type]


@asynccontextmanager
async def over(fake: FakeOpenAi) -> AsyncIterator[tuple[HttpDoor, AsyncOpenAI]]:
    """The door over the real adapter and a fake provider of the same wire."""
    words = WordsConfig(
        openai=OpenAiConfig(base_url=fake.base_url),
        allow_private_addresses=True,
        retry=RetryConfig(attempts=1),
        cache=AnswerCacheConfig(exact_seconds=0),
    )
    async with http_door(choose=choose_sources(words, SystemClock()), words=words) as door, client_of(door) as client:
        yield door, client


async def test_chat_passes_a_providers_answer_through() -> None:
    """Words, id, usage and fingerprint are the provider's own; the headers tell who answered."""
    async with saying(Script(answer="forty two")) as fake, over(fake) as (_, client):
        raw = await client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=ASKED)
        told = raw.parse()
    assert told.choices[0].message.content == "forty two"
    assert told.id == "chatcmpl-fake"
    assert told.usage.total_tokens == told.usage.prompt_tokens + told.usage.completion_tokens
    assert raw.headers["x-nexy-provider"] == "openai"
    assert raw.headers["x-nexy-tokens"] == str(told.usage.total_tokens)
    assert told._request_id == raw.headers["x-nexy-request-id"]


async def test_a_stream_passes_through_with_its_usage() -> None:
    """Every chunk of the provider arrives, the usage one because it was asked for."""
    async with saying(Script(answer="one two three")) as fake, over(fake) as (door, client):
        options = {"include_usage": True}
        stream = await client.chat.completions.create(
            model="gpt-4o-mini", messages=ASKED, stream=True, stream_options=options
        )
        chunks = [chunk async for chunk in stream]
        await door.assistance.cleanup()
    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == "one two three"
    assert all(chunk.id == "chatcmpl-fake" for chunk in chunks)
    assert chunks[-1].usage.completion_tokens == len(Script(answer="one two three").tokens)
    assert [row.report.source for row in door.usage.rows] == ["code"]


async def test_another_wire_comes_as_chunks_of_ours() -> None:
    """Claude's words arrive in chunks of one id, with a role first, a reason last and the usage behind it."""
    provider = claude("Hel", "lo", usage("claude", 4), Finished(reason=FinishReason.LENGTH))
    async with http_door(provider) as door, client_of(door) as client:
        stream = await client.chat.completions.create(
            model="auto", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Hello"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "length"
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.total_tokens) == (4, 8)
    assert len({chunk.id for chunk in chunks}) == 1


@pytest.mark.parametrize("stream", [False, True])
async def test_tools_are_offered_and_called(stream: bool) -> None:
    """The model gets the tools; its call comes back whole or in pieces that the package puts together."""
    pieces = (ToolCallDelta(index=0, id="c1", name="weather"), ToolCallDelta(index=0, arguments='{"city":"Rome"}'))
    provider = claude(*pieces, usage("claude"), Finished(reason=FinishReason.TOOL_CALLS))
    async with http_door(provider) as door, client_of(door) as client:
        if stream:
            async with client.chat.completions.stream(model="auto", messages=ASKED, tools=[TOOL]) as events:
                told = await events.get_final_completion()
        else:
            told = await client.chat.completions.create(
                model="auto", messages=ASKED, tools=[TOOL], tool_choice="required"
            )
    call = told.choices[0].message.tool_calls[0]
    assert (call.id, call.function.name, call.function.arguments) == ("c1", "weather", '{"city":"Rome"}')
    assert told.choices[0].finish_reason == "tool_calls"
    question = provider.asked[0][0].question
    assert (question.tools[0].name, question.tool_choice) == ("weather", "auto" if stream else "required")


async def test_a_tools_result_goes_back_to_the_model() -> None:
    """The call and its answer stand in the conversation as calls and answers."""
    provider = claude("sunny", Finished())
    talk = [
        *ASKED,
        {
            "role": "assistant",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "25 degrees"},
    ]
    async with http_door(provider) as door, client_of(door) as client:
        await client.chat.completions.create(model="auto", messages=talk)
    _, call, result = provider.asked[0][0].question.messages
    assert call.tool_calls[0].name == "weather"
    assert (result.answers, result.text) == ("c1", "25 degrees")


@pytest.mark.parametrize(
    ("wanted", "schema"),
    [
        ({"type": "json_object"}, b""),
        ({"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}, b'{"type":"object"}'),
    ],
)
async def test_json_mode(wanted: dict[str, object], schema: bytes) -> None:
    """The wish for JSON, and for its form, reaches the provider."""
    provider = claude('{"a": 1}', Finished())
    async with http_door(provider) as door, client_of(door) as client:
        told = await client.chat.completions.create(model="auto", messages=ASKED, response_format=wanted)
    question = provider.asked[0][0].question
    assert told.choices[0].message.content == '{"a": 1}'
    assert (question.shape, question.schema.replace(b" ", b"")) == (Shape.JSON, schema)


async def test_pictures() -> None:
    """A data URL reaches the provider as a picture beside the words."""
    provider = claude("a cat", Finished())
    content = [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": PNG}}]
    async with http_door(provider) as door, client_of(door) as client:
        await client.chat.completions.create(model="auto", messages=[{"role": "user", "content": content}])
    (message,) = provider.asked[0][0].question.messages
    assert message.text == "what is it?"
    assert [(one.media_type, one.data) for one in message.pictures] == [("image/png", "iVBORw0KGgo=")]


async def test_models() -> None:
    """Configured models are listed by provider and name, each can be looked up, unknown ones cannot."""
    async with http_door(claude("x")) as door, client_of(door) as client:
        names = [model.id async for model in client.models.list()]
        one = await client.models.retrieve("claude/claude-model")
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve("nobody/nothing")
    assert names == ["auto", "claude/claude-model", "offline"]
    assert one.owned_by == "claude"


async def test_embeddings() -> None:
    """Vectors come in the order of the texts, packed as the package asks for them, and are paid for."""
    async with saying(Script(answer="")) as fake, over(fake) as (door, client):
        told = await client.embeddings.create(model="text-embedding-3-small", input=["one two", "three"])
        plain = await client.embeddings.create(model="auto", input="one two", encoding_format="float")
        await door.assistance.cleanup()
    assert [one.index for one in told.data] == [0, 1]
    assert told.data[0].embedding == pytest.approx(vector_of("one two"), rel=1e-6)
    assert plain.data[0].embedding == pytest.approx(vector_of("one two"))
    assert told.usage.prompt_tokens == 3
    assert [row.report.source for row in door.usage.rows] == ["embeddings", "embeddings"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "audio"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]},
         "messages[0].content[0].image_url.url"),
        ({"temperature": 9}, "temperature"),
    ],
)  # fmt: skip
async def test_a_wrong_request_names_its_field(body: dict[str, object], field: str) -> None:
    """The package raises its error for bad requests, with the parameter."""
    async with http_door(claude("x")) as door, client_of(door) as client:
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(**{"model": "auto", "messages": ASKED, **body})
    assert refused.value.param == field
    assert refused.value.type == "invalid_request_error"


async def test_a_model_whose_name_is_a_book_is_refused() -> None:
    """Names are remembered, told in headers and kept in the ledger."""
    async with http_door(choose=sources(claude("yes"))) as door, client_of(door) as client:
        with pytest.raises(openai.NotFoundError, match="at most 200 characters"):
            await client.chat.completions.create(model="claude/" + "x" * 200, messages=ASKED)  # type: ignore[arg-type]
        with pytest.raises(openai.NotFoundError, match="at most 200 characters"):
            await client.embeddings.create(model="x" * 201, input="x")


async def test_an_unknown_model_is_not_found() -> None:
    """A name that nobody knows is the wire's own 404."""
    async with http_door(choose=sources()) as door, client_of(door) as client:
        with pytest.raises(openai.NotFoundError) as refused:
            await client.chat.completions.create(model="nobody-knows", messages=ASKED)
    assert refused.value.code == "model_not_found"


async def test_a_wrong_key_is_an_authentication_error() -> None:
    """With configured keys another one is refused, and the right one serves."""
    async with http_door(claude("x", Finished()), config=ApiConfig(keys="ada=right")) as door:
        async with client_of(door, key="wrong") as client:
            with pytest.raises(openai.AuthenticationError) as refused:
                await client.models.list()
        async with client_of(door, key="right") as client:
            await client.chat.completions.create(model="auto", messages=ASKED)
        await door.assistance.cleanup()
    assert refused.value.code == "invalid_api_key"
    assert door.usage.checked[0].hardware_id == "key:ada"


async def test_limits_and_budgets_are_rate_limit_errors() -> None:
    """Too fast and too much are told apart by their codes."""
    limits = ApiLimitsConfig(per_second=0.01, burst=1)
    spent = ScriptedUsage(refusal=BudgetExhausted("spent", code="budget_day", retry_after_seconds=60))
    async with http_door(config=ApiConfig(limits=limits), usage=spent) as door, client_of(door) as client:
        with pytest.raises(openai.RateLimitError) as poor:
            await client.chat.completions.create(model="auto", messages=ASKED)
        with pytest.raises(openai.RateLimitError) as fast:
            await client.chat.completions.create(model="auto", messages=ASKED)
    assert (poor.value.code, poor.value.response.headers["retry-after"]) == ("insufficient_quota", "60")
    assert fast.value.code == "rate_limit_exceeded"


async def test_nobody_answers() -> None:
    """All providers failing is a server error that names them."""
    sad = {name: ScriptedProvider(name, (down(),)) for name in ("claude", "offline")}
    async with http_door(choose=Sources(providers=sad)) as door, client_of(door) as client:
        with pytest.raises(openai.InternalServerError) as failed:
            await client.chat.completions.create(model="claude", messages=ASKED)
    assert failed.value.status_code == 503
    assert failed.value.code == "all_providers_failed"


async def test_a_stream_that_breaks_off_raises() -> None:
    """Death after the first words is one error event of the wire; nothing is answered again."""
    provider = claude("Hel", down())
    heard = []
    async with http_door(provider) as door, client_of(door) as client:
        stream = await client.chat.completions.create(model="auto", messages=ASKED, stream=True)
        with pytest.raises(openai.APIError) as failed:
            async for chunk in stream:
                heard.append(chunk.choices[0].delta.content)
    assert heard == ["Hel"]
    assert failed.value.code == "all_providers_failed"


async def test_a_providers_refusal_is_the_callers_error() -> None:
    """What the provider finds wrong with the request is told as such, and nobody else is asked."""
    async with saying(Script(answer="x", fault=Fault.BAD_REQUEST)) as fake, over(fake) as (_, client):
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(model="gpt-4o-mini", messages=ASKED)
    assert refused.value.code == "provider_refused"
