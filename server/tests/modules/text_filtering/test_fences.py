"""The fence tracker: which lines are code."""

import pytest

from nexy.modules.text_filtering.fences import FenceTracker


def states(*parts: str) -> list[bool]:
    tracker, seen = FenceTracker(), []
    for part in parts:
        seen.append(tracker.covers(part))
        tracker.take(part)
    return seen


def test_a_block_covers_its_fences_and_lines() -> None:
    """Opening fence, code and closing fence are code; what stands around is not."""
    assert states("Text\n", "```python\n", "x\n", "```\n", "Text\n") == [False, True, True, True, False]


def test_a_longer_or_other_fence_does_not_close() -> None:
    """Only a fence of the same character, at least as long and alone on its line, closes a block."""
    parts = ["````\n", "```\n", "~~~~\n", "```` x\n", "`````\n", "Text\n"]
    assert states(*parts) == [True, True, True, True, True, False]


def test_a_fence_in_parts_is_one_fence() -> None:
    """Where a line arrives in parts, its head decides."""
    assert states("```", "py", "thon\n", "x\n", "``", "`\n", "Text\n") == [True] * 6 + [False]


@pytest.mark.parametrize("line", ["Use ``` here\n", "```x``` is\n", "``\n", "x\n```"[:2]])
def test_inline_code_opens_no_block(line: str) -> None:
    """Backticks inside a line, or closed on the same line, are inline code."""
    assert states(line, "Text\n") == [False, False]


def test_leading_blank_lines_belong_to_the_fence_behind_them() -> None:
    """A piece may begin with the blank lines before it."""
    assert states("Text\n", "\n\n~~~\n", "x\n") == [False, True, True]
