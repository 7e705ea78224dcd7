"""The tests of the documents rest on this reader."""

from pathlib import Path

import pytest

from support.markdown import blocks_of, commands_of, documents, prose_of

SAMPLE = """# Title

<!-- file: a.py -->
```python
x = 1
```

Words.

```bash
one \\
  two
# a remark

three
```
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A document with two blocks."""
    file = tmp_path / "sample.md"
    file.write_text(SAMPLE, "utf-8")
    return file


def test_blocks_have_language_marker_and_text(sample: Path, tmp_path: Path) -> None:
    """The comment above a block belongs to it."""
    python, shell = blocks_of(sample, tmp_path)
    assert (python.language, python.marker, python.text, python.line) == ("python", "file: a.py", "x = 1\n", 4)
    assert (shell.language, shell.marker, shell.document) == ("bash", "", "sample.md")


def test_continued_lines_are_one_command(sample: Path, tmp_path: Path) -> None:
    """Remarks and empty lines are no commands; line numbers are those of the document."""
    _, shell = blocks_of(sample, tmp_path)
    assert [(command.text, command.line) for command in commands_of(shell)] == [("one   two", 11), ("three", 15)]


def test_an_open_fence_is_an_error(tmp_path: Path) -> None:
    """A document whose rest would be taken for code is broken."""
    file = tmp_path / "broken.md"
    file.write_text("```bash\nmake test\n", "utf-8")
    with pytest.raises(ValueError, match="stays open"):
        list(blocks_of(file, tmp_path))


def test_prose_has_no_code(sample: Path) -> None:
    """What stands in fences is not read as prose."""
    assert "x = 1" not in prose_of(sample)
    assert "Words." in prose_of(sample)


def test_the_repository_has_documents() -> None:
    """The documents that every reader looks for are among those that are tested."""
    names = {path.name for path in documents()}
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "design.md"} <= names
