"""What is asked, and which places answer it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bench.search.corpus import Corpus, Place, is_test
from bench.search.sentences import first_sentence
from bench.search.stripping import Function, Stripped

_LIST = Path(__file__).with_name("questions.yaml")
_MOST_PAIRS = 150
_MOST_ANSWERS = 3


class Kind(StrEnum):
    """Where a query comes from: a sentence of documentation, or a person; far ones avoid the terms of the trade."""

    PAIR = "pair"
    ENGLISH = "english"
    RUSSIAN = "russian"
    FAR_ENGLISH = "far english"
    FAR_RUSSIAN = "far russian"


_KINDS: Mapping[str, Mapping[str, Kind]] = {
    "near": {"en": Kind.ENGLISH, "ru": Kind.RUSSIAN},
    "far": {"en": Kind.FAR_ENGLISH, "ru": Kind.FAR_RUSSIAN},
}


class NoSuchAnswer(Exception):
    """A question names a function that its package does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A function by name and lines of the stripped file."""

    path: str
    name: str
    start_line: int
    end_line: int

    def given_by(self, place: Place) -> bool:
        """Whether a piece shows it: a part of the function by name, or a nameless piece in which it begins."""
        chunk = place.chunk
        if place.path != self.path or chunk.start_line > self.end_line or chunk.end_line < self.start_line:
            return False
        return chunk.name == self.name or (not chunk.name and chunk.start_line <= self.start_line <= chunk.end_line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Any of the answers is right; `number` is its row in the list of questions, or a running one for pairs."""

    kind: Kind
    package: str
    number: int
    text: str
    answers: Sequence[Answer]


def pairs(corpus: Corpus) -> Sequence[Query]:
    """First sentences of documentation; equal ones become one query, at most `_MOST_PAIRS` by their hash."""
    answers: dict[str, list[Answer]] = defaultdict(list)
    for file in corpus.files:
        if not is_test(file.path):
            for function in file.functions:
                if sentence := first_sentence(function.doc, function.name):
                    answers[sentence].append(_answer(file, function))
    clear = [text for text, found in answers.items() if len(found) <= _MOST_ANSWERS]
    chosen = sorted(clear, key=lambda text: hashlib.sha256(text.encode()).digest())[:_MOST_PAIRS]
    return [
        Query(kind=Kind.PAIR, package=corpus.package.name, number=number, text=text, answers=answers[text])
        for number, text in enumerate(chosen)
    ]


def questions(corpus: Corpus, path: Path = _LIST) -> Sequence[Query]:
    """The hand-written ones of this package, each in English and in Russian; raises `NoSuchAnswer`."""
    listed: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    return [
        Query(kind=kind, package=corpus.package.name, number=number, text=row[key], answers=answers)
        for number, row in enumerate(listed)
        if row["package"] == corpus.package.name
        for answers in (_named(corpus, row["answers"]),)
        for key, kind in _KINDS[row["words"]].items()
    ]


def _named(corpus: Corpus, names: Iterable[str]) -> Sequence[Answer]:
    return [answer for name in names for answer in _functions(corpus, *name.split("::"))]


def _functions(corpus: Corpus, path: str, name: str) -> Sequence[Answer]:
    found = [
        _answer(file, function)
        for file in corpus.files
        if file.path == path
        for function in file.functions
        if function.name == name
    ]
    if not found:
        raise NoSuchAnswer(f"{corpus.package.name} has no {path}::{name}")
    return found


def _answer(file: Stripped, function: Function) -> Answer:
    return Answer(path=file.path, name=function.name, start_line=function.start_line, end_line=function.end_line)
