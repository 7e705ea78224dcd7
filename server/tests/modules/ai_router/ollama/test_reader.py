"""The protocol of Ollama's streamed answer, without a socket (Ollama's docs/api.md, "Generate a chat completion")."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.modules.ai_router.ollama.reader import OllamaReader
from support.fake_ollama_script import encode
from support.fake_script import Script


def reader(max_line: int = 10_000, max_answer: int = 10_000) -> OllamaReader:
    limits = WordsConfig(max_line_bytes=max_line, max_answer_bytes=max_answer)
    return OllamaReader(provider="p", model="configured", limits=limits)


def line(**fields: object) -> bytes:
    return msgspec.json.encode(fields) + b"\n"


def words(text: str) -> bytes:
    return line(message={"role": "assistant", "content": text}, done=False)


def call(name: str, **about: object) -> dict[str, object]:
    return {"function": {"name": name, "arguments": {"at": [1]}}, **about}


@given(st.lists(st.integers(min_value=0, max_value=2500), max_size=10))
def test_any_chunking_gives_the_same_answer(cuts: list[int]) -> None:
    """The answer does not depend on how the network cuts it, and the words of a chunk are one delta."""
    script = Script(answer="Зелёный 🦜 parrot, 'quoted' and \"so on\".")
    wire = encode(script).whole
    answer = reader()
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    contents = [answer.feed(wire[a:b]) for a, b in pairwise(edges)]
    assert all(len(content) < 2 for content in contents)
    assert "".join(one.text for content in contents for one in content if isinstance(one, WordsDelta)) == script.answer
    assert (answer.done, answer.finish()) == (True, Finished())
    assert answer.usage == WordsUsage(
        provider="p", model="fake-model", input_tokens=11, output_tokens=len(script.tokens)
    )


def test_calls_come_whole_and_are_numbered() -> None:
    """Arguments are an object on the wire and text for us; who gives no id gets one; the end is a call's."""
    answer = reader()
    first = line(message={"content": "Wait.", "tool_calls": [call("f"), call("g", id="call_x")]})
    assert answer.feed(first) == [
        WordsDelta(text="Wait."),
        ToolCallDelta(index=0, id="call_0", name="f", arguments='{"at":[1]}'),
        ToolCallDelta(index=1, id="call_x", name="g", arguments='{"at":[1]}'),
    ]
    assert answer.feed(line(message={"content": "", "tool_calls": [call("h")]}))[0] == ToolCallDelta(
        index=2, id="call_2", name="h", arguments='{"at":[1]}'
    )
    answer.feed(line(done=True, done_reason="stop"))
    assert answer.finish() == Finished(reason=FinishReason.TOOL_CALLS)
    assert answer.usage is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("load", FinishReason.STOP),
        (None, FinishReason.STOP),
    ],
)
def test_the_reason_of_the_end_is_known(told: str | None, reason: FinishReason) -> None:
    """The length is the one reason that is no ordinary end; nothing after it counts."""
    answer = reader()
    answer.feed(words("a") + line(done=True, done_reason=told) + words("b"))
    assert answer.feed(words("c")) == []
    assert answer.finish() == Finished(reason=reason)


def test_a_last_line_may_lack_its_line_break() -> None:
    """The answer is complete all the same."""
    answer = reader()
    answer.feed(words("a") + line(done=True, eval_count=3).rstrip())
    assert answer.finish() == Finished()
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.model) == (0, 3, "configured")


def test_an_answer_without_its_last_line_broke_off() -> None:
    """Words alone do not make an answer complete."""
    answer = reader()
    answer.feed(words("a"))
    with pytest.raises(Unavailable) as caught:
        answer.finish()
    assert caught.value.code == "provider_died"


@pytest.mark.parametrize(
    "data",
    [
        b"hello\n",
        b'{"message": \n',
        b'{"message": {"content": 7}}\n',
        b'{"message": {"content": "\xff"}}\n',
        b'{"message": {"content": "\\ud83d"}}\n',
        b'{"message": {"tool_calls": [{}]}}\n',
        b"[" * 9000 + b"\n",
    ],
)
def test_what_is_no_line_of_the_wire_is_garbage(data: bytes) -> None:
    """Broken JSON, wrong types, bad UTF-8, lone surrogates and deep nesting all end as one failure."""
    with pytest.raises(Unavailable) as caught:
        reader().feed(data)
    assert caught.value.code == "provider_garbage"


def test_an_error_line_is_a_failure_whose_text_is_not_repeated() -> None:
    """An error amid the stream comes as an object of its own (docs/api/errors.mdx)."""
    answer = reader()
    answer.feed(words("a"))
    with pytest.raises(Unavailable) as caught:
        answer.feed(line(error="secret prompt"))
    assert caught.value.code == "provider_error"
    assert "secret" not in caught.value.message


def test_thoughts_are_no_words() -> None:
    """A thinking model's thoughts come beside the content (docs/capabilities/thinking.mdx)."""
    assert reader().feed(line(message={"content": "", "thinking": "Hm"})) == []


def test_content_and_silence_are_bounded() -> None:
    """Words, arguments and lines of nothing come to an end."""
    with pytest.raises(TooLarge):
        reader(max_answer=10).feed(words("абвгде"))
    with pytest.raises(TooLarge):
        reader(max_answer=5).feed(line(message={"tool_calls": [call("f")]}))
    silent = reader(max_line=200)
    with pytest.raises(Unavailable):
        for _ in range(20):
            silent.feed(words(""))
