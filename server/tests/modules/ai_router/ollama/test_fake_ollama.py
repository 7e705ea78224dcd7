"""The fake itself, in the forms of Ollama's docs/api.md."""

from typing import Any

import aiohttp
import msgspec

from nexy.contracts.completions import ToolCall
from support.fake_ollama import FakeOllama
from support.fake_ollama_script import encode
from support.fake_script import Script


def lines(script: Script) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in encode(script).whole.splitlines()]


def test_lines_have_the_form_of_the_reference() -> None:
    """One object a line; the last one has the reason and the counts."""
    *said, last = lines(Script(answer="Hi you"))
    assert [line["message"]["content"] for line in said] == ["Hi", " you"]
    assert all(line["done"] is False for line in said)
    assert (last["done"], last["done_reason"]) == (True, "stop")
    assert (last["prompt_eval_count"], last["eval_count"]) == (11, 2)


def test_calls_come_whole_with_an_object() -> None:
    """Before the last line ("Tool calling")."""
    script = Script(answer="", tool_calls=(ToolCall(id="a", name="look", arguments='{"at": 1}'),))
    [call] = lines(script)[-2]["message"]["tool_calls"]
    assert call["function"] == {"index": 0, "name": "look", "arguments": {"at": 1}}


async def test_it_answers_in_one_piece_where_it_is_asked_to() -> None:
    """With `stream: false` one object holds everything; the models are listed."""
    async with FakeOllama() as fake, aiohttp.ClientSession() as session:
        async with session.post(f"{fake.base_url}/api/chat", json={"model": "m", "stream": False}) as whole:
            told = await whole.json()
        async with session.post(f"{fake.base_url}/api/chat", json={"model": "m"}) as streamed:
            assert streamed.content_type == "application/x-ndjson"
            assert await streamed.read() == encode(Script()).whole
        async with session.get(f"{fake.base_url}/api/tags") as tags:
            assert (await tags.json())["models"][0]["name"] == "fake-model"
    assert (told["message"]["content"], told["done"]) == (Script().answer, True)
