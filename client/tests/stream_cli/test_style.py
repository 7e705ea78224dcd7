"""Colours and tables."""

from nexy_client.stream_cli.style import Style, columns, printable


def test_columns_line_up() -> None:
    """Left, or right where told; no blanks at the ends."""
    assert columns([("a", "1"), ("long", "100")], right=(1,)) == ["  a       1", "  long  100"]
    assert columns([("a", ""), ("b", "")]) == ["  a", "  b"]
    assert columns([]) == []


def test_colours_are_for_terminals() -> None:
    """Plain text stays plain."""
    assert Style().paint("x", "red") == "x"
    assert Style(colours=True).paint("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert Style(colours=True).paint("", "red") == ""


def test_long_text_is_wrapped_with_its_indent() -> None:
    """Every line fits."""
    lines = Style(width=20).wrapped("one two three four five six", "    ").splitlines()
    assert len(lines) > 1
    assert all(line.startswith("    ") and len(line) <= 20 for line in lines)


def test_control_characters_are_shown_and_not_obeyed() -> None:
    """Letters of any language stay; new lines too."""
    assert printable("a\x1b[2Jб\nc\x07\u202e") == "a?[2Jб\nc??"


def test_a_name_is_never_broken() -> None:
    """One that is longer than the line runs out of it: it is there to be copied."""
    name = "a_source_" * 12
    assert name in Style(width=60).wrapped(f"source {name} and more").split()
