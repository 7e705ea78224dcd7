"""Whether a completion leaves the code at least as sound as it was, by the language's own parser."""

import ast
import re
import warnings
from collections.abc import Callable
from functools import partial

from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.utils.grammars import grammar_of
from nexy.utils.patient_parse import parse_within

# Lines that begin at the margin and go on with what stands above them.
_GOES_ON = re.compile(r"(?:else|elif|except|finally|case|default|catch)\b")
_MARGIN = re.compile(r"^[A-Za-z_@#/]", re.MULTILINE)
# A keystroke waits for this: only the piece around the cursor is parsed, and a longer one is believed.
_LONGEST = 4_000
_SECONDS = 0.02
_INCOMPLETE = 0x4000  # ast.PyCF_ALLOW_INCOMPLETE_INPUT, which has no public name in 3.11
_SOUND, _OPEN, _BROKEN = range(3)


def checker(cursor: Cursor) -> Callable[[str], bool]:
    """Tells of each completion whether it may be offered; everything may where there is no parser."""
    before, behind = _piece_before(cursor.before), _piece_behind(cursor.behind)
    if len(before) + len(behind) > _LONGEST:
        return _believed
    if cursor.language == "python":
        return partial(_python_allows, before, behind, _python(before), _python(before + behind))
    faults = _faults(before + behind, cursor.language)
    return _believed if faults is None else partial(_tree_allows, before, behind, cursor.language, faults)


def _believed(_: str) -> bool:
    return True


def _python_allows(before: str, behind: str, was: int, was_whole: int, text: str) -> bool:
    if was is _BROKEN:
        return True
    whole = was_whole is not _SOUND or not behind.strip() or _python(before + text + behind) is _SOUND
    return whole and _python(before + text) is not _BROKEN


def _python(code: str) -> int:
    """Sound, open (only its end is missing) or broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "completed", "exec", ast.PyCF_ONLY_AST | _INCOMPLETE)
    except SyntaxError as error:
        return _OPEN if error.msg == "incomplete input" or _is_at_end(code, error) else _BROKEN
    except (ValueError, RecursionError, MemoryError):
        return _BROKEN
    return _SOUND


def _is_at_end(code: str, error: SyntaxError) -> bool:
    """Whether everything that is written could go on well."""
    lines = code.rstrip().split("\n")
    place, last = (error.lineno or 0, error.offset or 0), lines[-1]
    return place > (len(lines), len(last.encode())) or "unterminated" in (error.msg or "")


def _tree_allows(before: str, behind: str, language: str, was: int, text: str) -> bool:
    now = _faults(before + text + behind, language)
    return now is None or now <= was


def _faults(code: str, language: str) -> int | None:
    """How many places do not fit the grammar; None without one."""
    grammar = grammar_of(language)
    tree = None if grammar is None else parse_within(grammar, code.encode("utf-8", "replace"), _SECONDS)
    if tree is None:
        return None
    count, waiting = 0, [tree.root_node]
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        waiting += [child for child in node.children if child.has_error]
    return count


def _piece_before(text: str) -> str:
    """From the last line at the margin that begins something."""
    starts = [found.start() for found in _MARGIN.finditer(text)]
    start = next((place for place in reversed(starts) if not _GOES_ON.match(text, place)), 0)
    return text[start:]


def _piece_behind(text: str) -> str:
    """The rest of the piece that the cursor stands in."""
    first = text.find("\n")
    if first < 0:
        return text
    following = _MARGIN.search(text, first + 1)
    return text[: following.start()] if following else text
