"""A parse that lets other threads run and comes to an end."""

import threading
import time
from typing import TYPE_CHECKING

import pytest

from nexy.utils.grammars import grammar_of
from nexy.utils.patient_parse import parse_within

if TYPE_CHECKING:
    from tree_sitter import Language

_CODE = b"def load(path):\n    return open(path).read()\n\n\n" * 2_000
# Nothing of it fits: recovering from it is what takes a parser long.
_DEBRIS = b"}{)(][ if for def class = " * 40_000


@pytest.fixture
def python() -> "Language":
    grammar = grammar_of("python")
    assert grammar is not None
    return grammar


@pytest.mark.parametrize("piece_bytes", [7, 256, 4096, 1_000_000])
def test_the_tree_is_that_of_the_whole(python: "Language", piece_bytes: int) -> None:
    """However small the pieces, nothing is lost between them, and nodes know their text."""
    tree = parse_within(python, _CODE, 60.0, piece_bytes)
    assert tree is not None
    root = tree.root_node
    assert not root.has_error
    assert root.named_child_count == 2_000
    assert root.named_children[-1].text == _CODE[-len(_CODE) // 2_000 :].strip()


def test_too_long_a_parse_is_given_up(python: "Language") -> None:
    """After its time there is no tree, and soon after it ends."""
    began = time.thread_time()
    assert parse_within(python, _DEBRIS, 0.05) is None
    assert time.thread_time() - began < 1


def test_nothing_is_a_tree_too(python: "Language") -> None:
    """An empty source has an empty root."""
    tree = parse_within(python, b"", 1.0)
    assert tree is not None
    assert tree.root_node.child_count == 0


def test_other_threads_run_meanwhile(python: "Language") -> None:
    """One that counts gets on while the parse lasts."""
    counted, stop = [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            counted[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    try:
        before = counted[0]
        parse_within(python, _DEBRIS, 0.3)
        assert counted[0] > before
    finally:
        stop.set()
        thread.join()
