"""Private keys written out as blocks, alone or within something: where each begins, and how far it goes."""

import re
from collections.abc import Iterator

from nexy.utils.masking import MASK

HINT = "private key"
_MARK = re.compile(r"-{4,5} ?(BEGIN|END)\b[A-Z0-9 ]{0,64}-{4,5}")
_PRIVATE = "PRIVATE KEY"
# What stands between the lines of a key: blanks, line breaks that are written out, and the signs of texts and comments.
_BETWEEN = r"(?:\\+[nrt]|//(?=\s)|[\s\"'`+,;:#*>|.()\\-])"
_SIGN = r"[A-Za-z0-9+/=]"
_LONG_RUN = rf"{_SIGN}{{32,}}"
_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|Subject|X-[\w-]{1,30}+):"
_HEADERS = rf"(?:{_BETWEEN}*+{_HEADER}(?:[^\n\\]|\\+\"){{0,200}}?(?=\n|\\+[nr]|{_LONG_RUN}))*+"
# A last line may be short; then it has to look like none of a program's words.
_LAST = rf"(?:{_BETWEEN}{{1,80}}+(?=[A-Za-z]*(?:[0-9+/=]|[a-z][A-Z]|[A-Z][A-Z])){_SIGN}{{1,15}}+(?!\w))?"
_CUT_OFF = re.compile(rf"{_HEADERS}(?:{_BETWEEN}*+{_SIGN}{{16,}}+)*+{_LAST}")
_LONG = re.compile(_LONG_RUN)
_RUN = re.compile(rf"{_SIGN}{{8,}}")
_FEWEST_SIGNS = 40
# In code between two marks it is well below that, in the strangest way of writing a key above it.
_LEAST_SHARE = 0.6


def key_blocks(text: str) -> Iterator[tuple[int, int]]:
    """From behind each beginning to behind its end, or to where the key stops; in order, each place is looked at once.

    A beginning that no key follows, as in a program that looks for one, is none.
    """
    marks = list(_MARK.finditer(text))
    for number, begun in enumerate(marks):
        if begun[1] != "BEGIN" or _PRIVATE not in begun[0] or text.startswith(MASK, begun.end()):
            continue
        following = marks[number + 1] if number + 1 < len(marks) else None
        stop = following.start() if following else len(text)
        if following is not None and following[1] == "END" and _holds_key(text[begun.end() : stop]):
            yield begun.end(), following.end()
        elif (found := _CUT_OFF.match(text, begun.end(), stop)) and _is_long(found[0]):
            yield found.span()


def _holds_key(body: str) -> bool:
    signs = sum(len(run) for run in _RUN.findall(body))
    return _is_long(body) or signs >= max(_FEWEST_SIGNS, _LEAST_SHARE * len("".join(body.split())))


def _is_long(body: str) -> bool:
    """Whether it has a line of a key: all kinds of signs, as no path and no name has them at such a length."""
    return any(
        any(sign.isdigit() for sign in line) and not line.isupper() and not line.islower()
        for line in _LONG.findall(body)
    )
