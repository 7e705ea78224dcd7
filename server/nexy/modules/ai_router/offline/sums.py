"""Sums in words and signs: "two plus 2*3", «пятнадцать процентов от 80»."""

import re
from collections.abc import Sequence

from nexy.config.ai_router_section import OfflineConfig
from nexy.modules.ai_router.offline.arithmetic import work_out
from nexy.modules.ai_router.offline.intents import ImpossibleSum, SumQuestion
from nexy.modules.ai_router.offline.number_words import is_number_word, number_of

_LEAD = re.compile(
    r"^(?:what is|what's|what are|how much is|how much are|calculate|compute|work out|"
    r"сколько будет|сколько это|сколько|посчитай|вычисли|чему равн[оаы]|чему равен)\s+"
)
_TAIL = re.compile(r"\s*(?:=|equals|is|равно|равняется|будет)?\s*\??$")
_ORDERS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"^(?:multiply|умножь|помножь) (.+) (?:by|на) (.+)$", r"(\1) * (\2)"),
        (r"^(?:divide|раздели|подели) (.+) (?:by|на) (.+)$", r"(\1) / (\2)"),
        (r"^(?:add|сложи) (.+) (?:and|to|и) (.+)$", r"(\1) + (\2)"),
        (r"^(?:subtract|вычти) (.+) (?:from|из) (.+)$", r"(\2) - (\1)"),
    )
)
_SIGNS = {
    "multiplied by": "*", "times": "*", "умножить на": "*", "умноженное на": "*", "помножить на": "*",
    "divided by": "/", "over": "/", "разделить на": "/", "поделить на": "/", "делить на": "/", "деленное на": "/",
    "plus": "+", "плюс": "+", "minus": "-", "минус": "-", "negative": "-",
    "raised to the power of": "^", "to the power of": "^", "в степени": "^",
    "squared": "^ 2", "в квадрате": "^ 2", "cubed": "^ 3", "в кубе": "^ 3",
    "percent of": "% *", "per cent of": "% *", "процентов от": "% *", "процента от": "% *", "процент от": "% *",
    "percent": "%", "per cent": "%", "процентов": "%", "процента": "%", "процент": "%",
    "the square root of": "√", "square root of": "√",
    "квадратный корень из": "√", "корень квадратный из": "√", "корень из": "√",
}  # fmt: skip
_SIGN_WORDS = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True)) + r")\b")
_PERCENT_OF = re.compile(r"%\s*(?:of|от)\b")
_MARKS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "ё": "е"})
_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[a-zа-я]+|\*\*|[-+*/^%()√])")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ ,]\d{3})+(?![\d,])")
_BARE_HYPHENS = re.compile(r"[\d-]+")
_SIGN_SET = frozenset("+-*/^%√")


def sum_in(text: str, *, language: str, limits: OfflineConfig) -> SumQuestion | ImpossibleSum | None:
    """The sum that the whole text asks for, done; None when it asks for anything else."""
    asked = text.casefold().translate(_MARKS)
    bare = _TAIL.sub("", _LEAD.sub("", asked)).strip()
    if not bare or (bare == asked and _BARE_HYPHENS.fullmatch(bare)):
        return None
    tokens = _tokens(_in_signs(bare, language), limits.max_sum_tokens)
    if tokens is None or not _SIGN_SET.intersection(tokens):
        return None
    return work_out(tokens, limits.max_sum_digits)


def _in_signs(text: str, language: str) -> str:
    """Words of operations as signs, grouped and comma numbers as plain ones."""
    for order, form in _ORDERS:
        text = order.sub(form, text)
    text = _SIGN_WORDS.sub(lambda found: f" {_SIGNS[found[0]]} ", text)
    text = _PERCENT_OF.sub("% *", text)
    text = re.sub(r"(?<=\d)\s*x\s*(?=\d)", " * ", text)
    text = re.sub(r"(?<=\d)\s+:\s+(?=\d)", " / ", text)
    if language == "en":
        text = _GROUPED.sub(lambda found: re.sub("[ ,]", "", found[0]), text)
    else:
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text).strip()


def _tokens(text: str, most: int) -> Sequence[str] | None:
    """The tokens, number words joined to numbers; None at the first thing that no sum holds."""
    tokens: list[str] = []
    words: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or len(tokens) >= most:
            return None
        at, piece = found.end(), found[1]
        if is_number_word(piece):
            words.append(piece)
        elif piece != "and" or not words:
            if not (_flush(words, tokens) and not piece.isalpha()):
                return None
            tokens.append("^" if piece == "**" else piece)
    return tokens if _flush(words, tokens) else None


def _flush(words: list[str], tokens: list[str]) -> bool:
    """Move the number that the words make to the tokens; false when they make none."""
    if words:
        number = number_of(words)
        if number is None:
            return False
        tokens.append(str(number))
        words.clear()
    return True
