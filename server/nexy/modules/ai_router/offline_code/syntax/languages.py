"""What languages are called, and which one a text is in."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from nexy.utils.code_languages import normal_name, shebang_language

KNOWN = frozenset(
    {"python", "typescript", "tsx", "javascript", "go", "rust", "java", "c", "cpp", "sql", "bash", "ruby"}
)


def _marks(*forms: tuple[str, int]) -> Sequence[tuple[re.Pattern[str], int]]:
    return tuple((re.compile(form, re.MULTILINE), weight) for form, weight in forms)


# What speaks for a language, and how loudly. No line breaks among the blanks: many empty lines would take quadratic
# time.
_MARKS = {
    "python": _marks(
        (r"^[ \t]*(?:async )?def \w+\(.*\).*:[ \t]*(?:#.*)?$", 4), (r"^[ \t]*(?:el)?if .+:[ \t]*$", 2),
        (r"^(?:from [\w.]+ )?import [\w., ]+$", 2), (r"^[ \t]*class \w+.*:[ \t]*$", 3), (r"\bself\.", 1),
        (r"^[ \t]*for .+ in .+:[ \t]*$", 3),
    ),
    "typescript": _marks(
        (r"^[ \t]*(?:export )?(?:interface|enum) \w+", 4), (r"^[ \t]*(?:export )?type \w+.*=", 4),
        (r"\w\??: (?:string|number|boolean|unknown|any|void)\b", 3), (r"^import type ", 4), (r"\bas const\b", 3),
        (r"^[ \t]*(?:export )?(?:async )?function \w+", 2),
        (r"^import .+ from ['\"]", 2), (r"^[ \t]*(?:const|let) \w", 1),
    ),
    "javascript": _marks(
        (r"^[ \t]*(?:export )?(?:async )?function \w+\(", 3), (r"^[ \t]*(?:const|let|var) \w+ =", 2), (r"=>", 1),
        (r"\bconsole\.log\(", 2), (r"^import .+ from ['\"]", 2), (r"\brequire\(['\"]", 3),
    ),
    "go": _marks(
        (r"^package \w+[ \t]*$", 6), (r"^func (?:\(.+\) )?\w+\(", 5), (r":=", 1),
        (r"^type \w+ (?:struct|interface)", 5),
    ),
    "rust": _marks(
        (r"^[ \t]*(?:pub )?fn \w+.*\{", 5), (r"\blet mut\b", 4), (r"^impl\b", 3), (r"^use [\w:]+", 2), (r"\w+!\(", 1),
    ),
    "java": _marks(
        (r"^[ \t]*(?:public|private|protected) .*[({][ \t]*$", 4), (r"^import [\w.]+\*?;", 4), (r"\bSystem\.out\b", 4),
        (r"^package [\w.]+;", 6),
    ),
    "c": _marks((r"^#include [<\"].+\.h[>\"]", 5), (r"^\w[\w *]+\w\(.*\)[ \t]*\{", 2), (r"\bprintf\(", 2)),
    "cpp": _marks((r"\bstd::", 6), (r"^#include <\w+>", 5), (r"\btemplate[ \t]*<", 4), (r"\bnamespace \w+", 4)),
    "sql": _marks((r"(?i)^[ \t]*(?:create table|select .+ from|insert into|update \w+ set|alter table)\b", 6)),
    "bash": _marks(
        (r"^[ \t]*(?:fi|done|esac)[ \t]*$", 4), (r"^[ \t]*(?:if|elif|while) \[", 4), (r"\bset -[eux]", 4),
        (r"^[ \t]*(?:sudo )?(?:rm|cp|mv|curl|wget|echo|chmod|mkdir|tar) (?:-\w|[\"']?\$)", 2),
    ),
    "ruby": _marks(
        (r"^[ \t]*def [\w.?!]+(?:\(.*\))?[ \t]*$", 3), (r"^[ \t]*end[ \t]*$", 1), (r"^[ \t]*puts ", 2),
        (r"^require(?:_relative)? ['\"]", 3), (r"\bdo \|\w", 3), (r"^[ \t]*attr_(?:reader|accessor) :", 4),
    ),
}  # fmt: skip
_LOOKED_AT = 4000
# Short names are words as well ("go", "c"), so only the long ones count in a sentence.
_SPOKEN = re.compile(r"\b(python|typescript|javascript|golang|rust|java|sql)\b|\b(питон)", re.IGNORECASE)


def language_named_in(sentence: str) -> str:
    """The first language that a sentence names, "" where it names none."""
    found = _SPOKEN.search(sentence[:_LOOKED_AT])
    if found is None:
        return ""
    return "python" if found[2] else normal_name(found[1])


def language_of(named: str, file_path: str, code: str) -> str:
    """The language that was named, else that of the file's ending, else the likeliest; "" where nothing tells."""
    return told_language(named, file_path) or guess_language(code)


def told_language(named: str, file_path: str) -> str:
    """The language that was named, else that of the file's ending; "" where nobody says."""
    if plain := normal_name(named):
        return plain
    ending = normal_name(PurePosixPath(file_path.replace("\\", "/")).suffix[1:])
    return ending if ending in KNOWN else ""


def guess_language(code: str) -> str:
    """The likeliest language of a text, "" where nothing speaks for any."""
    head = code[:_LOOKED_AT]
    if (shebang := shebang_language(head)) in KNOWN:
        return shebang
    scores = {
        language: sum(weight for form, weight in marks if form.search(head)) for language, marks in _MARKS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > 1 else ""
