"""Texts that cost a careless reader far more than their length, at any length."""

from collections.abc import Callable, Mapping

LANGUAGES = ("python", "typescript", "javascript", "go", "rust", "java", "c", "cpp", "sql", "")


def _chain(head: str, link: str, tail: str = "") -> Callable[[int], str]:
    return lambda size: head + link * (size // len(link)) + tail


def _nest(opening: str, closing: str, inner: str = "1") -> Callable[[int], str]:
    def made(size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return opening * depth + inner + closing * depth

    return made


def _many(form: str, apart: str = "\n") -> Callable[[int], str]:
    return lambda size: apart.join(form.format(n=n) for n in range(size // (len(form) + len(apart))))


SHAPES: Mapping[str, Callable[[int], str]] = {
    "tagged templates": _chain("a", "`x`"),
    "chained calls": _chain("x", ".b()", ";"),
    "calls of calls": _chain("x", "()", ";"),
    "a sum of strings": _chain('x = "a"', ' + "b"', ";"),
    "a sum handed over": _chain('q("SELECT a FROM b"', ' + "b" + c', ")"),
    "conditions": _chain("x = 1", " && y", ";"),
    "else if": _chain("if (a) { b(); }", " else if (a) { b(); }"),
    "elif": _chain("if a:\n  b()\n", "elif a:\n  b()\n"),
    "unwraps": _chain("fn f() { x", ".unwrap()", "; }"),
    "panics in ifs": _nest("if a {\npanic(1)\n", "}\n", "x()\n"),
    "nested brackets": _nest("(", ")"),
    "nested blocks": _nest("if (a) {", "}", ""),
    "nested functions": _nest("function f() { var a = 1; ", "}", "return 1;"),
    "nested arrows": _nest("f(() => {", "})"),
    "nested templates": _nest("`${", "}`"),
    "nested modules": _nest("mod a { fn f() { x.unwrap(); } ", "}", ""),
    "nested namespaces": _nest("namespace a { int f() { return f(); } ", "}", ""),
    "nested twins": _nest("if (a) { ", "} else { bbbb(); } ", "c();"),
    "open brackets": _chain("", "("),
    "open calls": _chain("", "f("),
    "one line": _chain('x = "', "a", '"'),
    "one word": _chain("", "a"),
    "blank lines": _chain("", "\n"),
    "tiny functions": _many("function f{n}(a) {{ return a; }}"),
    "tiny definitions": _many("def f{n}(a):\n    return a\n"),
    "one name declared often": _many("var a = 1;"),
    "names declared once": _many("var a{n} = 1; if (a{n} == 1) b();"),
    "files opened": _many("with a() as b:\n    f = open(b)"),
    "names": _many("i{n}", " "),
    "strings": _many('"a"', " "),
    "quotes": _chain("", '"'),
    "backticks": _chain("", "`"),
    "comments": _many("// TODO a"),
    "one comment": _chain("/* ", "TODO ", "*/"),
    "hash comments": _many("# TODO a"),
    "NUL": _chain("", "\x00"),
    "lone controls": _chain("", "a\x01\x07\x1f\x7f\u2028"),
    "half characters": _chain("", "\ud800"),
    "fences": _many("```py\nx = 1\n```"),
    "words for": _chain("", "for "),
    "words with": _chain("class A with ", "a, "),
}
