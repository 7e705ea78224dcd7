"""A stream that is passed on, without a socket."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.completions import Finished, FinishReason, ToolCall
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.modules.ai_router.openai.passing import PassedStream
from support.fake_openai_script import encode
from support.fake_script import Script

SCRIPT = Script(answer='Зелёный 🦜 "error": "finish_reason":"x", "prompt_tokens" data: [DONE]\n\n and so on.')
WIRE = encode(SCRIPT).whole
BARE = encode(Script(answer=SCRIPT.answer, usage=False)).whole
ODD = b": hello\r\n\r\nevent: x\r\nid: 3\r\n" + WIRE.replace(b"\n", b"\r\n")


def stream(*, keep_usage: bool = True, max_line: int = 10_000, most: int = 1_000_000) -> PassedStream:
    return PassedStream(
        provider="p", model="configured", keep_usage=keep_usage, max_line_bytes=max_line, max_bytes=most
    )


def frame(**fields: object) -> bytes:
    return b"data: " + msgspec.json.encode(fields) + b"\n\n"


def delta(finish: str | None = None, **said: object) -> bytes:
    return frame(choices=[{"index": 0, "delta": said, "finish_reason": finish}])


def passed(answer: PassedStream, *chunks: bytes) -> bytes:
    out = [answer.feed(chunk) for chunk in chunks if not answer.done]
    return b"".join((*out, answer.rest()))


@given(st.lists(st.integers(min_value=0, max_value=3000), max_size=10), st.sampled_from([WIRE, BARE, ODD]))
def test_every_byte_goes_on_however_it_is_cut(cuts: list[int], wire: bytes) -> None:
    """The bytes that go out are those that came in, comments and other fields included."""
    answer = stream()
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    assert passed(answer, *(wire[a:b] for a, b in pairwise(edges))) == wire
    assert answer.finish() == Finished(reason=FinishReason.STOP)
    assert answer.done
    assert (answer.usage is not None) == (wire is not BARE)


@given(st.lists(st.integers(min_value=0, max_value=3000), max_size=10))
def test_a_usage_that_only_we_asked_for_is_kept_back(cuts: list[int]) -> None:
    """The event with nothing but the usage is dropped, and nothing else is."""
    answer = stream(keep_usage=False)
    edges = [0, *sorted(min(cut, len(WIRE)) for cut in cuts), len(WIRE)]
    assert passed(answer, *(WIRE[a:b] for a, b in pairwise(edges))) == BARE
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, len(SCRIPT.tokens))
    assert (answer.usage.model, answer.usage.request_id, answer.usage.provider) == ("fake-model", "chatcmpl-fake", "p")


def test_usage_beside_content_stays_with_it() -> None:
    """A server that counts along with its words is passed on whole."""
    both = frame(choices=[{"delta": {"content": "a"}}], usage={"prompt_tokens": 1, "completion_tokens": 2})
    answer = stream(keep_usage=False)
    assert answer.feed(both) == both
    assert answer.usage is not None
    assert answer.usage.output_tokens == 2


def test_nothing_goes_out_before_the_first_content() -> None:
    """Roles, blanks and comments wait, and go out with the first word."""
    answer = stream()
    early = [b": processing\n\n", delta(role="assistant", content=""), delta(content=" \n")]
    assert [answer.feed(one) for one in early] == [b"", b"", b""]
    word = delta(content="word")
    assert answer.feed(word) == b"".join((*early, word))
    assert answer.feed(b": more\n\n") == b": more\n\n"


@pytest.mark.parametrize(
    "content",
    [
        delta(content="word"),
        delta(refusal="I cannot."),
        delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]),
        delta(reasoning_content="Hm"),
        delta(reasoning="Hm"),
        delta("length", content=""),
        delta("content_filter"),
    ],
)
def test_everything_that_a_caller_can_see_is_content(content: bytes) -> None:
    """Words, refusals, calls, thoughts, and an end that says why there is nothing."""
    assert stream().feed(content) == content


def test_an_empty_answer_passes_nothing_on() -> None:
    """Whoever asked may then ask somebody else."""
    answer = stream()
    assert passed(answer, delta(role="assistant", content=""), delta("stop"), b"data: [DONE]\n\n") == b""
    assert answer.finish() == Finished(reason=FinishReason.STOP)


@pytest.mark.parametrize("first", [b"<html>\n\n", b"data: {half\n\n", b'data: {"choices": NaN}\n\n'])
def test_garbage_before_the_first_content_is_a_failure(first: bytes) -> None:
    """Nothing of it reaches the caller."""
    answer = stream(max_line=100)
    with pytest.raises(Unavailable) as caught:
        for _ in range(20):
            assert answer.feed(first) == b""
    assert caught.value.code == "provider_garbage"


@pytest.mark.parametrize("spoken", [b"", delta(content="a")])
def test_an_error_of_the_server_is_a_failure_at_any_time(spoken: bytes) -> None:
    """Also amid the words, whose keys cannot be mistaken for it."""
    answer = stream()
    answer.feed(spoken)
    with pytest.raises(Unavailable) as caught:
        answer.feed(frame(error={"message": "secret prompt", "code": 502}))
    assert caught.value.code == "provider_error"
    assert "secret" not in caught.value.message


def test_a_stream_that_breaks_off_is_a_failure() -> None:
    """Without an end or a last event the answer is not complete; half an event is not passed on as a whole one."""
    answer = stream()
    assert answer.feed(delta(content="a") + b'data: {"cho') == delta(content="a")
    assert answer.rest() == b""
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


@pytest.mark.parametrize("spoken", [b"", delta(content="a")])
@pytest.mark.parametrize(
    "half", [b'data: {"cho', b'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"us', b'data: {"error":{"mess']
)
def test_half_an_event_is_the_end_of_a_server_that_died(spoken: bytes, half: bytes) -> None:
    """It says nothing against what the server sends, whatever the half would have told."""
    answer = stream()
    answer.feed(spoken + half)
    with pytest.raises(Unavailable) as caught:
        answer.rest()
        answer.finish()
    assert caught.value.code == "provider_died"


def test_an_error_that_no_empty_line_ends_is_still_an_error() -> None:
    """The server had time to say what is wrong."""
    answer = stream()
    answer.feed(delta(content="a") + frame(error={"code": 502}).rstrip())
    with pytest.raises(Unavailable) as caught:
        answer.rest()
    assert caught.value.code == "provider_error"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_many_events_of_one_read_tell_is_found(end: bytes) -> None:
    """Usage, the reason and an error are seen wherever they stand among words that nobody decodes."""
    words = [delta(content=f"w{number}") for number in range(20)]
    count = frame(choices=[], usage={"prompt_tokens": 3, "completion_tokens": 20})
    told = b"".join((*words, delta("length"), count, *words)).replace(b"\n", end)
    answer = stream(keep_usage=False)
    assert answer.feed(told) == told.replace(count.replace(b"\n", end), b"")
    assert answer.finish() == Finished(reason=FinishReason.LENGTH)
    assert answer.usage is not None
    assert answer.usage.output_tokens == 20
    with pytest.raises(Unavailable) as caught:
        answer.feed(b"".join((*words, frame(error="x"), *words)).replace(b"\n", end))
    assert caught.value.code == "provider_error"


def test_words_after_the_first_are_not_decoded() -> None:
    """What begins as an answer goes on unread, byte for byte, where it tells nothing of its end."""
    answer = stream()
    odd = b"data: no JSON at all\n\n"
    assert answer.feed(delta(content="a") + odd + delta("stop")) == delta(content="a") + odd + delta("stop")


@pytest.mark.parametrize("lacks", [b"\n\n", b"\n"])
def test_an_event_that_nothing_ends_is_not_passed_on_where_an_error_follows(lacks: bytes) -> None:
    """The event that tells of the end would become a part of it, and nobody could read either."""
    answer = stream()
    assert passed(answer, delta(content="a"), delta(content="b").removesuffix(lacks)) == delta(content="a")
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


def test_words_without_end_are_given_up() -> None:
    """A server that never stops talking, faster than any clock would end it, is cut off."""
    answer, word = stream(most=1000), delta(content="word")
    with pytest.raises(TooLarge):
        for _ in range(1000 // len(word) + 1):
            answer.feed(word)


@pytest.mark.parametrize("last", [b"data: [DONE]", b"data: [DONE]\n", b"data:[DONE]\n\n", b"data: [DONE]\r\n\r\n"])
def test_the_last_event_may_lack_its_empty_line(last: bytes) -> None:
    """It goes out all the same."""
    answer = stream()
    assert passed(answer, delta(content="a"), last) == delta(content="a") + last
    assert answer.done
    answer.finish()


def test_a_finish_reason_completes_a_stream_without_done() -> None:
    """Servers that never send [DONE] still say why they stopped."""
    answer = stream()
    passed(answer, encode(Script(answer="a", tool_calls=(ToolCall(id="i", name="n", arguments="{}"),))).tokens[1])
    answer.feed(delta("tool_calls"))
    assert answer.finish() == Finished(reason=FinishReason.TOOL_CALLS)


def test_an_event_without_end_is_given_up() -> None:
    """Neither one long event nor many empty ones can pile up."""
    with pytest.raises(Unavailable):
        stream(max_line=100).feed(b"data: " + b"x" * 200)
    silent = stream(max_line=100)
    with pytest.raises(Unavailable):
        for _ in range(20):
            silent.feed(b": waiting\n\n")
