"""JSON in pieces: tokens as the text arrives, strings decoded before they end, slips of models forgiven."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

LOOK_AHEAD = 512
SPACE = rf"\s{{0,{LOOK_AHEAD}}}+"
MAX_SCALAR = 64


class Kind(Enum):
    """What a token is; a string is QUOTE, any number of PIECEs, END."""

    OPEN = "open"
    CLOSE = "close"
    COLON = "colon"
    COMMA = "comma"
    QUOTE = "quote"
    PIECE = "piece"
    END = "end"
    SCALAR = "scalar"
    FENCE = "fence"


class Role(Enum):
    """Where a string stands; what may follow it depends on that."""

    KEY = "key"
    MEMBER = "member"
    ITEM = "item"


class Token(NamedTuple):
    """One token: the bracket, the decoded characters of a string, or a scalar as written."""

    kind: Kind
    text: str


@dataclass(slots=True)
class Cursor:
    """The text that has come and is not used up; `final` says that no more will come."""

    text: str = ""
    at: int = 0
    final: bool = False

    def push(self, fragment: str) -> None:
        """Add what came and let go of what is used up."""
        self.text = self.text[self.at :] + fragment
        self.at = 0

    @property
    def exhausted(self) -> bool:
        """Whether all text that has come is used up."""
        return self.at >= len(self.text)


_MARKS = {
    "{": Kind.OPEN,
    "[": Kind.OPEN,
    "}": Kind.CLOSE,
    "]": Kind.CLOSE,
    ":": Kind.COLON,
    ",": Kind.COMMA,
    '"': Kind.QUOTE,
    "'": Kind.QUOTE,
}
_SKIP = re.compile(r"\s*")
_SCALAR = re.compile(rf"[^\s,:{{}}\[\]\"'`]{{1,{MAX_SCALAR + 1}}}+")
_STOPS = {quote: re.compile(rf"[{quote}\\]") for quote in "\"'"}

_KEY_START = r'[^"\\\n\s}\],:]'
_NEXT_KEY = rf'"{_KEY_START}[^"\\\n]{{0,63}}"{SPACE}:'
_PART_OF_KEY = rf'"(?:{_KEY_START}[^"\\\n]{{0,63}}+(?:"{SPACE})?)?'
_AFTER_COMMA = {Role.MEMBER: r"[\"'}\]]", Role.ITEM: r"[\"'}\]\[{\-\dtfnTFN]"}
# A quote ends its string only when JSON goes on behind it; otherwise the model forgot to escape it.
_CLOSES = {
    (quote, role): re.compile(rf"{quote}(?:\s{{{LOOK_AHEAD}}}|{SPACE}(?:[}}\]]|```|,{SPACE}{after}|{_NEXT_KEY}))")
    for quote in "\"'"
    for role, after in _AFTER_COMMA.items()
}
_MAY_CLOSE = {quote: re.compile(rf"{quote}{SPACE}(?:,{SPACE}|`{{1,2}}|{_PART_OF_KEY})?\Z") for quote in "\"'"}

_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = "[0-9a-fA-F]"
_PAIR = re.compile(rf"\\u([dD][89abAB]{_HEX}{{2}})\\u([dD][c-fC-F]{_HEX}{{2}})")
_PART_OF_PAIR = re.compile(rf"\\u[dD][89abAB]{_HEX}{{2}}(?:\\(?:u(?:[dD](?:[c-fC-F]{_HEX}?)?)?)?)?\Z")
_UNIT = re.compile(rf"\\u({_HEX}{{4}})")
_PART_OF_UNIT = re.compile(rf"\\(?:u{_HEX}{{0,3}})?\Z")


class JsonTokens:
    """Takes tokens from a cursor; what cannot be decided yet stays there until more text comes."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._quote = ""

    def take(self, role: Role) -> Token | None:
        """The next token, or None when more text is needed; `role` is that of the string now being read."""
        if self._quote:
            return self._take_in_string(role)
        cursor = self._cursor
        cursor.at = _end(_SKIP.match(cursor.text, cursor.at), cursor.at)
        if cursor.exhausted:
            return None
        character = cursor.text[cursor.at]
        if character == "`":
            return Token(Kind.FENCE, character)
        kind = _MARKS.get(character)
        if kind is None:
            return self._take_scalar()
        cursor.at += 1
        if kind is Kind.QUOTE:
            self._quote = character
        return Token(kind, character)

    def _take_scalar(self) -> Token | None:
        cursor = self._cursor
        end = _end(_SCALAR.match(cursor.text, cursor.at), cursor.at + 1)
        if end == len(cursor.text) and end - cursor.at <= MAX_SCALAR and not cursor.final:
            return None
        return self._used(Kind.SCALAR, cursor.text[cursor.at : end], end)

    def _take_in_string(self, role: Role) -> Token | None:
        cursor = self._cursor
        stop = _STOPS[self._quote].search(cursor.text, cursor.at)
        end = stop.start() if stop else len(cursor.text)
        if end > cursor.at:
            return self._used(Kind.PIECE, cursor.text[cursor.at : end], end)
        if stop is None:
            return None
        return self._take_escape() if stop.group() == "\\" else self._take_quote(role)

    def _take_quote(self, role: Role) -> Token | None:
        cursor, quote = self._cursor, self._quote
        closes = role is Role.KEY or _CLOSES[quote, role].match(cursor.text, cursor.at) is not None
        if not closes and _MAY_CLOSE[quote].match(cursor.text, cursor.at):
            if not cursor.final:
                return None
            closes = True
        if closes:
            self._quote = ""
        return self._used(Kind.END if closes else Kind.PIECE, quote, cursor.at + 1)

    def _take_escape(self) -> Token | None:
        cursor = self._cursor
        text, at = cursor.text, cursor.at
        if pair := _PAIR.match(text, at):
            high, low = (int(half, 16) for half in pair.groups())
            return self._used(Kind.PIECE, chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)), pair.end())
        if _PART_OF_UNIT.match(text, at) or _PART_OF_PAIR.match(text, at):
            if not cursor.final:
                return None
            cursor.at = len(text)
            return Token(Kind.PIECE, "")
        if unit := _UNIT.match(text, at):
            code = int(unit[1], 16)
            return self._used(Kind.PIECE, "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code), unit.end())
        return self._used(Kind.PIECE, _unescaped(text[at + 1]), at + 2)

    def _used(self, kind: Kind, text: str, end: int) -> Token:
        self._cursor.at = end
        return Token(kind, text)


def _unescaped(character: str) -> str:
    # A stray backslash before a letter is most likely a Windows path: kept.
    if character in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[character]
    return "\\" + character if character.isalnum() else character


def _end(match: re.Match[str] | None, otherwise: int) -> int:
    return match.end() if match else otherwise
