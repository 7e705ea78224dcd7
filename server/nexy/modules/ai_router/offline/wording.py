"""One prompt in the three forms that the recognisers read."""

import re
import unicodedata
from dataclasses import dataclass

_NAME = r"(?:nexy|nexi|нэкси|некси)"
_OPENING = re.compile(
    rf"""^(?:
        (?:hey|hi|hello|ok|okay|well|so|listen|please|pls|{_NAME}
           |привет|здравствуй(?:те)?|эй|слушай|ну|а|давай|прошу|пожалуйста|плиз|будь\ добра|будьте\ добры)[\s,.!:—-]+
      | (?:can|could|would|will)\ you\ (?:kindly\ )?
      | (?:i\ want|i'd\ like|i\ would\ like|i\ need)\ (?:you\ )?to\s
      | (?:не\ )?(?:мог(?:ла)?\ бы\ (?:ты|вы)|могли\ бы\ вы)\ (?:ли\ )?
      | (?:ты\ |вы\ )?(?:можешь|можете)\ (?:ли\ )?(?:ты\ |вы\ )?
      | (?:я\ )?(?:хочу|хотела?\ бы)\ (?!чтобы)
      | мне\ (?:нужно|надо)\s
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"[\s,]+(?:please|pls|for me|now|right now|thanks|thank you|пожалуйста|плиз|сейчас|прямо сейчас|спасибо|для меня)$",
    re.IGNORECASE,
)
_PLEASE = re.compile(r",?\s*\b(?:please|пожалуйста)\b,?", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[^\w\s'+%-]+")
_NAME_WORD = re.compile(rf"\b{_NAME}\b")
_END = " \t.!?…,;:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`plain`: lower case, no punctuation, ё as е; `head`: as said, without an opening courtesy;
    `core`: also without a closing one. Only `head` still holds every word of a message to be sent.
    """

    plain: str
    head: str
    core: str


def wording_of(prompt: str) -> Wording:
    """The forms of a prompt; empty ones when it holds no words."""
    said = " ".join(unicodedata.normalize("NFC", prompt).replace("’", "'").split())
    head = _without_opening(said)
    return Wording(plain=_plain(said), head=head.strip(), core=_without_closing(_PLEASE.sub("", head).strip() or head))


def _without_opening(text: str) -> str:
    while True:
        shorter = _OPENING.sub("", text)
        if shorter == text or not shorter.strip(_END):
            return text
        text = shorter


def _without_closing(text: str) -> str:
    text = text.strip(_END)
    while True:
        shorter = _CLOSING.sub("", text).strip(_END)
        if shorter == text or not shorter:
            return text
        text = shorter


def _plain(text: str) -> str:
    words = _PLEASE.sub(" ", text.casefold()).replace("ё", "е")
    words = _NAME_WORD.sub(" ", _NOT_WORDS.sub(" ", words))
    return " ".join(words.split())
