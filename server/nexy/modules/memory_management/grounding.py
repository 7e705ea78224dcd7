"""What a model may do to a memory: only what the person's own words bear out.

A model can be wrong, misled by a page it read, or hostile. So a new fact must consist of what she said, a correction
must be about the same thing, a withdrawal needs her own "no longer"; whatever is less certain is added beside the old
fact or left out, and nothing that she told before is lost.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from nexy.modules.memory_management.facts import FactOp, Keep, KnownFact, Withdraw
from nexy.utils.stems import share, stems

_MOSTLY = 0.6
_HALF = 0.5
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i've|i'd|my|mine|me|myself|we|our|us|я|мой|моя|мо[её]|мои|моего|моей|моих|мою|меня|мне|мной|мы|наш\w*"
    r"|нас|нам|запомни\w*|remember)\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"\b(?:no longer|not|never|n't|don't|doesn't|isn't|wasn't|stopped|quit|sold|left|wrong|false|без|больше не"
    r"|уже не|не|нет|никогда|неправда|неверно|перестал\w*|бросил\w*|продал\w*)\b",
    re.IGNORECASE,
)


def may_tell_of_herself(prompt: str) -> bool:
    """Whether a model is worth asking: whoever says nothing of herself states no fact about herself."""
    return _PERSONAL.search(prompt) is not None


def grounded(
    proposed: Sequence[FactOp], prompt: str, active: Iterable[KnownFact], plain: Sequence[FactOp], *, room: int
) -> Sequence[FactOp]:
    """The proposals that hold; `plain` is what the rules found already, `room` how many new facts still fit."""
    known = {fact.subject: fact for fact in active}
    held: list[FactOp] = []
    if _only_asks(prompt):
        return held
    for op in proposed:
        checked = _checked(op, prompt, known)
        if checked is None or any(_repeats(checked, other) for other in (*plain, *held)):
            continue
        if isinstance(checked, Keep) and checked.subject not in known:
            if room <= 0 or any(_says_the_same(checked.text, fact.text) for fact in known.values()):
                continue
            room -= 1
        held.append(checked)
    return held


def _checked(op: FactOp, prompt: str, known: Mapping[str, KnownFact]) -> FactOp | None:
    old = known.get(op.subject)
    match op:
        case Keep():
            if share(op.text, prompt) < _MOSTLY:
                return None
            if old is None or _corrects(old.text, op.text):
                return op
            return Keep(subject=own_subject(op.text), text=op.text)
        case Withdraw():
            meant = old is not None and _NO_LONGER.search(prompt) and share(old.text, prompt) >= _MOSTLY
            return op if meant else None
        case _:
            assert_never(op)


def _corrects(old: str, new: str) -> bool:
    """Whether the new text says something else of the same thing: "lives in Rome" of "lives in Paris", not "no Paris".

    How a fact begins is what it is about; that its last word comes up again ("my tea is cold") corrects nothing.
    """
    return share(old, new) >= _HALF and share(new, old) < 1 and stems(old)[0] in stems(new)


def own_subject(text: str) -> str:
    """A subject for a fact that has none that can be trusted: all of its words."""
    return "said:" + " ".join(sorted(set(stems(text))))


def _only_asks(prompt: str) -> bool:
    return prompt.rstrip().endswith("?") and not re.search(r"[.!;,]\s", prompt)


def _repeats(op: FactOp, other: FactOp) -> bool:
    if op.subject == other.subject:
        return True
    return isinstance(op, Keep) and isinstance(other, Keep) and _says_the_same(op.text, other.text)


def _says_the_same(one: str, other: str) -> bool:
    return min(share(one, other), share(other, one)) >= _MOSTLY
