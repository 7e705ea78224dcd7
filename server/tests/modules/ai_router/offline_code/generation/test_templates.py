"""Every template, with names as awkward as people give them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.modules.ai_router.offline_code.generation import render
from nexy.modules.ai_router.offline_code.generation.generate import generate
from nexy.modules.ai_router.offline_code.generation.order import understood
from nexy.modules.ai_router.offline_code.generation.plain_script import without_types
from nexy.modules.ai_router.offline_code.generation.values import values_of
from support.code_corpus import LIMITS
from support.parses import parses

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
_FOLDER = Path(render.__file__).parent / "templates"
_TEMPLATES = sorted((file.parent.name, file.stem) for file in _FOLDER.glob("*/*.tmpl"))
_ASKED = (
    "REST API for orders with user id, total, due date, tags, paid flag and stock",
    "class Request with type, class, import and return",
    "sorts users by age",
    "CRUD для новостей с полями тип, дата создания и средний балл",
    "integrate with Stripe",
    "sum of a list",
    "",
)


def _code(language: str, name: str, text: str) -> str:
    order = replace(understood(text), intent=name)
    values, lists = values_of(order, language)
    lines = render.template(language, name)
    assert lines is not None
    return render.rendered(lines, values, lists)


@pytest.mark.parametrize(("language", "name"), _TEMPLATES)
@pytest.mark.parametrize("text", _ASKED)
def test_a_template_parses_whatever_is_asked(language: str, name: str, text: str) -> None:
    """No slot stays open, and the code parses."""
    code = _code(language, name, text)
    assert "‹" not in code
    assert "%%" not in code
    assert parses(code, language)


@pytest.mark.parametrize("name", [name for language, name in _TEMPLATES if language == "typescript"])
def test_a_script_template_loses_its_types(name: str) -> None:
    """What stays is JavaScript with an export."""
    plain = without_types(_code("typescript", name, _ASKED[0]))
    assert plain is not None
    assert parses(plain, "javascript")
    assert "export " in plain


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_node_reads_every_script_without_types(tmp_path: Path) -> None:
    """`node --check` agrees, the markup of React left out."""
    names = [name for language, name in _TEMPLATES if language == "typescript" and "react" not in name]
    wanted = [(name, _ASKED[0]) for name in names] + [("sum", "sum of a list"), ("sum", "sums of lists by price")]
    for number, (name, asked) in enumerate(wanted):
        file = tmp_path / f"{number}.mjs"
        file.write_text(without_types(_code("typescript", name, asked)) or "", encoding="utf-8")
        done = subprocess.run(["node", "--check", str(file)], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["typescript", "javascript"])
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120))
def test_any_words_give_a_module(language: str, text: str) -> None:
    """Whatever is asked, TypeScript and JavaScript parse and export something."""
    made = generate(text, "", language, "en", LIMITS)
    assert made.language == "sql" or "export " in made.code
    assert parses(made.code, made.language)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet="\"'*/\\`{}$‹›%-\n#ab ", max_size=80),
    language=st.sampled_from(["python", "go", "rust", "java"]),
)
def test_no_words_break_out_of_a_comment(text: str, language: str) -> None:
    """Quotes, ends of comments and marks of templates stay harmless."""
    made = generate(f"do {text}", "", language, "en", LIMITS)
    assert parses(made.code, made.language)


@pytest.mark.parametrize(
    ("language", "begins"),
    [("cobol", "*> TODO"), ("c", "// TODO"), ("Ruby", "# TODO"), ("haskell", "-- TODO"), ("css", "/* TODO")],
)
def test_a_language_without_templates_gets_a_comment(language: str, begins: str) -> None:
    """In its own way of writing one, under its own name, and the notes say what there are templates for."""
    made = generate("login endpoint", "", language, "en", LIMITS)
    assert (made.language, made.code.startswith(begins)) == (language.lower(), True)
    assert "only a comment" in made.notes[0]
    assert "Python" in made.notes[0]


def test_a_language_that_nobody_knows_is_told() -> None:
    """TypeScript comes instead, under its own name, and the notes say so."""
    made = generate("login endpoint", "", "klingon", "en", LIMITS)
    assert (made.language, "no templates for klingon" in made.notes[0]) == ("typescript", True)


def test_a_template_of_another_language_is_named() -> None:
    """A frame comes with the languages that have more."""
    made = generate("debounce function", "", "java", "en", LIMITS)
    assert "TODO" in made.code
    assert "Python, TypeScript" in " ".join(made.notes)


def test_an_assumption_is_told() -> None:
    """Who names no thing and no fields hears what was assumed."""
    assert any("assumption" in note for note in generate("create a REST API endpoint", "", "", "en", LIMITS).notes)
    named = generate("REST API for books with title and author", "", "typescript", "en", LIMITS)
    assert not any("assumption" in note for note in named.notes)
