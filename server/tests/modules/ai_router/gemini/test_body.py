"""A question as the Gemini API reference wants it ("Generating content", `streamGenerateContent`)."""

from typing import Any

import msgspec
import pytest

from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.gemini.body import request_body

MODEL = "gemini-2.5-flash"
USER = Message(role=Role.USER, text="Hello?")
CALL = ToolCall(id="abc", name="weather", arguments='{"city": "Oslo"}')


def body(*messages: Message, model: str = MODEL, thinking: int = -1, **question: Any) -> Any:
    asked = Question(messages=messages or (USER,), **question)
    return msgspec.json.decode(request_body(asked, model, 4096, thinking))


def test_the_least_question() -> None:
    """Contents, and how much may come; the model stands in the address."""
    assert body() == {
        "contents": [{"role": "user", "parts": [{"text": "Hello?"}]}],
        "generationConfig": {"maxOutputTokens": 4096},
    }


def test_system_texts_are_the_instruction() -> None:
    """systemInstruction takes text alone."""
    asked = body(Message(role=Role.SYSTEM, text="Be kind."), Message(role=Role.SYSTEM, text="Be brief."), USER)
    assert asked["systemInstruction"] == {"parts": [{"text": "Be kind.\n\nBe brief."}]}
    assert len(asked["contents"]) == 1


def test_the_roles_are_user_and_model_and_alternate() -> None:
    """Neighbours of one side become one contribution, empty ones none."""
    asked = body(
        USER,
        Message(role=Role.ASSISTANT),
        Message(role=Role.USER, text="Are you there?"),
        Message(role=Role.ASSISTANT, text="Yes."),
        Message(role=Role.USER, text="Good."),
    )
    assert [turn["role"] for turn in asked["contents"]] == ["user", "model", "user"]
    assert asked["contents"][0]["parts"] == [{"text": "Hello?"}, {"text": "Are you there?"}]


def test_pictures_are_inline_data_before_the_words() -> None:
    """Gemini docs, "Image understanding"."""
    [turn] = body(
        Message(role=Role.USER, text="What is it?", pictures=(Picture(media_type="image/png", data="QUJD"),))
    )["contents"]
    assert turn["parts"] == [{"inlineData": {"mimeType": "image/png", "data": "QUJD"}}, {"text": "What is it?"}]


def test_how_words_are_chosen() -> None:
    """generationConfig, by the reference."""
    asked = body(temperature=1.6, top_p=0.5, stop=("END",), max_tokens=7)
    assert asked["generationConfig"] == {
        "maxOutputTokens": 7,
        "temperature": 1.6,
        "topP": 0.5,
        "stopSequences": ["END"],
    }


def test_json_with_and_without_a_schema() -> None:
    """Gemini docs, "Structured outputs": responseMimeType, and responseJsonSchema for a JSON Schema."""
    assert body(shape=Shape.JSON)["generationConfig"]["responseMimeType"] == "application/json"
    asked = body(shape=Shape.JSON, schema=b'{"type":"object","additionalProperties":false}')["generationConfig"]
    assert asked["responseJsonSchema"] == {"type": "object", "additionalProperties": False}


TOOL = Tool(name="weather", description="The weather", parameters=b'{"type":"object","properties":{}}')


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ("weather", {"mode": "ANY", "allowedFunctionNames": ["weather"]}),
    ],
)
def test_tools_and_the_choice_among_them(choice: str, written: object) -> None:
    """Gemini docs, "Function calling": declarations with a JSON Schema, functionCallingConfig."""
    asked = body(tools=(TOOL,), tool_choice=choice)
    schema = {"type": "object", "properties": {}}
    declared = {"name": "weather", "description": "The weather", "parametersJsonSchema": schema}
    assert asked["tools"] == [{"functionDeclarations": [declared]}]
    assert asked["toolConfig"] == {"functionCallingConfig": written}


def test_calls_and_results_of_tools() -> None:
    """A result names what was called, and is an object: a text becomes its output."""
    asked = body(
        USER,
        Message(role=Role.ASSISTANT, tool_calls=(CALL, ToolCall(id="def", name="now", arguments=""))),
        Message(role=Role.TOOL, text='{"degrees": 12}', answers="abc"),
        Message(role=Role.TOOL, text="noon", answers="def"),
    )
    assert asked["contents"][1]["parts"] == [
        {"functionCall": {"id": "abc", "name": "weather", "args": {"city": "Oslo"}}},
        {"functionCall": {"id": "def", "name": "now", "args": {}}},
    ]
    assert asked["contents"][2] == {
        "role": "user",
        "parts": [
            {"functionResponse": {"id": "abc", "name": "weather", "response": {"degrees": 12}}},
            {"functionResponse": {"id": "def", "name": "now", "response": {"output": "noon"}}},
        ],
    }


def test_later_models_get_a_signature_with_the_first_call() -> None:
    """Gemini docs, "Thought signatures", FAQ: the first call of a step carries one, here of unknown origin."""
    asked = body(USER, Message(role=Role.ASSISTANT, tool_calls=(CALL, CALL)), model="gemini-3-flash")
    signed = [part.get("thoughtSignature") for part in asked["contents"][1]["parts"]]
    assert signed == ["skip_thought_signature_validator", None]


@pytest.mark.parametrize(
    "message",
    [
        Message(role=Role.TOOL, text="12", answers="unknown"),
        Message(role=Role.ASSISTANT, pictures=(Picture(media_type="image/png", data="QUJD"),)),
        Message(role=Role.ASSISTANT, tool_calls=(ToolCall(id="t", name="f", arguments="[1]"),)),
    ],
)
def test_what_the_wire_cannot_carry_is_the_callers_fault(message: Message) -> None:
    """A result of no call, pictures of the assistant, and arguments that are no object."""
    with pytest.raises(ValidationFailed) as caught:
        body(USER, message)
    assert caught.value.field == "messages"


def test_lone_surrogates_are_replaced() -> None:
    """JSON in UTF-8 cannot carry them."""
    asked = body(Message(role=Role.SYSTEM, text="a\ud83d"), Message(role=Role.USER, text="b\udc00"))
    assert asked["systemInstruction"]["parts"] == [{"text": "a?"}]
    assert asked["contents"][0]["parts"] == [{"text": "b?"}]


@pytest.mark.parametrize(
    ("model", "wanted", "budget"),
    [
        ("gemini-2.5-flash", 0, 0), ("gemini-2.5-flash", 1000, 1000), ("gemini-2.5-flash", 32_768, 24_576),
        ("gemini-2.5-flash-lite", 0, 0), ("gemini-2.5-flash-lite", 10, 512),
        ("gemini-2.5-pro", 0, 128), ("gemini-2.5-pro", 32_768, 32_768),
        ("gemini-2.5-flash", -1, None), ("gemini-2.5-pro", -1, None), ("gemini-2.5-flash-image", 0, None),
        ("gemini-2.0-flash", 0, None), ("gemini-3-pro-preview", 0, None), ("gemma-3", 1000, None),
    ],
)  # fmt: skip
def test_thoughts_have_a_budget_beside_the_answer(model: str, wanted: int, budget: int | None) -> None:
    """Gemini docs, "Gemini thinking", table of budgets: the Pro cannot be without, later families have levels."""
    chosen = body(model=model, thinking=wanted, max_tokens=50)["generationConfig"]
    assert chosen.get("thinkingConfig") == (None if budget is None else {"thinkingBudget": budget})
    assert chosen["maxOutputTokens"] == 50 + (budget or 0)
