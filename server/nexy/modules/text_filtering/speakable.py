"""How a piece of an answer is read aloud."""

import re

from nexy.modules.text_filtering.fences import FenceTracker
from nexy.modules.text_filtering.symbols import drop_symbols
from nexy.utils.language import detect_language

_CODE_WORDS = {"ru": "код", "en": "code", "he": "קוד"}
# Most pieces: words, digits and the punctuation that carries intonation; nothing to take away but space.
_PLAIN = re.compile(r"[^\W_][^\W_\s.,!?…;:«»\"'„“”’%—–-]*(?:[\s.,!?…;:«»\"'„“”’%—–-]+[^\W_]+)*[\s.,!?…»\"”’%]*")
_RULE = re.compile(r"^[ \t]*(?:(?:[-*_=][ \t]*){3,}|\|?[ \t:|-]*-[ \t:|-]*\|[ \t:|-]*)$", re.MULTILINE)
_LINE_MARK = re.compile(r"^\s*(?:>\s?)*(?:#{1,6}(?=\s)|[-*+•‣◦▪–—](?=\s))?\s*(?:\[[ xX]\](?=\s))?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_LINK_END = re.compile(r"\]\([^()\s]*\)")
_URL = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]*://(?:[^\s/@<>]*@)?(?:www\.)?|www\.)([^\s/:?#<>()\"'`*]+)([^\s<>`*|]*)>?", re.I
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CELL = re.compile(r"[ \t]*\|[ \t|]*")
_EMOTICON = re.compile(r"(?<!\S)[:;=]['-]?[()DPpOo*|/\\]+(?!\w)|(?<=[^\W\d_])\){2,}")
_TIMES = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
_ORPHAN_SPACE = re.compile(r"\s+(?=[.,!?…;:)»](?:\s|$))")
_WORD = re.compile(r"[^\W_]")
_TRAILING = ".,!?…;:)»”\"'"


class Speakable:
    """Turns the pieces of one turn, in order, into what a voice says; a code block becomes one short word."""

    def __init__(self) -> None:
        self._fence = FenceTracker()
        self._code_is_told = False
        self._prose = ""

    def spoken(self, text: str) -> str:
        """The piece as it is to be read aloud; empty when nothing in it can be pronounced."""
        if "`" in text or "~" in text or self._fence.covers(text):
            return " ".join(filter(None, map(self._line, text.splitlines(keepends=True))))
        self._fence.take(text)
        return self._say(text)

    def _line(self, line: str) -> str:
        was_open, covered = self._fence.is_open, self._fence.covers(line)
        self._fence.take(line)
        if not covered:
            self._code_is_told = False
            return self._say(line)
        told, self._code_is_told = self._code_is_told, self._fence.is_open or not was_open
        return "" if was_open or told else f"{_CODE_WORDS[detect_language(self._prose)]}."

    def _say(self, prose: str) -> str:
        said = speak_prose(prose)
        self._prose = said or self._prose
        return said


def speak_prose(text: str) -> str:
    """Text outside code blocks without its markup, symbols and the paths of its addresses."""
    bare = " ".join(text.split())
    if _PLAIN.fullmatch(bare) and "www." not in bare:
        return bare
    text = _strip_markup(text)
    bare = _ORPHAN_SPACE.sub("", " ".join(text.split())).lstrip(",;:!?) ")
    return bare if _WORD.search(bare) else ""


def _strip_markup(text: str) -> str:
    text = _LINE_MARK.sub("", _RULE.sub("", text))
    text = _LINK_END.sub("", _LINK.sub(r"\1", text))
    text = _URL.sub(_host, text)
    text = _EMOTICON.sub("", _TAG.sub(" ", text))
    if "|" in text:
        text = "\n".join(_CELL.sub(", ", line.strip().strip("|").strip()) for line in text.split("\n"))
    return drop_symbols(_TIMES.sub(" × ", text))


def _host(url: "re.Match[str]") -> str:
    """The host, and whatever of the sentence's punctuation stuck to the address."""
    host, path = url[1], url[2]
    whole = host + path
    return host.rstrip(_TRAILING) + whole[len(whole.rstrip(_TRAILING)) :]
