"""The JSON of a question."""

from dataclasses import replace

import msgspec

from nexy.config.sections import OpenAiConfig
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import Screenshot
from nexy.contracts.words import Chat
from nexy.modules.ai_router.openai.wire import request_body

CHAT = Chat(prompt='say "hi"', system="S", session_id="s", features=FeaturesConfig(), memory="secret of the brain")
SEEN = replace(CHAT, screenshot=Screenshot(data="QUJD"))


def messages(chat: Chat, config: OpenAiConfig | None = None) -> list[dict[str, object]]:
    decoded: list[dict[str, object]] = msgspec.json.decode(request_body(chat, config or OpenAiConfig()))["messages"]
    return decoded


def test_system_and_person_speak_in_this_order() -> None:
    """The system prompt comes first, the person's words second; memory travels only inside the system prompt."""
    assert messages(CHAT) == [{"role": "system", "content": "S"}, {"role": "user", "content": 'say "hi"'}]


def test_without_a_system_prompt_only_the_person_speaks() -> None:
    """No empty system message is sent."""
    assert [message["role"] for message in messages(replace(CHAT, system=""))] == ["user"]


def test_a_screenshot_is_an_image_beside_the_words() -> None:
    """The picture is a WebP data URL."""
    picture = {"type": "image_url", "image_url": {"url": "data:image/webp;base64,QUJD"}}
    assert messages(SEEN)[-1]["content"] == [{"type": "text", "text": 'say "hi"'}, picture]


def test_a_server_that_cannot_see_gets_no_picture() -> None:
    """With send_screenshot off only the words go out, and an empty picture never does."""
    assert messages(SEEN, OpenAiConfig(send_screenshot=False))[-1]["content"] == 'say "hi"'
    assert messages(replace(CHAT, screenshot=Screenshot(data="")))[-1]["content"] == 'say "hi"'


def test_lone_surrogates_do_not_stop_a_question() -> None:
    """A character that UTF-8 cannot carry becomes a question mark."""
    assert messages(replace(CHAT, prompt="a\ud83db"))[-1]["content"] == "a?b"
