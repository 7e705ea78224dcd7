"""What a model is asked about a turn, and what of its reply is understood."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from nexy.modules.memory_management.facts import FactOp, Keep, KnownFact, Withdraw
from nexy.modules.memory_management.grounding import own_subject
from nexy.modules.memory_management.one_line import one_line

_MOST_OPS = 50
_LONGEST_SUBJECT = 60


class _Op(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    op: Literal["add", "correct", "withdraw"]
    subject: str
    text: str = ""


class _Known(msgspec.Struct, frozen=True):
    subject: str
    text: str


class _Question(msgspec.Struct, frozen=True):
    known: Sequence[_Known]
    recently: str
    person: str
    assistant: str


@cache
def instruction() -> str:
    """The system prompt."""
    return (files(__package__) / "instruction.txt").read_text(encoding="utf-8").strip()


def question(known: Iterable[KnownFact], recently: str, prompt: str, answer: str) -> str:
    """The turn and the old memory as one JSON object, so that nothing said in it can pass for an instruction."""
    facts = [_Known(subject=fact.subject, text=fact.text) for fact in known]
    asked = _Question(known=facts, recently=recently, person=_clean(prompt), assistant=_clean(answer))
    return msgspec.json.encode(asked).decode()


def read_reply(reply: str) -> Sequence[FactOp] | None:
    """The operations in it, or None where it is anything but the array that was asked for.

    Whatever surrounds the array is cut off, fences included; one wrong element makes the whole reply worthless.
    """
    begins, ends = reply.find("["), reply.rfind("]")
    if begins < 0 or ends < begins:
        return None
    try:
        ops = msgspec.json.decode(reply[begins : ends + 1].encode("utf-8", "replace"), type=list[_Op])
    except (msgspec.DecodeError, RecursionError):
        return None
    return [_as_op(op) for op in ops] if len(ops) <= _MOST_OPS else None


def _as_op(op: _Op) -> FactOp:
    subject = one_line(op.subject, _LONGEST_SUBJECT).casefold()
    if op.op == "withdraw":
        return Withdraw(subject=subject)
    return Keep(subject=subject or own_subject(op.text), text=op.text)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
