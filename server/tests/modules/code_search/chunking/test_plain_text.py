"""What text and languages without a grammar become."""

from nexy.config.code_search_section import CodeChunkingConfig
from support.chunked import assert_covered, cut, kinds


def test_markdown_sections_have_the_path_of_their_headings() -> None:
    """A heading with nothing below it goes with the section that follows; a new chapter ends the path."""
    file = cut(
        """
        Hello.
        # House
        ## Doors
        They open.
        ## Windows
        They shut.
        # Garden
        Green.
        """,
        "markdown",
    )
    assert kinds(file) == ["text", "text House / Doors", "text House / Windows", "text Garden"]
    assert file.chunks[1].content.startswith("# House")
    assert [chunk.name for chunk in file.chunks] == ["", "Doors", "Windows", "Garden"]


def test_signs_of_a_heading_in_fenced_code_are_no_heading() -> None:
    """A comment in a shell example does not begin a section."""
    assert kinds(cut("# Run\n```\n# not a heading\n```\n", "markdown")) == ["text Run"]


def test_headings_without_text_at_the_end_are_kept() -> None:
    """The last heading is covered though nothing follows."""
    text = "# A\nx\n## B\n"
    file = cut(text, "markdown")
    assert_covered(text, file)


def test_prose_is_comment_and_other_text_is_code() -> None:
    """Words of a document count as comment; lines of a script as code but for its comments."""
    prose = cut("Doors open.\n", "markdown").chunks[0]
    assert (prose.comment, prose.code) == ("Doors open.", "")
    script = cut("# Opens the door.\nopen door\n", "ruby").chunks[0]
    assert (script.comment, script.code) == ("Opens the door.", "open door")


def test_long_text_is_cut_at_blank_lines() -> None:
    """A piece ends after the last blank line that fits, and none is longer than its bound."""
    text = "".join(f"{'word ' * 3}\n" * 7 + "\n" for _ in range(20))
    file = cut(text, "text", CodeChunkingConfig(text_lines=20))
    assert all(chunk.end_line - chunk.start_line + 1 == 15 for chunk in file.chunks[:-1])
    assert_covered(text, file)


def test_text_bound_never_exceeds_the_bound_of_all_pieces() -> None:
    """Where pieces may be ten lines, text may not be forty."""
    file = cut("a\n" * 35, "text", CodeChunkingConfig(max_lines=10, text_lines=40))
    assert max(chunk.end_line - chunk.start_line + 1 for chunk in file.chunks) == 10
