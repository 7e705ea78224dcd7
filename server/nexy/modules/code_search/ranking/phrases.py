"""Words of a question that stand together, and what they are called: "shortest path" is dijkstra, "log in" is login."""

from collections.abc import Iterator, Sequence

from nexy.modules.code_search.ranking.dictionaries import thesaurus
from nexy.modules.code_search.terms.stemming import stem
from nexy.modules.code_search.terms.stop_words import stop_words

_VERB_AND_PARTICLE = 2
_Called = tuple[str, ...]


def verb_at(words: Sequence[str], at: int) -> tuple[str, _Called] | None:
    """The stem of the verb at this word and what it is called together with its particle; None where it has none.

    "log in" is no logging, and its particle alone tells nothing.
    """
    key = _stems(words[at : at + _VERB_AND_PARTICLE])
    called = thesaurus().phrases.get(key) if _is_verb(key) else None
    return (key[0], tuple(called)) if called else None


def called_together(told: Sequence[tuple[str, str]], words: Sequence[str]) -> Iterator[tuple[str, _Called]]:
    """The words of each phrase and what it is called, each phrase once.

    `told` are the words that tell something with their stems; in `words`, as they were written, phrases are found that
    have others too, as "end of file" has.
    """
    written = list(zip(words, _stems(words), strict=True))
    found = {called: phrase for spoken in (told, written) for phrase, called in _phrases(spoken)}
    return ((phrase, called) for called, phrase in found.items())


def _phrases(spoken: Sequence[tuple[str, str]]) -> Iterator[tuple[str, _Called]]:
    known = thesaurus()
    for at in range(len(spoken)):
        for size in range(1, min(known.longest, len(spoken) - at) + 1):
            key = tuple(term for _, term in spoken[at : at + size])
            if (called := known.phrases.get(key)) and not _is_verb(key):
                yield " ".join(dict.fromkeys(word for word, _ in spoken[at : at + size])), tuple(called)


def _stems(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(stem(word.lower()) for word in words)


def _is_verb(key: Sequence[str]) -> bool:
    return len(key) == _VERB_AND_PARTICLE and key[1] in stop_words() and key[0] not in stop_words()
