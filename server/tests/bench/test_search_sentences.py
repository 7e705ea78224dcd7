"""What becomes a question out of documentation."""

import pytest
from bench.search.sentences import first_sentence


@pytest.mark.parametrize(
    ("doc", "name", "sentence"),
    [
        (['"""Opens the door with a key.\n\n    Slowly.\n    """'], "open", "Opens the door with a key"),
        (["r'''Opens the door, e.g. with a key. Slowly.'''"], "open", "Opens the door, e.g. with a key"),
        (["// Open opens the door with", "// a key. Slowly."], "Open", "opens the door with a key"),
        (["/// Opens the [`Door`](x) with `key`.", "///", "/// # Panics"], "open", "Opens the Door with key"),
        (
            ["/**\n * Opens the {@link Door} with a key\n * @param key\n */"],
            "open",
            "Opens the Door with a key",
        ),
        (["/**\n * @name open\n * @summary Opens a door with a key.\n *\n */"], "open", "Opens a door with a key"),
        (['"""Opens a :class:`Door` with **keys**."""'], "open", "Opens a Door with keys"),
    ],
)
def test_the_first_sentence_is_taken_without_its_marks(doc: list[str], name: str, sentence: str) -> None:
    """Marks of comments, links and emphasis go; an abbreviation ends nothing; the function's own name goes."""
    assert first_sentence(doc, name) == sentence


@pytest.mark.parametrize(
    "doc",
    [
        '"""Opens the door."""',
        '"""See the other function for this."""',
        '"""Deprecated, use close instead of it."""',
        '"""@private to all of the others"""',
        '"""=== --- === ---"""',
        "",
    ],
)
def test_what_nobody_would_ask_is_left_out(doc: str) -> None:
    """Under four words, mere references, no words at all."""
    assert first_sentence([doc], "open") == ""


def test_no_documentation_is_no_question() -> None:
    """A function without any is simply not asked for."""
    assert first_sentence([], "open") == ""
