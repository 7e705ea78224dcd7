"""What a person asks of her own memory: which remembered facts answer her question, without a model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nexy.contracts.words import Chat
from nexy.modules.ai_router.offline.data import text
from nexy.modules.ai_router.offline.intents import Act, Intent, Told, Topic
from nexy.modules.ai_router.offline.wording import wording_of
from nexy.utils.stems import stems

_MOST_FACTS = 5
_PEOPLE = "[people]"
_REMEMBER = re.compile(
    r"(?:remember|memori[sz]e|keep in mind|make a note|запомни(?:те)?|имей(?:те)? в виду|возьми(?:те)? на заметку)\b"
    r"(?!\s+(?:to|me|when|how|what|who)\b)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:what (?:do|can) you (?:remember|know|tell me) about|tell me (?:what you (?:remember|know) )?about"
    r"|что ты (?:помнишь|знаешь) (?:об?о?|про)|расскажи(?:те)?(?: мне)? (?:об?о?|про))\s+",
    re.IGNORECASE,
)
_DO_YOU_KNOW = re.compile(
    r"(?:do you (?:still )?(?:remember|know)|tell me|remind me(?: of)?|(?:а )?ты (?:ещ[её] )?(?:помнишь|знаешь)"
    r"|(?:помнишь|знаешь)(?: ли ты)?|напомни(?:те)?(?: мне)?|скажи(?:те)?(?: мне)?|подскажи(?:те)?(?: мне)?),?\s+",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:what|what's|where|where's|when|when's|who|who's|whose|which|how old|how many|do i|am i|have i|does my"
    r"|is my|are my|что|где|куда|когда|кто|кем|чья?|как(?:ой|ая|ое|ие|ого|ую|их)|как (?:зовут|меня|называ\w+|мо\w+)"
    r"|сколько|во сколько|на что|есть ли|люблю ли|нравится ли|у меня есть|у кого)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:i|my|mine|me|our|я|мой|моя|мо[её]|мои|моего|моей|моему|моим|моих|мою|мне|меня|наш\w*)\b", re.IGNORECASE
)
_OWNED = re.compile(r"\b(?:(?:is|are|was|'s) (?:my|our)|do i have|у меня|мо(?:й|я|[её]|и))\b", re.IGNORECASE)
_WHO_AM_I = re.compile(r"who am i|кто я", re.IGNORECASE)
_NOT_ASKED_FOR = frozenset(
    stems("what where when who whose which how many much remember know tell about still again exactly called где куда "
          "когда кто кем чей чья какой какая какое какие какого какую каких сколько день еще сейчас "
          "помнишь знаешь теперь")
) - {"called"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """`concepts` is what must stand in a fact; `personal`: it is about herself, `about`: all of it is wanted."""

    concepts: frozenset[str]
    personal: bool
    about: bool
    owned: bool

    def answered_by(self, fact: str) -> bool:
        told = [_concept(stem) for stem in stems(fact)]
        if not self.concepts or not self.concepts <= set(told):
            return False
        if self.about:
            return True
        if self.concepts <= _kinds() | _people():
            return self.personal and self.concepts & _people() == set(told) & _people()
        return self.personal or (told[0] not in _kinds() and not self.concepts.isdisjoint(told[:2]))


def recalled(intent: Intent, prompt: str, chat: Chat, facts: Sequence[str]) -> Intent:
    """The intent with the memory at hand: a question that it answers, something that it keeps, else as it was."""
    searching = isinstance(intent, Act) and intent.command == "find_contact"
    if intent is not Topic.UNKNOWN and not searching:
        return intent
    core = wording_of(prompt).core
    asked = _asked(core)
    found = [fact for fact in facts if asked.answered_by(fact)] if asked else []
    if found:
        return Told(facts=found[-_MOST_FACTS:])
    if searching:
        return intent
    if chat.foreseen.keeps or chat.foreseen.ends or _REMEMBER.match(core):
        return Topic.REMEMBER
    hers = asked is not None and asked.personal and (asked.owned or asked.about or asked.concepts & _kinds())
    return Topic.NOT_REMEMBERED if hers else intent


def _asked(core: str) -> _Asked | None:
    about = _ABOUT.match(core)
    rest = core[about.end() :] if about else core
    introduced = None if about else _DO_YOU_KNOW.match(core)
    rest = rest[introduced.end() :] if introduced else rest
    personal = _PERSONAL.search(rest) is not None
    if not (about or _QUESTION.match(rest) or (introduced and personal)):
        return None
    said = "my name" if _WHO_AM_I.fullmatch(rest) else rest
    concepts = frozenset(_concept(stem) for stem in stems(said) if stem not in _NOT_ASKED_FOR)
    # In Russian "mother's telephone" is that of her own mother.
    personal = personal or not (rest.isascii() or concepts.isdisjoint(_people()))
    return _Asked(concepts=concepts, personal=personal, about=about is not None, owned=bool(_OWNED.search(rest)))


def _concept(stem: str) -> str:
    return _table().get(stem, stem)


@cache
def _table() -> Mapping[str, str]:
    """The concept of each stem; a concept's name ends with a sign that no stem has."""
    lines = [line for line in text("concepts.txt").splitlines() if line[:1] not in "#["]
    return {stem: f"{name}:" for name, _, said in (line.partition(": ") for line in lines) for stem in stems(said)}


@cache
def _people() -> frozenset[str]:
    people = text("concepts.txt").partition(_PEOPLE + "\n")[2]
    return frozenset(line.partition(":")[0] + ":" for line in people.splitlines())


@cache
def _kinds() -> frozenset[str]:
    return frozenset(_table().values()) - _people()
