"""An answer that is passed on in one piece, without a socket."""

import msgspec
import pytest

from nexy.contracts.completions import Finished, FinishReason, ToolCall
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.modules.ai_router.openai.passing_whole import PassedWhole
from support.fake_openai_script import completion
from support.fake_script import Script


def whole(max_bytes: int = 160_000) -> PassedWhole:
    return PassedWhole(provider="p", model="configured", max_bytes=max_bytes)


def answered(body: bytes) -> tuple[bytes, PassedWhole]:
    answer = whole()
    assert answer.feed(body[:7]) == answer.feed(body[7:]) == b""
    return answer.rest(), answer


def test_the_body_goes_on_as_it_came() -> None:
    """All at once, with its usage and its reason read on the way."""
    body = completion(Script(answer="Hi you", ending=FinishReason.LENGTH))
    out, answer = answered(body)
    assert out == body
    assert answer.finish() == Finished(reason=FinishReason.LENGTH)
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.model) == (11, 2, "fake-model")


def test_a_call_is_an_answer_without_words() -> None:
    """Its content is null."""
    body = completion(Script(answer="", tool_calls=(ToolCall(id="i", name="n", arguments="{}"),)))
    out, answer = answered(body)
    assert (out, answer.finish()) == (body, Finished(reason=FinishReason.TOOL_CALLS))


@pytest.mark.parametrize("answer", ["", " \n"])
def test_an_empty_answer_passes_nothing_on(answer: str) -> None:
    """It was paid for all the same."""
    out, reader = answered(completion(Script(answer=answer)))
    assert out == b""
    assert reader.usage is not None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html></html>", "provider_garbage"),
        (b'{"choices": []}', "provider_garbage"),
        (b'{"choices": [{}]}', "provider_garbage"),
        (b"[" * 100_000, "provider_garbage"),
        (b'{"choices": [{"mess', "provider_garbage"),
        (msgspec.json.encode({"error": {"message": "no"}}), "provider_error"),
    ],
)
def test_what_is_no_answer_is_a_failure(body: bytes, code: str) -> None:
    """Nothing of it reaches the caller."""
    with pytest.raises(Unavailable) as caught:
        answered(body)
    assert caught.value.code == code


def test_its_size_is_bounded() -> None:
    """A body without end is given up."""
    answer = whole(max_bytes=10)
    with pytest.raises(TooLarge):
        answer.feed(b"x" * 200)
