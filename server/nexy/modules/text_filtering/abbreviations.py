"""What a full stop after a word means, by the word alone; Russian, English and Hebrew."""

import re
from enum import Enum


class Stop(Enum):
    """What has to follow `word. ` for a sentence to have ended there."""

    ORDINARY = "ordinary"
    # A title or "e.g.": the sentence always goes on.
    NEVER = "never"
    # "etc.", "5 мин.", "Jan.": ends the sentence only before a capital letter.
    BEFORE_CAPITAL = "before_capital"
    # "U.S.", "г.", initials: a capital may be a name, so only a word that usually opens a sentence tells.
    BEFORE_OPENER = "before_opener"


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_NEVER = _words(
    """
    mr mrs ms dr prof rev messrs vs cf viz approx e.g i.e eg ie
    т.е т.н т.к т.о т.ч проф акад доц инж тов напр англ лат греч нем франц рус укр букв устар разг сокр ср ул
    """
)
_BEFORE_CAPITAL = _words(
    """
    etc al no nos pp vol vols fig figs sec art eq ed eds ch min max
    jan feb mar apr jun jul aug sep sept oct nov dec
    т.д т.п н.э др руб коп тыс млн млрд трлн мин сек час кг км мм шт чел экз тел прим ред
    янв фев февр апр авг сен сент окт ноя нояб дек
    """
)
_BEFORE_OPENER = _words(
    """
    st jr sr inc ltd co corp llc bros ave blvd rd dept univ assn est mt gen gov sen rep pres hon col capt lt sgt
    ph.d m.sc b.sc d.sc ll.d
    им гр ст стр рис табл гл корп кв обл пос дер пер пл пр просп наб гг вв изд вып сост род мкр см
    """
)
OPENERS = _words(
    """
    the this that these those it its he she they we you i in on at for if when while after before however but and
    so then there here what why how who where which because although as a my our your his her their no yes not
    now also let let's another each every some many most all finally please do does did is are was were can could
    would should it's that's there's i'm you're we're they're he's she's don't
    он она оно они мы вы ты я это этот эта эти тот та те в во на по за из от до с со к у о об и а но или если
    когда где как что чтобы кто почему зачем потом затем поэтому также тогда там тут здесь теперь сейчас после
    перед при для без его её их мой моя наш наша ваш ваша все всё да нет не ни уже ещё только даже давайте хотите
    однако потому сегодня вчера завтра рядом
    זה זאת זו הוא היא הם הן אני אנחנו אתה את אתם אז אבל גם לא כן אם אחר לכן כי כאשר מה מי איך למה איפה
    """
)
LONGEST_OPENER = max(map(len, OPENERS))
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_VOWELS = frozenset("aeiouyаеёиоуыэюяь")


def stop_after(word: str) -> Stop:
    """The meaning of a full stop after `word`, which comes without that stop ("т.е", "Mr", "U.S")."""
    if len(word) == 1 and word.isalpha():
        return Stop.BEFORE_OPENER
    folded = word.lower()
    if folded in _NEVER:
        return Stop.NEVER
    if folded in _BEFORE_CAPITAL:
        return Stop.BEFORE_CAPITAL
    if folded in _BEFORE_OPENER or ("." in word and _DOTTED.fullmatch(word)):
        return Stop.BEFORE_OPENER
    return Stop.ORDINARY


def is_whole_word(word: str) -> bool:
    """Whether `word` is hardly an unknown abbreviation, so that its stop ends a sentence even before a small letter.

    Abbreviations break off at a consonant; words that are long or end in a vowel are written out.
    """
    if not word.replace("-", "").replace("'", "").isalpha():
        return False
    return len(word) >= 5 or (len(word) >= 3 and word[-1].lower() in _VOWELS)
