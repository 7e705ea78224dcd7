"""The Gemini wire without a socket, against Google's documentation."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCall
from nexy.contracts.errors import NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.modules.ai_router.gemini.reader import GeminiReader
from support.fake_gemini_script import encode
from support.fake_script import Script
from support.reading import calls_of, read, text_of

SCRIPT = Script(
    answer="Зелёный 🦜 parrot, 'quoted' and \"so on\".",
    tool_calls=(ToolCall(id="", name="get_weather", arguments='{"city":"Осло"}'),),
    thought_tokens=5,
)


def reader(**limits: int) -> GeminiReader:
    return GeminiReader(provider="gemini", model="configured", limits=WordsConfig(**limits))


def event(**fields: object) -> bytes:
    return b"data: " + msgspec.json.encode(fields) + b"\r\n\r\n"


def candidate(*parts: object, **rest: object) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": parts, "role": "model"}, "index": 0, **rest}]}


def words(text: str, **rest: object) -> bytes:
    return event(**candidate({"text": text}), **rest)


def ending(reason: str, **usage: int) -> bytes:
    return event(**candidate(finishReason=reason), usageMetadata=usage)


STREAMED = (
    b'data: {"candidates": [{"content": {"parts": [{"text": "1+1 equals"}],"role": "model"},"index": 0}],'
    b'"usageMetadata": {"promptTokenCount": 15,"totalTokenCount": 15,'
    b'"promptTokensDetails": [{"modality": "TEXT","tokenCount": 15}]},'
    b'"modelVersion": "gemini-2.5-flash","responseId": "Il0taoSYJ5Cez7IP"}\r\n\r\n'
    b'data: {"candidates": [{"content": {"parts": [{"text": " 2.","thoughtSignature": "EjQKMgEM"}],"role": "model"},'
    b'"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 15,"candidatesTokenCount": 6,'
    b'"totalTokenCount": 21,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 15}]},'
    b'"modelVersion": "gemini-2.5-flash","responseId": "Il0taoSYJ5Cez7IP"}\r\n\r\n'
)


def test_a_streamed_answer_is_read_and_counted() -> None:
    """Gemini API reference, "GenerateContentResponse" streamed with alt=sse: 15 tokens in, 6 out, 21 together."""
    answer = reader()
    assert answer.feed(STREAMED) == [WordsDelta(text="1+1 equals 2.")]
    assert answer.finish() == Finished(reason=FinishReason.STOP)
    assert answer.done
    assert answer.usage == WordsUsage(
        provider="gemini", model="gemini-2.5-flash", input_tokens=15, output_tokens=6, request_id="Il0taoSYJ5Cez7IP"
    )


@given(st.lists(st.integers(min_value=0, max_value=5000), max_size=10))
def test_any_chunking_gives_the_same_answer(cuts: list[int]) -> None:
    """The answer does not depend on how the network cuts it."""
    answer = reader()
    contents = read(answer, encode(SCRIPT).whole, cuts)
    made = ToolCall(id="fake-response-0", name="get_weather", arguments='{"city":"Осло"}')
    assert (text_of(contents), calls_of(contents)) == (SCRIPT.answer, [made])
    assert answer.finish() == Finished(reason=FinishReason.TOOL_CALLS)
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, len(SCRIPT.tokens) + 5)


def test_thoughts_are_counted_and_not_said() -> None:
    """Gemini docs, "Thinking": thought tokens are billed as output and stand beside those of the candidates."""
    answer = reader()
    thought = event(**candidate({"text": "The person asks for a sum.", "thought": True}))
    assert answer.feed(thought + words("Two.")) == [WordsDelta(text="Two.")]
    answer.feed(
        ending("STOP", promptTokenCount=27, candidatesTokenCount=6, thoughtsTokenCount=194, totalTokenCount=227)
    )
    assert answer.usage is not None
    assert answer.usage.input_tokens + answer.usage.output_tokens == 227
    assert answer.usage.output_tokens == 200


def test_cached_tokens_are_among_those_of_the_prompt() -> None:
    """Gemini API reference, "UsageMetadata": cached content is included, results of tools come on top."""
    answer = reader()
    answer.feed(
        ending(
            "STOP", promptTokenCount=900, cachedContentTokenCount=512, toolUsePromptTokenCount=7, candidatesTokenCount=1
        )
    )
    assert answer.usage is not None
    assert answer.usage.input_tokens == 907


def test_no_usage_before_the_end_counts() -> None:
    """Running counts of an answer that broke off are not its usage."""
    answer = reader()
    answer.feed(words("Hello", usageMetadata={"promptTokenCount": 11, "totalTokenCount": 11}))
    assert answer.usage is None


def test_counts_may_follow_the_end() -> None:
    """The reason and the counts may come in two events."""
    answer = reader()
    answer.feed(event(**candidate(finishReason="STOP")))
    assert not answer.done
    answer.feed(event(usageMetadata={"promptTokenCount": 3, "candidatesTokenCount": 4}))
    assert answer.done


REASONS = {
    "STOP": FinishReason.STOP,
    "OTHER": FinishReason.STOP,
    "A_LATER_REASON": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "LANGUAGE": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
}


@pytest.mark.parametrize(("told", "reason"), REASONS.items())
def test_every_finish_reason_has_its_meaning(told: str, reason: FinishReason) -> None:
    """Gemini API reference, "FinishReason"; what a filter stopped is an answer with a reason, not a failure."""
    answer = reader()
    answer.feed(ending(told, promptTokenCount=1))
    assert answer.finish() == Finished(reason=reason)


@pytest.mark.parametrize("told", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"])
def test_a_call_that_the_model_garbled_is_a_failure(told: str) -> None:
    """There is nothing to give out, and somebody else may do better."""
    with pytest.raises(Unavailable) as caught:
        reader().feed(ending(told, promptTokenCount=1))
    assert caught.value.code == "provider_error"


def test_a_blocked_question_ends_at_once_and_is_counted() -> None:
    """Gemini API reference, "PromptFeedback": no candidates, a blockReason, and the tokens of the prompt."""
    answer = reader()
    feedback = {"blockReason": "SAFETY", "safetyRatings": []}
    assert answer.feed(event(promptFeedback=feedback, usageMetadata={"promptTokenCount": 9})) == []
    assert answer.finish() == Finished(reason=FinishReason.CONTENT_FILTER)
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (9, 0)


def test_feedback_without_a_block_ends_nothing() -> None:
    """Ratings of the prompt come with good answers too."""
    answer = reader()
    answer.feed(words("Hi", promptFeedback={"safetyRatings": []}))
    with pytest.raises(Unavailable):
        answer.finish()


def test_calls_keep_their_ids_or_get_one() -> None:
    """Gemini docs, "Function calling": the id is optional; without one it is made from the answer's."""
    answer = reader()
    named = {"functionCall": {"id": "abc", "name": "f", "args": {"a": 1}}}
    bare = {"functionCall": {"name": "g"}}
    empty = {"functionCall": {"name": "h", "args": None}}
    assert calls_of(answer.feed(event(**candidate(named, bare, empty), responseId="resp"))) == [
        ToolCall(id="abc", name="f", arguments='{"a":1}'),
        ToolCall(id="resp-1", name="g", arguments="{}"),
        ToolCall(id="resp-2", name="h", arguments="{}"),
    ]


def test_a_limit_within_a_call_stays_a_limit() -> None:
    """Calls change only the meaning of an ordinary end."""
    answer = reader()
    answer.feed(event(**candidate({"functionCall": {"name": "g"}}, finishReason="MAX_TOKENS")))
    assert answer.finish() == Finished(reason=FinishReason.LENGTH)


def test_parts_of_other_kinds_and_events_without_content_are_passed_over() -> None:
    """Code, files, and candidates without content or parts."""
    answer = reader()
    wire = (
        event(**candidate({"executableCode": {"code": "1"}}, {"inlineData": {"data": "QUJD"}}))
        + event(candidates=[{"index": 0}])
        + event(candidates=[{"content": {"role": "model"}}])
        + event(candidates=[], usageMetadata={"trafficType": "ON_DEMAND"})
        + event(somethingNew=1)
    )
    assert answer.feed(wire) == []


def test_an_answer_without_a_reason_broke_off() -> None:
    """The wire has no last word but the reason."""
    answer = reader()
    answer.feed(words("a"))
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


def failing(code: int | None, status: str = "", *details: object) -> bytes:
    return event(error={"code": code, "message": "secret prompt", "status": status, "details": details})


ERRORS = [
    (failing(503, "UNAVAILABLE"), Unavailable, "provider_503"),
    (failing(500, "INTERNAL"), Unavailable, "provider_500"),
    (failing(429, "RESOURCE_EXHAUSTED"), Unavailable, "provider_429"),
    (failing(403, "PERMISSION_DENIED"), Unavailable, "provider_auth"),
    (failing(400, "INVALID_ARGUMENT"), ValidationFailed, "provider_refused"),
    (failing(400, "FAILED_PRECONDITION"), Unavailable, "provider_402"),
    (failing(400, "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"}), Unavailable, "provider_auth"),
    (failing(None), Unavailable, "provider_error"),
    (failing(200), Unavailable, "provider_error"),
]


@pytest.mark.parametrize(("wire", "kind", "code"), ERRORS)
def test_an_error_amid_the_stream_means_its_status(wire: bytes, kind: type[NexyError], code: str) -> None:
    """Gemini docs, "Troubleshooting guide"; the text may hold the prompt and is not repeated."""
    answer = reader()
    answer.feed(words("a"))
    with pytest.raises(NexyError) as caught:
        answer.feed(wire)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b'{"candidates": [',
        b'{"candidates": NaN}',
        b'{"candidates": "text"}',
        b'{"candidates": [{"content": {"parts": [{"text": 7}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"text": "\\ud83d"}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"functionCall": {"name": "f", "args": {"a": "\xff"}}}]}}]}',
        b'{"candidates": [{"finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": "many"}}',
        b"[" * 9000,
        b'{"x": ' + b"[" * 9000,
    ],
)
def test_what_is_no_event_is_garbage(data: bytes) -> None:
    """Broken JSON, wrong types, bad UTF-8, lone surrogates and deep nesting all end as one failure."""
    with pytest.raises(Unavailable) as caught:
        reader().feed(b"data: " + data + b"\n\n")
    assert caught.value.code == "provider_garbage"


def test_events_without_words_are_bounded() -> None:
    """So many bytes without a word are garbage."""
    answer = reader(max_line_bytes=1024)
    with pytest.raises(Unavailable):
        for _ in range(100):
            answer.feed(event(**candidate({"text": "Hm.", "thought": True})))


def test_words_are_bounded_in_bytes() -> None:
    """Letters of two bytes count as two."""
    answer = reader(max_answer_bytes=1024)
    answer.feed(words("а" * 512))
    with pytest.raises(TooLarge):
        answer.feed(words("е"))


def test_nothing_counts_after_the_end() -> None:
    """What a server sends after reason and counts is not part of the answer, be it garbage."""
    answer = reader()
    wire = words("a") + ending("STOP", promptTokenCount=1, candidatesTokenCount=1) + words("b") + b"data: {\n\n"
    assert answer.feed(wire) == [WordsDelta(text="a")]


def test_tokens_from_the_cache_are_told_apart() -> None:
    """Gemini API reference, "UsageMetadata": promptTokenCount includes the cached content."""
    answer = reader()
    answer.feed(ending("STOP", promptTokenCount=50, cachedContentTokenCount=40, candidatesTokenCount=1))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.cache_read_tokens) == (50, 40)
