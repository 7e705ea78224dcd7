"""The grammars and what is asked of them."""

import pytest

from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.chunking.grammars import grammar_of
from nexy.utils import grammars
from nexy.utils.grammars import WITH_GRAMMAR

_DEFINING = {"function", "method", "class", "part"}


@pytest.mark.parametrize("language", sorted(WITH_GRAMMAR))
def test_every_query_fits_its_grammar(language: str) -> None:
    """Each pattern compiles, each definition has a name, and mentions know comments, calls and imports."""
    grammar = grammar_of(language)
    assert grammar is not None
    defined = {grammar.definitions.capture_name(index) for index in range(grammar.definitions.capture_count)}
    assert defined & _DEFINING
    assert defined <= _DEFINING | {"name", "body", "scope"}
    mentioned = {grammar.mentions.capture_name(index) for index in range(grammar.mentions.capture_count)}
    assert {"comment", "call", "import"} <= mentioned


def test_language_without_a_grammar_has_none() -> None:
    """Such files are cut as text."""
    assert grammar_of("cobol") is None
    assert grammar_of("") is None


def test_missing_wheel_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that should be parsed and cannot be is refused, and the message says how to get the packages."""
    monkeypatch.setattr(grammars, "grammar_of", lambda _: None)
    with pytest.raises(Unavailable, match=r"grammar of go.*nexy-server\[code\]") as missing:
        grammar_of.__wrapped__("go")
    assert missing.value.code == "code_extra_missing"
