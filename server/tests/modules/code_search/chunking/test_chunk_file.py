"""What holds for every file, whatever stands in it."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nexy
from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.chunk_file import chunk_file
from nexy.utils.grammars import WITH_GRAMMAR
from support.chunked import assert_covered, cut, kinds

_LANGUAGES = [*sorted(WITH_GRAMMAR), "markdown", "ruby", "text", ""]
_CONFIG = CodeChunkingConfig()
_SMALL = CodeChunkingConfig(max_lines=10, max_characters=500)
_SCRAPS = st.sampled_from([
    "def f(a):\n", "    def g(self):\n", "        return 1\n", "class A:\n", "class B {\n", "fn a() {\n", "}\n", "{\n",
    "function f() {\n", "  m() { a(); }\n", "const x = () => {\n", "});\n", "# c\n", "// c\n", "/* c\n", "*/\n",
    '"""\n', "\n", "   \n", "\t", "'", "`", "import a\n", "impl A for B {\n", "cfg! {\n", "@a\n", "#[a]\n",
    "func (a *B) C() {\n", "template <class T>\n", "#define F(x) \\\n", "\r\n", "\x0c\n", "é", "\x00", "\ud800",
    "## H\n", "type T = 1\n",
])  # fmt: skip


@given(language=st.sampled_from(_LANGUAGES), text=st.text())
def test_any_text_is_covered_once(language: str, text: str) -> None:
    """Every line that is not blank is in exactly one piece, in every language."""
    assert_covered(text, chunk_file("a", text, language, _CONFIG))


@settings(max_examples=200)
@given(language=st.sampled_from(_LANGUAGES), scraps=st.lists(_SCRAPS, max_size=60))
def test_any_heap_of_scraps_of_code_is_covered_once(language: str, scraps: list[str]) -> None:
    """Broken code too, with bounds so small that pieces are cut."""
    text = "".join(scraps)
    assert_covered(text, chunk_file("a", text, language, _SMALL))


@given(data=st.data())
def test_mutated_code_is_covered_once(data: st.DataObject) -> None:
    """Real code with a stretch taken out, doubled or replaced."""
    text = Path(nexy.__file__).with_name("application.py").read_text(encoding="utf-8")[:6000]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    middle = data.draw(st.sampled_from(["", text[start:end] * 2, "(", '"""', "\n\n", "class A:\n  "]))
    mutated = text[:start] + middle + text[end:]
    assert_covered(mutated, chunk_file("a.py", mutated, "python", _SMALL))


def test_own_source_is_covered_and_mostly_named() -> None:
    """Every file of a folder of our own is cut, and most of the pieces have a name."""
    files = sorted((Path(nexy.__file__).parent / "utils").glob("*.py"))
    chunks = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        cut_up = chunk_file(file.name, text, "python", _CONFIG)
        assert_covered(text, cut_up)
        chunks.extend(cut_up.chunks)
    assert sum(bool(chunk.name) for chunk in chunks) > len(chunks) / 2


def test_long_function_is_cut_with_its_symbol_and_defined_once() -> None:
    """Every part has the symbol; only the first has the name and the signature."""
    body = "".join(f"    step({number})\n" for number in range(300))
    file = cut("def march():\n" + body)
    assert kinds(file) == ["function march"] * len(file.chunks)
    assert [chunk.name for chunk in file.chunks] == ["march", *[""] * (len(file.chunks) - 1)]
    assert not any(chunk.signature for chunk in file.chunks[1:])
    assert all(len(chunk.content.split("\n")) <= _CONFIG.max_lines for chunk in file.chunks)


def test_functions_in_a_long_function_become_pieces_and_in_a_short_one_do_not() -> None:
    """A function that would be cut anyway is cut at what it defines."""
    inner = "    def inner():\n        return 1\n"
    assert kinds(cut("def outer():\n" + inner + "    return inner\n")) == ["function outer"]
    padding = "".join(f"    step({number})\n" for number in range(130))
    assert "function outer.inner" in kinds(cut("def outer():\n" + inner + padding))


def test_deep_nesting_of_classes_keeps_names_short() -> None:
    """What lies too deep stays with what it lies in."""
    code = "".join("  " * depth + f"class A{depth}:\n" for depth in range(60))
    file = chunk_file("a.py", code, "python", _CONFIG)
    assert_covered(code, file)
    assert max(chunk.symbol.count(".") for chunk in file.chunks) < 10


def test_code_that_fits_no_grammar_is_cut_as_text() -> None:
    """A file in another language than its name says is still found by its words."""
    file = cut("%%% {{{ ]]] ((( ;;; <<<\n" * 20, "python")
    assert {chunk.kind for chunk in file.chunks} == {"text"}


@pytest.mark.parametrize(
    "unit", ["(", "[", "a.", '"""', "{", "<", "`${", "/*", "f(a,", "class A:\n", "m!{fn a(){", ";"]
)
@pytest.mark.parametrize("language", ["python", "tsx"])
def test_hostile_nesting_ends_in_bounded_time(language: str, unit: str) -> None:
    """Openings without an end come to one; the bound of processor time is many times what it takes."""
    text = unit * (50_000 // len(unit))
    began = time.process_time()
    assert_covered(text, chunk_file("a", text, language, CodeChunkingConfig(parse_seconds=0.2)))
    assert time.process_time() - began < 10


def test_slow_parse_gives_up_and_the_file_is_text() -> None:
    """A megabyte that the clock cuts off is covered all the same."""
    text = "x = [1, 2, 3]\n" * 70_000
    file = chunk_file("a.py", text, "python", CodeChunkingConfig(parse_seconds=0.01))
    assert_covered(text, file)
    assert {chunk.kind for chunk in file.chunks} == {"text"}


def test_empty_and_blank_files_have_no_pieces() -> None:
    """Nothing in, nothing out."""
    for text in ("", "\n", "  \n\t\n"):
        for language in _LANGUAGES:
            assert list(chunk_file("a", text, language, _CONFIG).chunks) == []


def test_line_ends_of_windows_do_not_move_lines() -> None:
    """The same code has the same pieces with either line end."""
    code = "import a\n\n\ndef f():\n    return 1\n\n\nclass B:\n    def g(self):\n        return 2\n"
    unix, windows = cut(code), cut(code.replace("\n", "\r\n"))
    assert kinds(unix) == kinds(windows)
    assert [chunk.start_line for chunk in unix.chunks] == [chunk.start_line for chunk in windows.chunks]
