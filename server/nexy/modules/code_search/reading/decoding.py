"""Bytes become text, whatever wrote them."""

import codecs
import re

# The longer marks first: UTF-32 begins like UTF-16.
_BY_MARK = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile(r"\r\n?")
# Signs that texts do not have; tabs, line and page ends and the escapes of terminals they do.
_NO_TEXT = bytes(sign for sign in range(32) if sign not in b"\t\n\r\f\x08\x1b")
_MOST_NO_TEXT = 0.02
# Words of a second alphabet are runs of high bytes; accents in western texts stand alone.
_HIGH_RUN = re.compile(rb"[\xc0-\xff\xa8\xb8]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SLAVIC_SHARE = 0.5


def decoded(data: bytes) -> tuple[str, str] | None:
    """The text with \\n as its only line end, and the encoding that fitted; None for what is no text.

    UTF-8, else UTF-16 and UTF-32 by their marks, else Windows' Cyrillic or Western code page, whichever the bytes
    look like; signs that mean nothing there become replacement characters.
    """
    encoding = next((name for mark, name in _BY_MARK if data.startswith(mark)), "")
    if not encoding:
        if _is_binary(data):
            return None
        encoding = _guessed(data)
    text = data.decode(encoding, "replace")
    # A database keeps no NUL in a text.
    return None if "\x00" in text else (_LINE_ENDS.sub("\n", text), encoding)


def _is_binary(data: bytes) -> bool:
    if 0 in data:
        return True
    return len(data) - len(data.translate(None, _NO_TEXT)) > len(data) * _MOST_NO_TEXT


def _guessed(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as problem:
        # A file that was cut in the middle of a sign is still UTF-8.
        if problem.reason == "unexpected end of data":
            return "utf-8"
        in_runs = sum(map(len, _HIGH_RUN.findall(data)))
        return "cp1251" if in_runs > len(_HIGH.findall(data)) * _SLAVIC_SHARE else "cp1252"
    return "utf-8"
