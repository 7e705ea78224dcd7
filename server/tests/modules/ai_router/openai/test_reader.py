"""The protocol of a streamed answer, without a socket."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.openai.reader import OpenAiReader
from support.fake_openai_script import Script, encode


def stream(max_line: int = 10_000, max_answer: int = 10_000) -> OpenAiReader:
    limits = WordsConfig(max_line_bytes=max_line, max_answer_bytes=max_answer)
    return OpenAiReader(provider="p", model="configured", limits=limits)


def said(answer: OpenAiReader, chunk: bytes) -> str:
    """The words that a chunk completes, which come as one delta."""
    contents = answer.feed(chunk)
    assert len(contents) < 2
    return "".join(one.text for one in contents if isinstance(one, WordsDelta))


def frame(**fields: object) -> bytes:
    return b"data: " + msgspec.json.encode(fields) + b"\n\n"


def words(text: str | None, finish: str | None = None) -> bytes:
    return frame(choices=[{"delta": {"content": text}, "finish_reason": finish}])


def test_joins_all_words_of_one_chunk() -> None:
    """Several frames that come in one read give their words together."""
    assert said(stream(), words("one ") + words("two") + words(None)) == "one two"


@given(st.lists(st.integers(min_value=0, max_value=2500), max_size=10))
def test_any_chunking_gives_the_same_answer(cuts: list[int]) -> None:
    """The answer does not depend on how the network cuts it."""
    script = Script(answer="Зелёный 🦜 parrot, 'quoted' and \"so on\".")
    wire = encode(script).whole
    answer = stream()
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    assert "".join(said(answer, wire[a:b]) for a, b in pairwise(edges)) == script.answer
    answer.finish()
    assert answer.done
    assert answer.usage is not None


def test_nothing_counts_after_done() -> None:
    """What a server sends after [DONE] is not part of the answer."""
    answer = stream()
    assert said(answer, words("a") + b"data: [DONE]\n\n" + words("b")) == "a"
    assert said(answer, words("c")) == ""


def test_a_finish_reason_completes_an_answer_without_done() -> None:
    """Servers that never send [DONE] still say why they stopped."""
    answer = stream()
    answer.feed(words("a", finish="length"))
    assert answer.finish() == Finished(reason=FinishReason.LENGTH)
    assert not answer.done


def test_an_answer_without_a_finish_broke_off() -> None:
    """Words alone do not make an answer complete."""
    answer = stream()
    answer.feed(words("a"))
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


def test_the_newest_usage_counts() -> None:
    """A server that counts along with every frame is counted once, by its last word."""
    answer = stream()
    for spent in (1, 2, 3):
        answer.feed(frame(id="r", model="m", choices=[], usage={"prompt_tokens": 5, "completion_tokens": spent}))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (5, 3)
    assert (answer.usage.model, answer.usage.request_id, answer.usage.provider) == ("m", "r", "p")


def test_a_usage_without_numbers_or_names_is_zero_of_the_configured_model() -> None:
    """Null counts and absent names are filled in, negative counts are not believed."""
    answer = stream()
    answer.feed(frame(choices=None, usage={"prompt_tokens": None, "completion_tokens": -4}))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.model) == (0, 0, "configured")


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b'{"choices": [',
        b'{"choices": NaN}',
        b'{"choices": "text"}',
        b'{"choices": [{"delta": {"content": 7}}]}',
        b'{"choices": [{"delta": {"content": "\xff"}}]}',
        b'{"choices": [{"delta": {"content": "\\ud83d"}}]}',
        b"[" * 9000,
        b'{"x": ' + b"[" * 9000,
        b'{"usage": {"prompt_tokens": 1}, "model": "\xff"}',
    ],
)
def test_what_is_no_frame_is_garbage(data: bytes) -> None:
    """Broken JSON, wrong types, bad UTF-8, lone surrogates and deep nesting all end as one failure."""
    with pytest.raises(Unavailable) as caught:
        stream().feed(b"data: " + data + b"\n\n")
    assert caught.value.code == "provider_garbage"


@pytest.mark.parametrize("error", ["overloaded", {"message": "overloaded"}, {"code": 500}])
def test_an_error_event_is_a_failure(error: object) -> None:
    """A server may report an error inside a stream that began well."""
    answer = stream()
    answer.feed(words("a"))
    with pytest.raises(Unavailable) as caught:
        answer.feed(frame(error=error))
    assert caught.value.code == "provider_error"


def test_the_error_text_of_a_server_is_not_repeated() -> None:
    """What a server writes may hold the prompt, so our message does not carry it."""
    with pytest.raises(Unavailable) as caught:
        stream().feed(frame(error={"message": "secret prompt"}))
    assert "secret" not in caught.value.message


def test_words_are_bounded_in_bytes() -> None:
    """Letters of two bytes count as two."""
    answer = stream(max_answer=10)
    assert said(answer, words("абвгд")) == "абвгд"
    with pytest.raises(TooLarge):
        answer.feed(words("е"))


def test_silence_is_bounded_and_a_word_starts_it_anew() -> None:
    """So many bytes without a word are garbage; each word renews the allowance."""
    answer = stream(max_line=200)
    for _ in range(10):
        answer.feed(b": waiting\n\n" * 10)
        answer.feed(words("word"))
    with pytest.raises(Unavailable):
        answer.feed(words(" \n") * 10)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("tool_calls", FinishReason.TOOL_CALLS),
        ("function_call", FinishReason.TOOL_CALLS),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("eos", FinishReason.STOP),
    ],
)
def test_every_reason_has_a_name(told: str, reason: FinishReason) -> None:
    """The names of the API reference; what other servers call an ordinary end is an ordinary end."""
    answer = stream()
    answer.feed(words("a", finish=told))
    assert answer.finish() == Finished(reason=reason)


def calls(*pieces: dict[str, object]) -> bytes:
    return frame(choices=[{"delta": {"tool_calls": list(pieces)}, "finish_reason": None}])


def test_calls_come_in_pieces_told_apart_by_index() -> None:
    """The first piece has id and name, the others more of the arguments ("Streaming", function calling)."""
    answer = stream()
    contents = [
        *answer.feed(words("Wait.") + calls({"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}})),
        *answer.feed(calls({"index": 0, "function": {"arguments": '{"x"'}}, {"index": 1, "id": "b"})),
    ]
    assert contents == [
        WordsDelta(text="Wait."),
        ToolCallDelta(index=0, id="a", name="f"),
        ToolCallDelta(index=0, arguments='{"x"'),
        ToolCallDelta(index=1, id="b"),
    ]


def test_calls_without_an_index_are_counted() -> None:
    """Servers that send every call whole leave its index out."""
    whole = [{"id": name, "function": {"name": name, "arguments": "{}"}} for name in ("f", "g")]
    assert [(one.index, one.name) for one in stream().feed(calls(*whole)) if isinstance(one, ToolCallDelta)] == [
        (0, "f"),
        (1, "g"),
    ]


def test_a_refusal_is_said() -> None:
    """The words with which a model declines are its answer."""
    data = frame(choices=[{"delta": {"refusal": "I cannot."}, "finish_reason": "stop"}])
    assert said(stream(), data) == "I cannot."


def test_arguments_are_bounded_too() -> None:
    """A call without end is no way around the bound of an answer."""
    answer = stream(max_answer=10)
    with pytest.raises(TooLarge):
        answer.feed(calls({"index": 0, "function": {"arguments": "x" * 11}}))


@pytest.mark.parametrize(
    ("details", "read"),
    [({"cached_tokens": 3}, 3), ({"cached_tokens": 99}, 5), ({"cached_tokens": -1}, 0), ({}, 0), (None, 0)],
)
def test_cached_tokens_are_among_those_of_the_prompt(details: object, read: int) -> None:
    """OpenAI guide, "Prompt caching": usage.prompt_tokens_details.cached_tokens; more than all is not believed."""
    answer = OpenAiReader(provider="p", model="configured", limits=WordsConfig())
    answer.feed(frame(choices=[], usage={"prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": details}))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.cache_read_tokens) == (5, read)
