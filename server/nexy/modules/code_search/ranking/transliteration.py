"""Russian words written with Latin letters, the ways a programmer might have spelt the English word they come from."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

# The likeliest spelling first; several letters before their parts.
_SPELLINGS: Sequence[tuple[str, Sequence[str]]] = (
    ("дж", ("j", "g", "dzh")),
    ("кс", ("x", "ks", "cs")),
    ("кв", ("qu", "kv")),
    ("ия", ("ion", "y", "ia")),
    ("й", ("y", "i")),
    ("а", ("a", "u")),
    ("б", ("b",)),
    ("в", ("v", "w")),
    ("г", ("g", "h")),
    ("д", ("d",)),
    ("е", ("e",)),
    ("ж", ("zh", "g", "j")),
    ("з", ("z", "s")),
    ("и", ("i", "e", "ee")),
    ("к", ("k", "c", "ck")),
    ("л", ("l",)),
    ("м", ("m",)),
    ("н", ("n",)),
    ("о", ("o",)),
    ("п", ("p",)),
    ("р", ("r",)),
    ("с", ("s", "c")),
    ("т", ("t",)),
    ("у", ("u", "oo")),
    ("ф", ("f", "ph")),
    ("х", ("h", "kh")),
    ("ц", ("c", "ts", "z")),
    ("ч", ("ch",)),
    ("ш", ("sh",)),
    ("щ", ("sch",)),
    ("ъ", ("",)),
    ("ы", ("y", "i")),
    ("ь", ("",)),
    ("э", ("e", "a")),
    ("ю", ("u", "yu")),
    ("я", ("ya", "a")),
)


@lru_cache(maxsize=4096)
def spellings_of(word: str, most: int) -> Sequence[str]:
    """At most `most` spellings of a Russian word in lower case (ё as е), the likeliest first; () for other words."""
    parts = list(_parts(word))
    if not word or not all(parts):
        return ()
    return tuple(dict.fromkeys(islice(_in_order(parts), most)))


def _parts(word: str) -> Iterator[Sequence[str]]:
    at = 0
    while at < len(word):
        written, spelt = next((found for found in _SPELLINGS if word.startswith(found[0], at)), (word[at], ()))
        yield spelt
        at += len(written)


def _in_order(parts: Sequence[Sequence[str]]) -> Iterator[str]:
    """Fewest departures from the likeliest first, as far as that needs no sorting of all of them."""
    yield "".join(part[0] for part in parts)
    open_ = [at for at, part in enumerate(parts) if len(part) > 1]
    for at in open_:
        for spelt in parts[at][1:]:
            yield "".join(spelt if other == at else part[0] for other, part in enumerate(parts))
    for chosen in product(*parts):
        yield "".join(chosen)
