"""Numbers that are written as words, English and Russian."""

from collections.abc import Sequence

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_RU = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_RU_OF = (
    "нуля одного двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати тринадцати четырнадцати "
    "пятнадцати шестнадцати семнадцати восемнадцати девятнадцати"
)
_TENS = (
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    "двадцати тридцати сорока пятидесяти шестидесяти семидесяти восьмидесяти девяноста",
)
_HUNDREDS = (
    "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот",
    "ста двухсот трехсот четырехсот пятисот шестисот семисот восьмисот девятисот",
)
_SCALES = {
    "thousand": 10**3, "тысяча": 10**3, "тысячи": 10**3, "тысячу": 10**3, "тысяч": 10**3,
    "million": 10**6, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6,
    "billion": 10**9, "миллиард": 10**9, "миллиарда": 10**9, "миллиардов": 10**9,
}  # fmt: skip
_OTHER = {"одна": 1, "одну": 1, "одно": 1, "две": 2, "нулю": 0, "a": 1}


def _values() -> dict[str, int]:
    values = dict(_OTHER)
    for words in (_EN, _RU, _RU_OF):
        values |= {word: value for value, word in enumerate(words.split())}
    for words in _TENS:
        values |= {word: value * 10 for value, word in enumerate(words.split(), start=2)}
    for words in _HUNDREDS:
        values |= {word: value * 100 for value, word in enumerate(words.split(), start=1)}
    return values


_VALUES = _values()


def is_number_word(word: str) -> bool:
    """Whether the lower-case word (е for ё) can be part of a number."""
    return word in _VALUES or word in _SCALES or word == "hundred"


def number_of(words: Sequence[str]) -> int | None:
    """The number that the words say together; None when they are no well-formed number."""
    total, group, floor, scale_floor = 0, 0, 1000, 10**12
    for word in words:
        if word == "hundred":
            if not 0 < group < 10:
                return None
            group, floor = group * 100, 100
        elif word in _SCALES:
            if _SCALES[word] >= scale_floor:
                return None
            scale_floor = _SCALES[word]
            total, group, floor = total + max(group, 1) * scale_floor, 0, 1000
        else:
            value = _VALUES.get(word)
            if value is None or value >= floor:
                return None
            group, floor = group + value, _floor_after(value)
    return total + group if words else None


def _floor_after(value: int) -> int:
    """What the next word must stay under: "twenty" takes a digit, "two" takes nothing more."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0


def small_number(text: str) -> int | None:
    """A count as digits or words ("5", "three", "двадцать пять"); None for anything else."""
    if text.isdecimal() and len(text) < 10:
        return int(text)
    return number_of(text.casefold().replace("ё", "е").split())
