"""The Messages wire without a socket, against the examples of Anthropic's documentation."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCall
from nexy.contracts.errors import NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.modules.ai_router.anthropic.reader import MessageReader
from support.fake_anthropic_script import encode
from support.fake_script import Script
from support.reading import calls_of, read, text_of

SCRIPT = Script(
    answer="Зелёный 🦜 parrot, 'quoted' and \"so on\".",
    tool_calls=(ToolCall(id="toolu_1", name="get_weather", arguments='{"city": "Осло"}'),),
    prompt_tokens=30,
    cached_tokens=10,
)


def reader(**limits: int) -> MessageReader:
    return MessageReader(provider="claude", model="configured", limits=WordsConfig(**limits))


def event(kind: str, **fields: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode({"type": kind, **fields}))


def words(text: str) -> bytes:
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def opening(**usage: int) -> bytes:
    return event("message_start", message={"id": "msg_1", "model": "claude-x", "usage": usage})


def ending(reason: str | None, **usage: int) -> bytes:
    return event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=usage)


BASIC = (
    b'event: message_start\ndata: {"type": "message_start", "message": {"id": "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY",'
    b' "type": "message", "role": "assistant", "content": [], "model": "claude-opus-4-6", "stop_reason": null,'
    b' "stop_sequence": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\n'
    b'event: content_block_start\ndata: {"type": "content_block_start", "index": 0,'
    b' "content_block": {"type": "text", "text": ""}}\n\n'
    b'event: ping\ndata: {"type": "ping"}\n\n'
    b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0,'
    b' "delta": {"type": "text_delta", "text": "Hello"}}\n\n'
    b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0,'
    b' "delta": {"type": "text_delta", "text": "!"}}\n\n'
    b'event: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\n'
    b'event: message_delta\ndata: {"type": "message_delta", "delta": {"stop_reason": "end_turn",'
    b' "stop_sequence":null}, "usage": {"output_tokens": 15}}\n\n'
    b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
)


def test_the_documented_example_is_read_and_counted() -> None:
    """Claude docs, "Streaming messages", basic streaming request: 25 tokens in, 15 out, two pieces of text."""
    answer = reader()
    assert answer.feed(BASIC) == [WordsDelta(text="Hello!")]
    assert answer.finish() == Finished(reason=FinishReason.STOP)
    assert answer.done
    assert answer.usage == WordsUsage(
        provider="claude",
        model="claude-opus-4-6",
        input_tokens=25,
        output_tokens=15,
        request_id="msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY",
    )


@given(st.lists(st.integers(min_value=0, max_value=3000), max_size=10))
def test_any_chunking_gives_the_same_answer(cuts: list[int]) -> None:
    """The answer does not depend on how the network cuts it."""
    answer = reader()
    contents = read(answer, encode(SCRIPT).whole, cuts)
    assert (text_of(contents), calls_of(contents)) == (SCRIPT.answer, list(SCRIPT.tool_calls))
    assert answer.finish() == Finished(reason=FinishReason.TOOL_CALLS)
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (30, len(SCRIPT.tokens))


def test_one_chunk_gives_its_words_as_one_delta() -> None:
    """Several events that come in one read are one delta."""
    assert reader().feed(words("one ") + words("two")) == [WordsDelta(text="one two")]


def test_tokens_of_the_cache_are_input_too() -> None:
    """Claude docs, "Prompt caching": all input is what was read from the cache, written into it, and the rest."""
    answer = reader()
    answer.feed(
        opening(input_tokens=50, cache_creation_input_tokens=248, cache_read_input_tokens=1800, output_tokens=1)
    )
    answer.feed(ending("end_turn", output_tokens=503))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (2098, 503)
    assert (answer.usage.cache_read_tokens, answer.usage.cache_write_tokens) == (1800, 248)


def test_the_newest_counts_are_the_cumulative_ones() -> None:
    """Claude docs, "Streaming messages": the counts of message_delta are cumulative, so they replace, not add."""
    answer = reader()
    answer.feed(opening(input_tokens=472, output_tokens=2))
    answer.feed(ending(None, output_tokens=40))
    answer.feed(ending("end_turn", input_tokens=10682, output_tokens=510))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (10682, 510)


def test_no_usage_before_the_end_counts() -> None:
    """The output of message_start is a placeholder: a broken answer is not told to have cost one token."""
    answer = reader()
    answer.feed(opening(input_tokens=25, output_tokens=1) + words("Hello"))
    assert answer.usage is None


def test_an_answer_without_counts_is_whole_without_usage() -> None:
    """Servers that speak like Anthropic may count nothing."""
    answer = reader()
    answer.feed(encode(Script(usage=False)).whole)
    assert answer.finish() == Finished()
    assert answer.usage is None


REASONS = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "pause_turn": FinishReason.STOP,
    "a_later_reason": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.CONTENT_FILTER,
}


@pytest.mark.parametrize(("told", "reason"), REASONS.items())
def test_every_stop_reason_has_its_meaning(told: str, reason: FinishReason) -> None:
    """Claude docs, "Stop reasons and fallback"; a refusal is a reason, not a failure."""
    answer = reader()
    answer.feed(ending(told, output_tokens=1))
    assert answer.finish() == Finished(reason=reason)


def test_thoughts_citations_and_later_events_are_passed_over() -> None:
    """Claude docs, "Streaming messages": thinking_delta, signature_delta, and events that are not known yet."""
    wire = (
        event("content_block_start", index=0, content_block={"type": "thinking", "thinking": ""})
        + event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Let me see"})
        + event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "EqQB"})
        + event("content_block_stop", index=0)
        + event("content_block_delta", index=1, delta={"type": "citations_delta", "citation": {"cited_text": "x"}})
        + event("content_block_start", index=1, content_block={"type": "server_tool_use", "id": "s", "name": "web"})
        + event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": "{}"})
        + event("something_new", payload=[1])
    )
    answer = reader()
    assert answer.feed(wire) == []
    assert answer.feed(words("Yes.")) == [WordsDelta(text="Yes.")]


def test_a_call_without_arguments_has_an_empty_object() -> None:
    """The wire writes nothing where the others write {}, and whoever decodes the arguments needs JSON."""
    wire = (
        event("content_block_start", index=0, content_block={"type": "tool_use", "id": "t", "name": "now", "input": {}})
        + event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": ""})
        + event("content_block_stop", index=0)
    )
    assert calls_of(reader().feed(wire)) == [ToolCall(id="t", name="now", arguments="{}")]


def test_nothing_counts_after_the_end() -> None:
    """What a server sends after message_stop is not part of the answer, be it garbage."""
    answer = reader()
    assert answer.feed(words("a") + event("message_stop") + words("b") + b"data: {\n\n") == [WordsDelta(text="a")]
    assert answer.feed(words("c")) == []


def test_an_answer_without_an_end_broke_off() -> None:
    """Words alone, and a content block that ended, do not make an answer complete."""
    answer = reader()
    answer.feed(opening(input_tokens=1) + words("a") + event("content_block_stop", index=0))
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


ERRORS = {
    "overloaded_error": (Unavailable, "provider_529"),
    "api_error": (Unavailable, "provider_500"),
    "timeout_error": (Unavailable, "provider_504"),
    "rate_limit_error": (Unavailable, "provider_429"),
    "authentication_error": (Unavailable, "provider_auth"),
    "permission_error": (Unavailable, "provider_auth"),
    "billing_error": (Unavailable, "provider_402"),
    "invalid_request_error": (ValidationFailed, "provider_refused"),
    "request_too_large": (ValidationFailed, "provider_refused"),
    "a_later_error": (Unavailable, "provider_error"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_event_means_its_status(kind: str) -> None:
    """Claude docs, "Claude API errors": each type has its status; the text may hold the prompt and is not repeated."""
    answer = reader()
    answer.feed(words("a"))
    with pytest.raises(NexyError) as caught:
        answer.feed(event("error", error={"type": kind, "message": "secret prompt"}))
    assert (type(caught.value), caught.value.code) == ERRORS[kind]
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b'{"type": "content_block_delta", "delta": {"text": "con',
        b'{"type": "content_block_delta", "delta": {"text": NaN}}',
        b'{"type": "content_block_delta", "delta": {"text": 7}}',
        b'{"type": "content_block_delta", "delta": {"text": "\xff"}}',
        b'{"type": "content_block_delta", "delta": {"text": "\\ud83d"}}',
        b'{"type": "message_delta", "usage": {"output_tokens": "many"}}',
        b'{"type": "message_start", "message": []}',
        b"[" * 9000,
        b'{"x": ' + b"[" * 9000,
    ],
)
def test_what_is_no_event_is_garbage(data: bytes) -> None:
    """Broken JSON, wrong types, bad UTF-8, lone surrogates and deep nesting all end as one failure."""
    with pytest.raises(Unavailable) as caught:
        reader().feed(b"data: " + data + b"\n\n")
    assert caught.value.code == "provider_garbage"


def test_pings_without_end_are_bounded_and_a_word_starts_them_anew() -> None:
    """So many bytes without a word are garbage; each word renews the allowance."""
    answer = reader(max_line_bytes=1024)
    for _ in range(10):
        answer.feed(event("ping") * 20)
        answer.feed(words("word"))
    with pytest.raises(Unavailable):
        answer.feed(event("ping") * 40)


def test_words_and_arguments_are_bounded_together() -> None:
    """Letters of two bytes count as two, and arguments count like words."""
    answer = reader(max_answer_bytes=1024)
    answer.feed(event("content_block_start", index=1, content_block={"type": "tool_use", "id": "t", "name": "now"}))
    answer.feed(words("а" * 400))
    with pytest.raises(TooLarge):
        answer.feed(event("content_block_delta", index=1, delta={"partial_json": "x" * 300}))


def test_negative_counts_are_not_believed() -> None:
    """A count below nothing is nothing."""
    answer = reader()
    answer.feed(opening(input_tokens=-5) + ending("end_turn", output_tokens=-1))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (0, 0)
