"""The forms of a prompt that the rules read."""

import pytest

from nexy.modules.ai_router.offline.wording import wording_of


@pytest.mark.parametrize(
    ("prompt", "core"),
    [
        ("Open Safari please", "Open Safari"),
        ("Could you please open Safari for me now?", "open Safari"),
        ("Hey Nexy, would you kindly open Safari, thanks!", "open Safari"),
        ("открой, пожалуйста, Сафари", "открой Сафари"),
        ("Привет, Нэкси! Не могла бы ты открыть Сафари?", "открыть Сафари"),
        ("Я хочу купить подписку", "купить подписку"),
        ("  open \n Safari… ", "open Safari"),
        ("please", "please"),
        ("Hello", "Hello"),
        ("", ""),
    ],
)
def test_courtesy_is_taken_off_the_core(prompt: str, core: str) -> None:
    """What is left is the order itself; a courtesy alone stays what it is."""
    assert wording_of(prompt).core == core


def test_the_head_keeps_every_word_of_a_message() -> None:
    """Only the opening courtesy goes, since a message may end in one."""
    assert wording_of("Please tell Anna: call me now, please!").head == "tell Anna: call me now, please!"


@pytest.mark.parametrize(
    ("prompt", "plain"),
    [
        ("What's the TIME, please?", "what's the time"),
        ("Что ты ещё умеешь, Нэкси?", "что ты еще умеешь"),
        ("What\u2019s up", "what's up"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_plain_is_lower_case_without_marks(prompt: str, plain: str) -> None:
    """Case, marks, the assistant's name, curly apostrophes and composed letters make no difference."""
    assert wording_of(prompt).plain == plain
