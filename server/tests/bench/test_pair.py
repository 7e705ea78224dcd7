"""Nothing is measured unless both servers say the same."""

from dataclasses import replace

import pytest
from bench.voice.load import Load, chunk_sizes
from bench.voice.pair import NotTheSame, check_same
from bench.voice.sessions import Heard

LOAD = Load(name="test", sentences=2, token_seconds=0.0, sound_seconds=0.36)


def heard() -> Heard:
    first, later = (chunk_sizes(LOAD.sound_seconds, first_of_turn=first) for first in (True, False))
    kinds = ["text_chunk", *["audio_chunk"] * len(first), "text_chunk", *["audio_chunk"] * len(later), "end_message"]
    return Heard(number=1, kinds=kinds, texts=list(LOAD.pieces), sizes=[*first, *later])


def test_equal_turns_pass() -> None:
    """Both sent what was agreed."""
    check_same(LOAD, heard(), heard())


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("words", replace(heard(), texts=["".join(LOAD.pieces)])),
        ("sound", replace(heard(), sizes=heard().sizes[:-1])),
        ("order", replace(heard(), kinds=[*heard().kinds, "end_message"])),
    ],
)
def test_any_difference_ends_the_run(part: str, other: Heard) -> None:
    """Other words, other sound or another order, on either side, is named."""
    with pytest.raises(NotTheSame, match=f"ours sent other {part}"):
        check_same(LOAD, other, heard())
    with pytest.raises(NotTheSame, match=f"the baseline sent other {part}"):
        check_same(LOAD, heard(), other)
