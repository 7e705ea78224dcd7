"""Documentation leaves the sources that are searched, and everything else stays."""

import pytest
from bench.search.stripping import Stripped, stripped

_PYTHON = '''"""About the module."""
import os


class Door:
    """A door."""


    def open(self, key):
        """Opens the door.

        Slowly.
        """
        # by hand
        return os.open(key)

    def close(self):
        """Closes it."""


def outer():
    def inner():
        """Not asked for."""
        return 1
    return inner
'''
_SCRIPT = """/** About the file. */
/**
 * Adds two numbers.
 */
export function add(a, b) {
  // plainly
  return a + b; /** inline */
}

/** Doubles a number. */
export const double = (a) => a * 2;

class Box {
  /** Gives what is inside. */
  get() { return this.inside; }
}
"""
_GO = """// Package door is about doors.
package door

// Open opens the door.
// Slowly.
func Open(key string) error {
	// by hand
	return try(key) // Open says so
}

type Door interface {
	// Close closes it.
	Close() error
}
"""
_RUST = """//! About the crate.

/// Opens the door.
///
/// Slowly.
#[inline]
pub fn open(key: &str) -> bool {
    // by hand
    true
}

cfg! {
    /// Inside a macro.
    pub fn hidden() {}
}
"""


def _lines(text: str, file: Stripped) -> list[tuple[str, str]]:
    rows = file.text.split("\n")
    return [(function.name, rows[function.start_line - 1].strip()) for function in file.functions]


def test_python_loses_its_docstrings_and_nothing_else() -> None:
    """A body that was only a docstring stays a body; comments stay; a function inside another is not asked for."""
    file = stripped("a.py", _PYTHON, "python")
    assert '"""' not in file.text
    assert "# by hand" in file.text
    compile(file.text, "a.py", "exec")
    assert _lines(_PYTHON, file) == [
        ("open", "def open(self, key):"),
        ("close", "def close(self):"),
        ("outer", "def outer():"),
    ]
    assert [function.doc != [] for function in file.functions] == [True, True, False]
    (opened, *_) = file.functions
    assert file.text.split("\n")[opened.end_line - 1].strip() == "return os.open(key)"


def test_script_loses_doc_comments_only() -> None:
    """Blocks with two stars go, also those beside code; other comments stay."""
    file = stripped("a.js", _SCRIPT, "javascript")
    assert "/**" not in file.text
    assert "// plainly" in file.text
    assert "return a + b; " in file.text
    assert _lines(_SCRIPT, file) == [
        ("add", "export function add(a, b) {"),
        ("double", "export const double = (a) => a * 2;"),
        ("get", "get() { return this.inside; }"),
    ]
    assert all(function.doc for function in file.functions)


def test_typescript_documentation_may_stand_above_an_overload() -> None:
    """The comment belongs to the declaration right below it."""
    text = "/** Doubles. */\nexport function twice(a: number): number {\n  return a * 2;\n}\n"
    (twice,) = stripped("a.ts", text, "typescript").functions
    assert (twice.start_line, twice.doc) == (1, ["/** Doubles. */"])


def test_go_loses_what_stands_above_declarations() -> None:
    """Any comment above a declaration is documentation in Go; comments within a body or behind code are not."""
    file = stripped("a.go", _GO, "go")
    assert "Slowly" not in file.text
    assert "closes it" not in file.text
    assert "// by hand" in file.text
    assert "// Open says so" in file.text
    (opened,) = file.functions
    assert opened.doc == ["// Open opens the door.", "// Slowly."]
    assert file.text.split("\n")[opened.start_line - 1].startswith("func Open")


def test_rust_loses_doc_comments_also_inside_macros() -> None:
    """Three slashes go wherever they stand; attributes may stand between them and the function."""
    file = stripped("a.rs", _RUST, "rust")
    assert "///" not in file.text
    assert "//!" not in file.text
    assert "// by hand" in file.text
    (opened,) = file.functions
    assert [line.strip() for line in opened.doc] == ["/// Opens the door.", "///", "/// Slowly."]
    assert file.text.split("\n")[opened.start_line - 1].startswith("pub fn open")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_ending_of_lines_counts_alike(ending: str) -> None:
    """Lines are counted the same whatever ends them."""
    file = stripped("a.py", _PYTHON.replace("\n", ending), "python")
    assert [function.start_line for function in file.functions] == [
        function.start_line for function in stripped("a.py", _PYTHON, "python").functions
    ]
