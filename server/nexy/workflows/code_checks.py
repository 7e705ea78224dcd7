"""What can be said of an answer without asking anybody: code parses, JSON is valid, a module exports."""

import ast
import re
import warnings

import msgspec

from nexy.contracts.code_answers import LANGUAGES_OF_MODULES

# What is longer is believed: the check stands on the event loop, and Python's parser holds the interpreter in any
# thread. Ordinary code of these lengths takes less than 2 ms.
_LONGEST_PARSED = 8_192
_LONGEST_CHECKED = 32_768
_PYTHON = ("python", "py", "python3")
_BRACKETED = ("typescript", "ts", "tsx", "javascript", "js", "jsx", "java", "go", "rust", "c", "c++", "cpp", "c#",
              "csharp", "kotlin", "swift", "php", "scala", "dart")  # fmt: skip
_EXPORT = re.compile(r"^[ \t]*export\b", re.MULTILINE)
_DECLARED = re.compile(
    r"^(?:declare\s+)?(?:(?:async\s+)?function\b|(?:abstract\s+)?class\b|interface\b|enum\b|type\s+\w|const\b|let\b)",
    re.MULTILINE,
)
# Strings, comments and characters, so that brackets inside them do not count. What is never closed goes to the end:
# looking for its end again from every place would take quadratic time.
_QUOTED = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*(?:`|\Z)""", re.DOTALL
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def code_is_sound(code: str, language: str) -> bool:
    """Whether the code can be what it is said to be; a language that nobody knows here only must not be empty."""
    if not code.strip():
        return False
    name = language.lower()
    if len(code) > (_LONGEST_PARSED if name in _PYTHON else _LONGEST_CHECKED):
        return True
    if name in _PYTHON:
        return _parses(code)
    if name == "json":
        return json_is_valid(code)
    if name in LANGUAGES_OF_MODULES:
        return exports(code) and _balanced(code)
    return _balanced(code) if name in _BRACKETED else True


def json_is_valid(text: str) -> bool:
    """Whether it is one JSON value."""
    try:
        msgspec.json.decode(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def exports(code: str) -> bool:
    """Whether an ES module gives anything to others."""
    return _EXPORT.search(code) is not None


def as_module(code: str) -> str:
    """The code with its first declaration exported, or with an empty export where nothing is declared."""
    if exports(code):
        return code
    declared = _DECLARED.search(code)
    if declared is None:
        return f"{code.rstrip()}\n\nexport {{}};\n"
    return f"{code[: declared.start()]}export {code[declared.start() :]}"


def _parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _balanced(code: str) -> bool:
    opened: list[str] = []
    for sign in _QUOTED.sub("", code):
        if sign in "([{":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return False
    return not opened
