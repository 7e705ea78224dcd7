"""How the parts of an answer are put together."""

import pytest

from nexy.core.spoken import Spoken


def said(*parts: str) -> str:
    """The parts with a seam between each two."""
    spoken = Spoken()
    for part in parts:
        spoken.seam()
        spoken.say(part)
    return spoken.drain()


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        (("Sure!", "Opening."), "Sure! Opening."),
        (("Sure! ", "Opening."), "Sure! Opening."),
        (("Sure!", "\nOpening."), "Sure!\nOpening."),
        (("Sure", ", opening."), "Sure, opening."),
        (("", "Да", "", "нет"), "Да нет"),
        (("Раз",), "Раз"),
    ],
)
def test_words_do_not_touch_at_a_seam(parts: tuple[str, ...], together: str) -> None:
    """One space is put in where two words would touch, none elsewhere."""
    assert said(*parts) == together


def test_without_a_seam_nothing_is_put_in() -> None:
    """Pieces of one text are joined as they are."""
    spoken = Spoken()
    spoken.say("Сафа")
    spoken.say("ри")
    assert spoken.drain() == "Сафари"


def test_a_seam_holds_over_a_drain() -> None:
    """What was drained before still counts as what stands before the seam."""
    spoken = Spoken()
    spoken.say("Sure!")
    spoken.drain()
    spoken.seam()
    spoken.say("Yes")
    assert spoken.drain() == " Yes"
    assert spoken.drain() == ""


def test_blank_until_something_is_said() -> None:
    """White space alone is not something said."""
    spoken = Spoken()
    spoken.say(" \n")
    assert spoken.blank
    spoken.say("a")
    spoken.say(" ")
    assert not spoken.blank
