"""Words that nobody has to guess: of the language itself, and attributes that the file shows."""

import re
from collections import Counter
from collections.abc import Iterator

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.modules.ai_router.offline_code.wording import table

_ATTRIBUTE = re.compile(r"\b([A-Za-z_]\w*)\.(\w*)$")
_METHOD = re.compile(r"^([ \t]+)def ([A-Za-z]\w*)\(self\b", re.MULTILINE)
_MAIN = re.compile(r"^if __name__ ?==? ?$|^if __name__ ?$|^if __name__$")
_HAS_MAIN = re.compile(r"^(?:async )?def main\(\)", re.MULTILINE)
_WHOLE = "if __name__ == "
_AT_HEAD = re.compile(r"^\s*\w+$")
_MOST = 3
_SHORTEST = 3
_LOOKED_BACK = 200


def known(cursor: Cursor) -> Iterator[Completion]:
    """Attributes behind a dot, else the language's own words; Python's way of being a program."""
    if re.match(r"\w", cursor.rest):
        return
    if dotted := _ATTRIBUTE.search(cursor.line[-_LOOKED_BACK:]):
        yield from _attributes(dotted[1], dotted[2], cursor)
        return
    if cursor.language == "python" and _MAIN.match(cursor.line) and not cursor.rest.strip():
        yield from _main(cursor)
        return
    yield from _words(cursor)


def _attributes(owner: str, begun: str, cursor: Cursor) -> Iterator[Completion]:
    """What is read or set on the same name elsewhere in the file, the most frequent first."""
    seen = re.compile(rf"\b{re.escape(owner)}\.([A-Za-z_]\w*)")
    earlier = cursor.before[: len(cursor.before) - len(begun)]
    counts = Counter(seen.findall(f"{earlier} {cursor.behind}"))
    if owner == "self":
        counts.update(name for _, name in _METHOD.findall(cursor.before))
    fitting = [name for name, _ in counts.most_common() if name.startswith(begun) and name != begun]
    for name in fitting[:_MOST]:
        yield Completion(text=name[len(begun) :], confidence=0.45 if counts[name] > 1 else 0.4)


def _main(cursor: Cursor) -> Iterator[Completion]:
    written = cursor.line if cursor.line.endswith(" ") or cursor.line == "if __name__" else cursor.line + " "
    missing = _WHOLE[len(written) :] if _WHOLE.startswith(written) else ""
    blank = " " if written != cursor.line else ""
    body = f"\n{cursor.unit}main()" if _HAS_MAIN.search(cursor.before) else ""
    yield Completion(text=f'{blank}{missing}"__main__":{body}', confidence=0.75)


def _words(cursor: Cursor) -> Iterator[Completion]:
    """The rest of a keyword where a statement begins, of a built-in name elsewhere."""
    if len(cursor.word) < _SHORTEST or re.search(r"[\"'#`]|//", cursor.line):
        return
    kind = "statements" if _AT_HEAD.match(cursor.line) else "names"
    words = table("known_words").get(cursor.language, {}).get(kind, "").split()
    fitting = [word for word in words if word.startswith(cursor.word) and word != cursor.word]
    for word in fitting[:_MOST]:
        # One word that fits is nearly sure; of several the first is the commonest.
        yield Completion(text=word[len(cursor.word) :], confidence=0.5 if len(fitting) == 1 else 0.35)
