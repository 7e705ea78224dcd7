"""Facts without a model: what a person plainly states about herself, in Russian and English."""

import re
from collections.abc import Iterator, Sequence

from nexy.modules.memory_management.facts import FactOp, Keep, Withdraw
from nexy.modules.memory_management.forms import FORMS, REMEMBER, THIRD_PERSON, VAGUE, Form
from nexy.modules.memory_management.private_values import looks_private
from nexy.modules.memory_management.utterances import clauses, is_question, sentences
from nexy.utils.stems import stems

_MOST_WORDS = 12
_FEWEST_NOTE_WORDS = 2
_LONGEST_OWNER = 5
_COPULA = re.compile(
    r"(?P<left>.+?)\s+(?:is|are|was|were|will be|лежит|лежат|находится|стоит|висит|хранится|это|—|–)\s+(?P<right>.+)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december|понедельник|вторник|сред[уы]|четверг|пятниц|суббот|воскресень|январ|феврал|март|апрел"
    r"|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?:in|at|on|under|behind|near|inside|next to|above|below|by|between|в|во|на|за|под|над|у|около|возле|рядом|внутри"
    r"|между)\s",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:called|named)\s", re.IGNORECASE)


def stated_facts(prompt: str, at_most: int) -> Sequence[FactOp]:
    """What the first `at_most` characters state, nothing that looks private; of one subject what was said last."""
    said = (
        op
        for sentence in sentences(prompt, at_most)
        if not is_question(sentence) or "," in sentence
        for op in _in_sentence(sentence)
    )
    return list({op.subject: op for op in said}.values())


def _in_sentence(sentence: str) -> Iterator[FactOp]:
    if looks_private(sentence):
        return
    order = REMEMBER.fullmatch(sentence)
    if order is None:
        for clause in clauses(sentence):
            op = _stated(clause)
            if op is not None:
                yield op
        return
    if not is_question(sentence):
        yield from _ordered(order["rest"] or order["rest_ru"])


def _ordered(rest: str) -> Iterator[FactOp]:
    """What follows "remember that": facts where every clause is one, else one note in her own words."""
    ops = [_stated(clause) for clause in clauses(rest)]
    known = [op for op in ops if op is not None]
    if known and len(known) == len(ops):
        yield from known
    elif len(stems(rest)) >= _FEWEST_NOTE_WORDS and not VAGUE.fullmatch(rest):
        yield Keep(subject=note_subject(rest), text=_capitalised(rest))


def _stated(clause: str) -> FactOp | None:
    for form in FORMS:
        found = form.pattern.fullmatch(clause)
        if found is not None:
            return _filled(form, found)
    return None


def _filled(form: Form, found: re.Match[str]) -> FactOp | None:
    """None where the words fit and still say nothing that lasts; another form is not tried then."""
    said = {name: text for name, text in found.groupdict().items() if text}
    value = said["value"]
    if VAGUE.match(value) or len(value.split()) > _MOST_WORDS:
        return None
    stemmed = {name: " ".join(stems(text)) for name, text in said.items()}
    subject = form.subject.format(**stemmed, sorted=" ".join(sorted(set(stems(value)))))
    if subject.endswith(":"):
        return None
    if not form.text:
        return Withdraw(subject=subject, about=value)
    said = {name: THIRD_PERSON.get(text.lower(), text) for name, text in said.items()}
    capitalised = {name.capitalize(): _capitalised(text) for name, text in said.items()}
    return Keep(subject=subject, text=form.text.format(**said, **capitalised))


def note_subject(note: str) -> str:
    """What a note is about: the owner and the kind of what is said of it, else all of its words.

    "The key is under the mat" and "the key is in the drawer" are about the same, and a newer one corrects the older.
    """
    found = _COPULA.fullmatch(note)
    owner = sorted(set(stems(found["left"]))) if found else []
    if found is None or not 0 < len(owner) <= _LONGEST_OWNER:
        return "note:" + " ".join(sorted(set(stems(note))))
    return f"note:{' '.join(owner)}:{_aspect(found['right'])}"


def _aspect(said: str) -> str:
    if _NAMED.match(said):
        return "name"
    if _WHEN.search(said):
        return "when"
    return "where" if _WHERE.match(said) else "is"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
