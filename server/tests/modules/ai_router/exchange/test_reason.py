"""A provider's reason, made safe to show."""

import msgspec
import pytest

from nexy.modules.ai_router.exchange.reason import safe_reason

ASKED = ("Be kind.", "My canary sings at seven in the morning, what shall I do?")
HEADERS = {"Authorization": "Bearer sk-0123456789abcdef", "Accept": "text/event-stream"}


def reason(told: object) -> str:
    return safe_reason(msgspec.json.encode(told), ASKED, HEADERS)


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"message": "Too many tokens.", "type": "invalid_request_error"}},
        {"type": "error", "error": {"type": "invalid_request_error", "message": "Too many tokens."}},
        [{"error": {"code": 400, "message": "Too many tokens.", "status": "INVALID_ARGUMENT"}}],
        {"error": "Too many tokens."},
        {"message": "Too many tokens."},
        {"detail": "Too many tokens."},
    ],
)
def test_every_wire_is_understood(told: object) -> None:
    """OpenAI, Anthropic, Gemini, Ollama and common frameworks say it each in their own place."""
    assert reason(told) == "Too many tokens."


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"7", b"[]", b'{"error": null}', b'{"error": {}}'])
def test_what_says_nothing_is_no_reason(body: bytes) -> None:
    """A page, a broken body and an empty error have nothing to show."""
    assert safe_reason(body, ASKED, HEADERS) == ""


def test_an_echo_of_the_question_is_not_shown() -> None:
    """A sentence that repeats what was asked gives way to the error's code."""
    told = {"message": "Cannot parse: canary sings at seven in the morning", "code": "invalid_prompt"}
    assert reason({"error": told}) == "invalid_prompt"
    assert reason({"error": {"message": told["message"], "code": "canary sings"}}) == ""


def test_a_quoted_word_of_the_question_is_cut_out() -> None:
    """Short echoes come in quotation marks; names that were not asked stay."""
    assert reason({"error": "Invalid value: 'canary'. Use 'auto'."}) == "Invalid value: '…'. Use 'auto'."


def test_a_sentence_with_our_key_is_never_shown() -> None:
    """Some servers repeat what they were sent."""
    assert reason({"error": {"message": "Bad key sk-0123456789abcdef", "type": "auth"}}) == "auth"


def test_it_is_one_short_line() -> None:
    """Line breaks and other controls become spaces, a long text is cut."""
    assert reason({"error": "one\ntwo\x1b[31m  three"}) == "one two [31m three"
    long = reason({"error": "word " * 200})
    assert len(long) <= 300
    assert long.endswith("…")
