"""Words without their endings, so that "likes tea" and "that I like tea" are about the same thing.

No linguistics: just enough of Russian and English to compare two short sentences of one person.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LITTLE_WORDS = """
    a an the and or but of to in on at for from with by as is are was were be been am do does did not no i i'm i've
    me my mine you your he she it its we our they their this that these those there than over rather have has had so
    и или но а в во на с со к у о об от до из за под над по не ни я ты вы он она оно мы они мне меня мной мой моя мое
    мои мою моего моей моих моем тебя тебе твой это этот эта эти что как есть был была было были для же ли бы себя
"""
_STOP = frozenset(_LITTLE_WORDS.split())
_RUSSIAN_LONG = re.compile(
    r"(?<=\w{3})(?:ями|ами|ого|его|ому|ему|ыми|ими|ешь|ишь|ете|ите|ать|ять|еть|ить|ует|ают|яют|ет|ит|ут|ют|ат|ят|ла|ло"
    r"|ли|ой|ей|ою|ею|ый|ий|ая|яя|ое|ее|ые|ие|ых|их|ым|им|ом|ем|ам|ям|ах|ях|ов|ев|ии|ию|ия|ья|ью|ьи)$"
)
_RUSSIAN_SHORT = re.compile(r"(?<=\w{2})[аяоеыиуюьй]$")


def words(text: str) -> Sequence[str]:
    """The words in lower case, ё as е."""
    return _WORD.findall(text.casefold().replace("ё", "е").replace("’", "'"))


def stems(text: str) -> Sequence[str]:
    """The stems of the words that carry meaning, in order."""
    return [_stem(word) for word in words(text) if word not in _STOP]


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if not word.isascii():
        return _russian(word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _russian(word: str) -> str:
    word = re.sub(r"(?<=\w{3})(?:ся|сь)$", "", word)
    shorter = _RUSSIAN_LONG.sub("", word)
    return shorter if shorter != word else _RUSSIAN_SHORT.sub("", word)


def share(of: str, within: str) -> float:
    """How much of one text's meaning the other holds, 0 to 1; 0 where the first carries none."""
    asked = set(stems(of))
    return len(asked & set(stems(within))) / len(asked) if asked else 0.0
