"""Where an object begins in an answer, and what still belongs to it once it has ended.

Every decision looks ahead a bounded number of characters; a decision that needs more text is a wait.
"""

import re
from dataclasses import dataclass

from nexy.core.json_tokens import SPACE, Cursor

MAX_RUN = 64

_CHARACTER = r'(?:[^"\\\n]|\\.)'
_KEY = rf"(?:\"{_CHARACTER}{{0,64}}\"|'(?:session_id|command|args|text)')"
_PART_OF_KEY = rf"(?:\"{_CHARACTER}{{0,64}}\\?(?:\"{SPACE})?|'[a-z_]{{0,10}}(?:'{SPACE})?)"
_INFO = rf"[ \t]{{0,16}}+(?:(?i:json)\w{{0,8}}+{SPACE}|[\w+-]{{0,24}}+[ \t]{{0,16}}+\r?\n{SPACE}|{SPACE})"
_BEGINS = re.compile(
    rf"(?P<fence>`{{1,2}}(?!`)|`{{3,{MAX_RUN}}}+{_INFO})?(?:[\[{{]{SPACE})?\{{{SPACE}(?={_KEY}{SPACE}:|(?P<empty>\}}))"
)
_MAY_BEGIN = re.compile(
    rf"(?:`{{1,2}}|`{{3,{MAX_RUN}}}+[ \t]{{0,16}}+[\w+-]{{0,24}}+{SPACE})?"
    rf"(?:[\[{{]{SPACE})?(?:\{{{SPACE}{_PART_OF_KEY}?)?\Z"
)
# What an answer may end with that can only be the beginning of an object, not words.
_MARKUP_ONLY = re.compile(r"(?:`{1,2}|`{3,}[ \t]*(?i:j|js|jso|json\w*)?\s*|[^{\[]*[{\[][\s\S]*)\Z")

_STRAY_CLOSER = re.compile(rf"{SPACE}[}}\]]")
_CLOSING_FENCE = re.compile(rf"{SPACE}`{{1,{MAX_RUN}}}+(?!\Z)")
_GOES_ON = re.compile(rf"{SPACE},{SPACE}(?={_KEY}{SPACE}:)")
_NEXT_OBJECT = re.compile(rf"{SPACE},{SPACE}(?=[{{\[])")
_UNDECIDED = re.compile(rf"{SPACE}(?:,{SPACE}{_PART_OF_KEY}?)?\Z")
_UNDECIDED_FENCE = re.compile(rf"{SPACE}`{{0,{MAX_RUN}}}+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectBegins:
    """An object: its members start at `end`; `fenced` when a code fence was opened just for it."""

    end: int
    fenced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Ordinary text up to `end`."""

    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """More text is needed to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectGoesOn:
    """The object was closed too early: more of its members start at `end`."""

    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """JSON or fence up to `end` that belongs to the object and is not speech."""

    end: int
    fence: bool = False
    object_follows: bool = False


def at_opener(cursor: Cursor, *, blank: bool) -> ObjectBegins | Prose | Wait:
    """What a brace, bracket or backtick at the cursor begins.

    An object needs a quoted key and a colon; `{}` is one only in a fence or where nothing was said before (`blank`).
    """
    text, at = cursor.text, cursor.at
    begins = _BEGINS.match(text, at)
    if begins and (not begins["empty"] or begins["fence"] or blank):
        return ObjectBegins(end=begins.end(), fenced=bool(begins["fence"]))
    if begins is None and _MAY_BEGIN.match(text, at):
        return Wait()
    return Prose(end=at + (run_of_backticks(cursor) or 1))


def is_markup_only(held: str) -> bool:
    """Whether the end of an answer, held back to the last, has no words to lose."""
    return _MARKUP_ONLY.match(held) is not None


def after_object(cursor: Cursor, *, fenced: bool) -> ObjectGoesOn | Leftover | Prose | Wait:
    """What stands behind an object that has ended; `Prose` when none of it belongs to the object."""
    text, at = cursor.text, cursor.at
    if closer := _STRAY_CLOSER.match(text, at):
        return Leftover(end=closer.end())
    if fenced and (fence := _CLOSING_FENCE.match(text, at)):
        return Leftover(end=fence.end(), fence=True)
    if again := _GOES_ON.match(text, at):
        return ObjectGoesOn(end=again.end())
    if comma := _NEXT_OBJECT.match(text, at):
        return Leftover(end=comma.end(), object_follows=True)
    if _UNDECIDED.match(text, at) or (fenced and _UNDECIDED_FENCE.match(text, at)):
        return Wait()
    return Prose(end=at)


def run_of_backticks(cursor: Cursor) -> int:
    """How many backticks stand at the cursor, at most `MAX_RUN`."""
    run = cursor.text[cursor.at : cursor.at + MAX_RUN]
    return len(run) - len(run.lstrip("`"))
