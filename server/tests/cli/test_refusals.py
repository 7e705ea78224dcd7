"""What a part refuses with, in the person's language."""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import nexy
from nexy.cli.code_parts import _SENTENCES
from nexy.cli.refusals import in_words
from nexy.messages.catalogue import Catalogue, load_texts
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.searching.finder import _NO_VECTORS, NO_INDEX
from nexy.modules.code_search.searching.meaning import NO_MODEL
from nexy.modules.code_search.searching.prose import _SIGNED_IN
from nexy.modules.code_search.vectors.embedder import VectorsUnavailable

RUSSIAN = Catalogue("ru")
_PARTS = ("reading", "indexing", "store", "searching", "vectors", "lightrag", "module.py")
_CALLED = re.compile(
    r"(?:Unavailable|ValidationFailed|NotFound|DeadlineExceeded|IndexDamaged|_refused|Meaning|super\(\)\.__init__)$"
)
# Said by what is caught before anybody reads it, or of files that only their makers see; and what is no sentence yet.
_INNER = frozenset(("git failed", "no plain file", "7x: 7x"))
_LOW = ("safetensors.py", "network.py", "matrix.py")


def sentences() -> Iterator[tuple[str, str, str]]:
    """Where, the sentence with its places filled, and the code of every refusal in the search over code."""
    top = Path(nexy.__file__).parent / "modules" / "code_search"
    for part in _PARTS:
        for file in [top / part] if part.endswith(".py") else sorted((top / part).rglob("*.py")):
            if file.name in _LOW:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _CALLED.search(ast.unparse(node.func)):
                    yield from _said(node, f"{file.relative_to(top)}:{node.lineno}")


def _said(call: ast.Call, where: str) -> Iterator[tuple[str, str, str]]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    text = _filled(call.args[0] if call.args else given.get("problem", ast.Constant(value="")))
    code = given.get("code")
    if text and text not in _INNER and "{message}" not in ast.unparse(call):
        prefix = "source: " if ast.unparse(call.func) == "_refused" else ""
        yield where, prefix + text, str(code.value) if isinstance(code, ast.Constant) else ""


def _filled(text: ast.expr) -> str:
    match text:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=parts):
            return "".join(_filled(part) if isinstance(part, ast.Constant) else "7x" for part in parts)
        case _:
            return ""


@pytest.mark.parametrize(("where", "sentence", "code"), list(sentences()))
def test_every_refusal_has_its_translation(where: str, sentence: str, code: str) -> None:
    """Whatever the search over code refuses with, a Russian reads it in Russian."""
    if code in _SENTENCES:
        return
    told = in_words(sentence, RUSSIAN)
    assert re.search("[а-яё]", told), where
    assert ("7x" in told) == ("7x" in sentence)


@pytest.mark.parametrize(
    "reason",
    [
        NO_MODEL,
        NO_INDEX,
        _NO_VECTORS,
        _SIGNED_IN,
        "its vectors are being laid out",
        "its vectors cannot be laid out",
        "no vectors of m yet; `nexy index` makes them",
        "the index of shop is being made again",
        "the index cannot be written: No space left on device",
        "Too much is waiting for a thread.",
        "source: nothing in /srv/shop can be indexed (it is empty)",
        VectorsUnavailable("the model gave numbers that are none").message,
        IndexDamaged("its contents are gone, or of an older version: index the project again").message,
        f"without vectors: {NO_MODEL}",
    ],
)
def test_every_reason_for_what_was_left_out(reason: str) -> None:
    """They stand behind "Without:", and a sentence within a sentence is translated too."""
    assert re.search("[а-яё]", in_words(reason, RUSSIAN))
    assert not re.search("configured|numbers|contents|cannot|empty", in_words(reason, RUSSIAN))


def test_what_is_filled_in_stays() -> None:
    """Paths, names and git's own words are not touched, line breaks and braces included."""
    for odd in ("/srv/{x}", "a: b; c", "a\nb", ""):
        english = f"source: {odd} is no folder that can be read, nor a repository's URL"
        assert in_words(english, RUSSIAN) == f"source: {odd} — не папка, которую можно прочесть, и не URL репозитория"


def test_what_nobody_translated_and_english_stay() -> None:
    """A sentence of another part is told as it came."""
    assert in_words("the door is shut", RUSSIAN) == "the door is shut"
    assert in_words(NO_MODEL, Catalogue("en")) == NO_MODEL


def test_no_sentence_hides_another() -> None:
    """Each is found by its own words."""
    russian = load_texts("ru")
    for key, text in load_texts("en").items():
        if key.startswith("refusal."):
            filled = re.sub(r"\{\w+\}", "7x", text)
            assert in_words(filled, RUSSIAN) == re.sub(r"\{\w+\}", "7x", russian[key]), key


def test_a_long_sentence_costs_no_time() -> None:
    """A hostile name cannot keep the command busy."""
    start = time.process_time()
    in_words("a cannot be fetched: " * 1000, RUSSIAN)
    assert time.process_time() - start < 2
