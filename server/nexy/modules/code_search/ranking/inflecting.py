"""The forms of a Russian word whose stems differ from its own: vowels come and go in it, consonants change."""

from collections.abc import Callable, Iterator, Sequence

_CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщ")
_SHORTEST_ROOT = 3
# "обновить" makes "обновление", "сгладить" "сглаживание".
_SOFTENED = {"ст": ("щ",), "д": ("ж", "жд"), "з": ("ж",), "с": ("ш",), "т": ("ч", "щ")} | {
    lips: (f"{lips}л",) for lips in "бпвмф"
}
_CASES = ("а", "у", "ом", "е", "ы", "и", "ов", "ами", "ах")
_MADE = ("овый", "ный", "ик", "щик", "ировать")
_SOFT_CASES = ("ьный", "я", "ю", "ем", "е", "и", "ей", "ью", "ями", "ях")
_OF_AT = ("ет", "ют", "ющий", "емый", "ние", "ния", "нный", "н", "л", "й", "я", "тель")
_ADJECTIVE = ("ый", "ий", "ая", "ое", "ые", "ого", "ему", "ому", "ую", "ым", "ых", "ыми", "ей", "ость", "о", "а", "ы")


def forms_of(word: str) -> Iterator[str]:
    """Other forms of a word as a dictionary has it, in lower case; some that no one uses among them."""
    for ending, formed in _BY_ENDING:
        root = word.removesuffix(ending)
        if word.endswith(ending) and len(root) >= _SHORTEST_ROOT:
            yield from formed(root)
            return
    if word[-1:] in _CONSONANTS:
        yield from _with(word, _CASES if len(word) <= _SHORTEST_ROOT else (*_CASES, *_MADE))


def _with(root: str, endings: Sequence[str]) -> Iterator[str]:
    return (root + ending for ending in endings)


def _endings(*endings: str) -> Callable[[str], Iterator[str]]:
    return lambda root: _with(root, endings)


def _softened(root: str) -> Iterator[str]:
    yield root
    for hard, soft in _SOFTENED.items():
        if root.endswith(hard):
            yield from _with(root.removesuffix(hard), soft)
            return


def _of_it(root: str) -> Iterator[str]:
    yield from _with(root, ("ит", "ят", "ил", "и", "ящий"))
    for soft in _softened(root):
        yield from _with(soft, ("ение", "ения", "енный", "ен", "ивать", "ивает", "ивание", "у"))


def _of_at(vowel: str) -> Callable[[str], Iterator[str]]:
    repeated = ("ывать", "ывает", "ывание", "ывающий")
    return _endings(*(vowel + ending for ending in _OF_AT), *repeated)


def _fleeting(vowel: str, last: str) -> Callable[[str], Iterator[str]]:
    """Words that lose their last vowel: кусок has куска, столбец столбца."""
    return _endings(*_with(last, _CASES), vowel + last, f"{vowel}{last}ный")


def _of_ka(root: str) -> Iterator[str]:
    yield from _with(root + "к", ("и", "е", "у", "ой", "ам", "ами", "ах"))
    if root[-1] in _CONSONANTS:
        yield from _with(root, ("ок", "ек", "очный", "ечный", "ный", "очка", "чка"))


def _of_hard_vowel(root: str) -> Iterator[str]:
    yield from _with(root, ("", "а", "ы", "е", "у", "ой", "ом", "о", "ам", "ами", "ах", "ный", "овый"))
    if root[-1] in "лнр" and root[-2] in _CONSONANTS:
        yield from _with(root[:-1], (f"о{root[-1]}", f"е{root[-1]}"))


# The longest endings first.
_BY_ENDING: Sequence[tuple[str, Callable[[str], Iterator[str]]]] = (
    ("овать", _endings("ует", "уют", "ующий", "уй", "уя", "ование", "ованный", "овал", "овка", "овщик", "уемый")),
    ("евать", _endings("юет", "ует", "ующий", "евание", "еванный", "евал", "евка")),
    ("нуть", _endings("нет", "нул", "нутый", "нутие", "ни", "нув")),
    ("ить", _of_it),
    ("ать", _of_at("а")),
    ("ять", _of_at("я")),
    ("еть", _endings("еет", "еют", "ел", "ение", "ит", "енный")),
    ("ыть", _endings("ытый", "ытие", "оет", "ыл")),
    ("ца", _endings("цы", "це", "цу", "цей", "ц", "цами", "чка", "чный")),
    ("ция", _endings("ции", "цию", "цией", "ций", "ционный")),
    ("ия", _endings("ии", "ию", "ией", "ий", "ьный")),
    ("ие", _endings("ия", "ию", "ием", "ий", "иями")),
    ("ый", _endings(*_ADJECTIVE)),
    ("ий", _endings(*_ADJECTIVE, "ие", "их", "им", "ого", "ая")),
    ("ой", _endings(*_ADJECTIVE)),
    ("ок", _fleeting("о", "к")),
    ("ек", _fleeting("е", "к")),
    ("ец", _fleeting("е", "ц")),
    ("ка", _of_ka),
    ("а", _of_hard_vowel),
    ("о", _of_hard_vowel),
    ("я", _endings("и", "ю", "ей", "е", "ь", "ями", "ях")),
    ("ь", _endings(*_SOFT_CASES)),
    ("й", _endings(*_SOFT_CASES, "ев", "йный")),
)
