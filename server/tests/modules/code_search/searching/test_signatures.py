"""What a member is called with, taken from its text."""

import pytest

from nexy.modules.code_search.searching.signatures import closed, signature_of
from nexy.utils.grammars import grammar_of


@pytest.mark.parametrize(
    ("language", "text", "signature"),
    [
        ("python", "    def close(self):\n        drain()", "    def close(self): ..."),
        ("python", "    def close(\n        self,\n    ):\n        pass", "    def close(\n        self,\n    ): ..."),
        ("python", "    def close(self): return 1", "    def close(self): return 1"),
        ("python", "    # close it\n    @close.setter\n    def close(self):\n        pass", "    def close(self): ..."),
        ("java", "  /** close\n   * close it */\n  void close() {\n    a();\n  }", "  void close() { }"),
        ("java", "  @Override public void close() {\n  }\n}", "  @Override public void close() { }"),
        ("cpp", "  void close()\n  {\n    a();\n  }", "  void close() { }"),
        ("cpp", "  int close() { return 1; }", "  int close() { return 1; }"),
        ("typescript", "  close = (): void => {\n    a();\n  };", "  close = (): void => { }"),
        ("go", "// close\nfunc (p *P) close(a int,\n\tb int) {\n\ta()\n}", "func (p *P) close(a int,\n\tb int) { }"),
        ("python", "    LIMIT = 1\n    other = 2", "    LIMIT = 1"),
    ],
)  # fmt: skip
def test_a_signature_ends_before_the_body(language: str, text: str, signature: str) -> None:
    """Comments and decorators before it and the body behind it go, all arguments stay."""
    assert signature_of(text, "LIMIT" if "LIMIT" in text else "close", language) == signature


def test_a_name_within_another_is_not_the_name() -> None:
    """`close` is not `disclose`."""
    assert signature_of("let disclose;\nclose() {\n}", "close", "javascript") == "close() { }"


@pytest.mark.parametrize(
    ("language", "text", "whole"),
    [("java", "class A {\n  void a() { }", "class A {\n  void a() { }\n}"), ("python", "class A: {", "class A: {")],
)
def test_what_is_open_is_closed(language: str, text: str, whole: str) -> None:
    """The class's own bracket comes back; Python has none."""
    assert closed(text, language) == whole


@pytest.mark.parametrize("language", ["java", "typescript", "javascript", "cpp"])
def test_a_class_of_signatures_is_code(language: str) -> None:
    """A parser takes it without an error."""
    from tree_sitter import Parser

    kind = "void " if language in ("java", "cpp") else ""
    member = signature_of(f"  {kind}close() {{\n    a();\n  }}\n}}", "close", language)
    text = closed(f"class Pool {{\n{member}", language) + (";" if language == "cpp" else "")
    grammar = grammar_of(language)
    assert grammar is not None
    assert not Parser(grammar).parse(text.encode()).root_node.has_error
