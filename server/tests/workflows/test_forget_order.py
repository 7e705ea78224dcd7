"""An order to forget is recognised, and nothing else is taken for one."""

import pytest

from nexy.workflows.forget_order import read_forget_order


@pytest.mark.parametrize(
    "said",
    [
        "Forget everything you know about me",
        "Nexy, please forget everything about me.",
        "forget everything",
        "Could you forget all that I told you about myself?",
        "Forget everything that you have learned about me, please!",
        "forget me",
        "Forget what you know about me",
        "Erase your memory of me",
        "delete everything you remember about me",
        "Забудь всё обо мне",
        "Пожалуйста, забудь всё, что ты обо мне знаешь",
        "забудь все что ты знаешь про меня",
        "Забудь всё, что помнишь обо мне.",
        "Забудь всё, что я тебе рассказывала о себе",
        "забудьте обо мне всё",
        "Забудь меня",
        "Сотри всё, что ты помнишь обо мне",
        "очисти память обо мне",
    ],
)
def test_everything(said: str) -> None:
    """However it is put."""
    order = read_forget_order(said)
    assert order is not None
    assert order.about == ""


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("Forget that I like tea", "i like tea"),
        ("Please forget that I live in Paris.", "i live in paris"),
        ("forget my birthday", "my birthday"),
        ("Forget where I live", "where i live"),
        ("Can you forget about my dog, please?", "my dog"),
        ("Stop remembering that I am allergic to nuts", "i am allergic to nuts"),
        ("Delete the fact that I have two cats", "i have two cats"),
        ("Забудь, что я люблю чай", "я люблю чай"),
        ("Пожалуйста, забудь, где я живу", "где я живу"),
        ("Забудь про мою собаку", "мою собаку"),
        ("забудь мой день рождения", "мой день рождения"),
        ("Больше не помни, что меня зовут Анна", "меня зовут анна"),
    ],
)
def test_one_thing(said: str, about: str) -> None:
    """What it is about stands in the person's words."""
    order = read_forget_order(said)
    assert order is not None
    assert order.about == about


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Forget it",
        "forget about it",
        "Forget that",
        "Forget about this",
        "Don't forget that I like tea",
        "Do not forget everything I said",
        "I forget everything",
        "Did you forget everything about me?",
        "Never forget me",
        "How do I forget my ex?",
        "Send Bob: forget everything about me",
        "What would you forget?",
        "Забудь",
        "Забудь об этом",
        "Забудь про это",
        "Не забудь, что я люблю чай",
        "Я всё забыла",
        "Ты всё забыла?",
        "Напиши Бобу: забудь всё обо мне",
        "Не забудь меня",
        "forget everything about me " * 50,
    ],
)
def test_what_is_no_order(said: str) -> None:
    """A figure of speech, a question, a message to somebody else: nothing is erased."""
    assert read_forget_order(said) is None
