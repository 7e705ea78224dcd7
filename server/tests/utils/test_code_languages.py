"""Names of languages, and what files are in."""

import pytest

from nexy.utils.code_languages import (
    KNOWN,
    language_of_file,
    meant_languages,
    normal_name,
    shebang_language,
    shown_name,
)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"), ("a.pyi", "python"), ("a.TS", "typescript"), ("a.tsx", "tsx"), ("a.jsx", "javascript"),
        ("a.mjs", "javascript"), ("a.go", "go"), ("a.rs", "rust"), ("A.java", "java"), ("a.c", "c"), ("a.cc", "cpp"),
        ("a.hpp", "cpp"), ("a.md", "markdown"), ("a.yml", "yaml"), ("a.sql", "sql"), ("a.kt", "kotlin"),
        ("a.swift", "swift"), ("Dockerfile", "dockerfile"), ("api.Dockerfile", "text"),
        ("Dockerfile.prod", "dockerfile"),
        ("Makefile", "make"), ("Makefile.in", "make"), ("CMakeLists.txt", "cmake"), ("notes.txt", "text"),
        ("LICENSE", "text"), ("py", "text"), (".py", "text"), ("a.unknown", "text"), (".bashrc", "bash"),
    ],
)  # fmt: skip
def test_by_name(path: str, language: str) -> None:
    """The ending, or the whole name where that is a custom; anything else is text."""
    assert language_of_file(path) == language


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("#!/usr/bin/env python3\n", "python"), ("#!/bin/sh -e\n", "bash"), ("#!/usr/bin/node\n", "javascript"),
        ("#!/usr/bin/env -S deno run\n", "typescript"), ("#!/opt/shell\n", ""), ("x\n#!/bin/sh\n", ""), ("", ""),
    ],
)  # fmt: skip
def test_by_first_line(head: str, language: str) -> None:
    """The interpreter, with or without its version; only in the first line, and never against the name."""
    assert shebang_language(head) == language
    assert language_of_file("run", head) == (language or "text")
    assert language_of_file("run.go", head) == "go"


def test_headers_are_of_two_languages() -> None:
    """What stands in them decides."""
    assert language_of_file("a.h", "#include <stdio.h>\nint f(void);\n") == "c"
    assert language_of_file("a.h", "#pragma once\nnamespace shop {\n") == "cpp"
    assert language_of_file("a.h", "template <class T>\n") == "cpp"


@pytest.mark.parametrize(
    ("named", "language"), [("TS ", "typescript"), ("golang", "go"), ("C++", "cpp"), ("Elm", "elm")]
)
def test_as_people_name_them(named: str, language: str) -> None:
    """Aliases in any case; an unknown one stays what it is."""
    assert normal_name(named) == language


@pytest.mark.parametrize(
    ("language", "meant"),
    [("typescript", {"typescript", "tsx"}), ("tsx", {"tsx"}), ("c", {"c"}), ("cpp", {"cpp"}), ("elm", {"elm"})],
)
def test_what_is_meant_with_a_language(language: str, meant: set[str]) -> None:
    """The wider name has the narrower one, never the other way round."""
    assert set(meant_languages(language)) == meant


def test_shown_names() -> None:
    """As people write them, unknown ones as they are."""
    assert [shown_name(name) for name in ("cpp", "typescript", "zig", "")] == ["C++", "TypeScript", "zig", "text"]


@pytest.mark.parametrize(
    "path",
    ["a.py", "a.R", "a.fish", "a.vhd", "Justfile", "BUILD", "CMakeLists.txt", "Dockerfile", "a.tsx", "LICENSE", "a.h"],
)
def test_what_a_file_is_in_is_known(path: str) -> None:
    """Whoever asks for the language that an index tells of is not refused."""
    assert language_of_file(path) in KNOWN
    assert all(normal_name(name) == name for name in KNOWN)
