"""What is said of wrong values: their choices, their bounds, in plain words."""

from typing import Any

import msgspec
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.transport.http_service.api.shapes import CompleteBody, RouteBody
from nexy.transport.http_service.focus.shapes import ConfigureBody
from nexy.transport.http_service.json_bodies import BodyReader
from nexy.transport.http_service.openai.shapes import ChatBody, EmbeddingsBody

HI = {"messages": [{"role": "user", "content": "hi"}]}
TASK = {"task_type": "debugging"}
FORM = b"application/x-www-form-urlencoded"


def refusal(shape: type[msgspec.Struct], body: Any) -> str:
    with pytest.raises(ValidationFailed) as refused:
        BodyReader(shape).read(msgspec.json.encode(body), b"")
    return refused.value.message


def said(content: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    ("shape", "body", "told"),
    [
        (RouteBody, {**TASK, "description": ""}, "description: must not be empty"),
        (RouteBody, {**TASK, "language": "a@"}, "language: must be at most 60 letters, digits, blanks and +#._/-"),
        (RouteBody, {**TASK, "max_tokens": 0}, "max_tokens: must be at least 1"),
        (RouteBody, {**TASK, "temperature": 3}, "temperature: must be at most 2"),
        (RouteBody, {"task_type": 3}, "task_type: must be a text, not a whole number"),
        (RouteBody, {**TASK, "context": 5}, "context: must be a text or an object or null, not a whole number"),
        (RouteBody, [], "body: must be an object, not a list"),
        (CompleteBody, {}, "prefix: it is missing"),
        (ChatBody, {"messages": []}, "messages: must not be empty"),
        (ChatBody, {**HI, "model": "x" * 201}, "model: must have at most 200 characters"),
        (ChatBody, said([{"type": "audio"}]),
         "messages[0].content[0].type: 'audio' is not a known value; there are text, image_url, refusal"),
        (ChatBody, said([{"type": "image_url", "image_url": {"url": "http://x"}}]),
         "messages[0].content[0].image_url.url: must be a data URL that holds the picture: data:image/png;base64,..."),
        (EmbeddingsBody, {"input": "a", "dimensions": 5}, "dimensions: must be left out"),
    ],
)  # fmt: skip
def test_wrong_values_are_told_in_plain_words(shape: type[msgspec.Struct], body: Any, told: str) -> None:
    """Nobody needs to know the decoder's language."""
    assert refusal(shape, body) == told


def test_a_misspelt_choice_is_guessed_and_all_are_named() -> None:
    """As routing.yaml does it."""
    told = refusal(RouteBody, {"task_type": "code_reviw"})
    assert told.startswith("task_type: 'code_reviw' is not a known value; did you mean code_review? (there are ")
    assert "semantic_search" in told
    role = refusal(ChatBody, {"messages": [{"role": "usr"}]})
    assert "messages[0].role: 'usr' is not a known value; did you mean user?" in role
    channels = {"min": 1, "max": 2}
    view = {"nfftSelection": 8, "displayInfo": {"height": 1}, "channels": channels, "start_time": None,
            "end_time": None, "view_type": 7}  # fmt: skip
    assert refusal(ConfigureBody, view) == "view_type: '7' is not a known value; there are 0, 1, 2"


def test_a_long_value_is_not_repeated() -> None:
    """A refusal is no echo, and nobody looks for what a book is like."""
    told = refusal(RouteBody, {"task_type": "c" * 100_000})
    assert told.startswith("task_type: it is not a known value; there are ")
    assert len(told) < 500


def test_json_that_was_sent_as_a_form_is_recognised() -> None:
    """`curl -d` calls every body a form."""
    with pytest.raises(ValidationFailed, match=r"looks like JSON .* Content-Type: application/json") as refused:
        BodyReader(RouteBody, forms=True).read(b' {"task_type": "debugging", "query": "a=b&c"}', FORM)
    assert refused.value.field == "Content-Type"
    with pytest.raises(ValidationFailed, match="did you mean debugging"):
        BodyReader(RouteBody, forms=True).read(b"task_type=debuging", FORM)
