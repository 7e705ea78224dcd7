"""A question taken apart: its form, its language, what it asks for, and what it calls by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.wording import Asked, is_russian, joined, words_of
from nexy.utils.code_languages import PLAIN, language_of_file

# A dotted, scoped or called name: Session.close, io::copy, parse()
_NAME = re.compile(r"[^\W\d]\w*(?:(?:\.|::|#|->)[^\W\d]\w*)*(?:\(\))?")
_WRITTEN = re.compile(r"[\w.@+~/-]+")
_JOINED = re.compile(r"_|[a-zа-я0-9][A-ZА-Я]|\.\w|::|\(\)")
_LONGEST_PATH = 300
# So many words may a question have that consists of names.
_MOST_NAMES = 2
_ENGLISH, _RUSSIAN = "en", "ru"
# A question of which so much could be translated loses nothing by its English alone.
_LATELY_READ = 32
_ENOUGH_KNOWN = 0.75


class QuestionForm(StrEnum):
    """How the question is put, which decides how much each signal counts."""

    IDENTIFIER = "identifier"
    PATH = "path"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`names` are written like names in code, whole; `paths` like files. `joined` are neighbours in one piece.

    `asked` is in the order of the words, each once; it is empty where no word tells anything. `english` is the text,
    for a Russian question word by word what the dictionary makes of it: for models that know English only.
    """

    text: str
    english: str
    form: QuestionForm
    language: str
    asked: Sequence[Asked]
    joined: Sequence[Asked] = ()
    names: Sequence[str] = ()
    paths: Sequence[str] = ()

    @property
    def for_vectors(self) -> str:
        """What a model is asked: the text, a Russian one with its English; the English alone where that is enough."""
        if self.language == _ENGLISH or not self.english:
            return self.text
        known = sum(one.known for one in self.asked)
        if known >= _ENOUGH_KNOWN * len(self.asked):
            return self.english
        return f"{self.text}\n{self.english}"


@lru_cache(_LATELY_READ)
def read_question(text: str, weights: WordWeights) -> Question:
    """Take a question apart; the same text always gives the same, so the stages of one search share it."""
    written = (found.strip(".") for found in _WRITTEN.findall(text))
    paths = tuple(dict.fromkeys(found for found in written if _is_path(found)))
    names = _names(text, paths)
    asked = words_of(text, weights)
    return Question(
        text=text,
        english=" ".join(one.english for one in asked) if is_russian(text) else text,
        form=_form(text, names, paths),
        language=_RUSSIAN if is_russian(text) else _ENGLISH,
        asked=asked,
        joined=joined(asked, weights),
        names=names,
        paths=paths,
    )


def _is_path(written: str) -> bool:
    """Several folders, or an ending of source files; "and/or" is neither."""
    if not 1 < len(written) <= _LONGEST_PATH:
        return False
    return written.strip("/").count("/") > 1 or ("." in written and language_of_file(written) != PLAIN)


def _names(text: str, paths: Sequence[str]) -> Sequence[str]:
    """What is written like a name in code; a single word is always one."""
    found = [name.removesuffix("()") for name in _NAME.findall(text) if _JOINED.search(name) and name not in paths]
    alone = text.strip().removesuffix("()")
    if not found and _NAME.fullmatch(alone) and not is_russian(alone):
        found = [alone]
    return tuple(dict.fromkeys(found))


def _form(text: str, names: Sequence[str], paths: Sequence[str]) -> QuestionForm:
    words = text.split()
    if paths and len(words) <= _MOST_NAMES:
        return QuestionForm.PATH
    if names and len(words) <= _MOST_NAMES and all(_JOINED.search(word) or len(words) == 1 for word in words):
        return QuestionForm.IDENTIFIER
    return QuestionForm.SENTENCE
