"""Orders to forget, recognised before any model is asked: whether something is forgotten must not depend on one."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_LONGEST_PROMPT = 300
_LONGEST_CONSENT = 60
_COURTESY = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|please|well|so|now|nexy|nexi|can you|could you|would you|will you|i want you to"
    r"|i'd like you to|привет|пожалуйста|ну|а|и|нэкси|некси|слушай|можешь|можете|хочу чтобы ты|я хочу чтобы ты"
    r"|теперь) )+"
)
_CLOSING = re.compile(r"(?: (?:please|now|nexy|thanks|thank you|пожалуйста|спасибо|теперь|сейчас|нэкси|некси))+$")
_ALL = re.compile(
    r"""forget\ (?:absolutely\ )?(?:everything|all)
            (?:\ (?:that\ )?(?:you\ (?:know|remember|learned|have\ learned|have\ remembered)
                 |i(?:'ve|\ have)?\ (?:ever\ )?told\ you))?(?:\ about\ (?:me|myself))?
      |forget\ (?:about\ )?me(?:\ (?:completely|entirely))?
      |forget\ (?:what\ you\ (?:know|remember)\ about\ me|my\ (?:data|facts|memories))
      |(?:erase|delete|clear|wipe|reset)\ (?:all\ )?(?:of\ )?(?:your|my|the)\ memor(?:y|ies)(?:\ (?:of|about)\ me)?
      |(?:erase|delete|clear|wipe|remove)\ (?:everything|all|what)(?:\ that)?\ you\ (?:know|remember)(?:\ about\ me)?
      |забудь(?:те)?\ (?:абсолютно\ )?все(?:\ (?:что\ )?(?:ты\ |вы\ )?(?:обо\ мне|про\ меня))?
            (?:\ (?:что\ )?(?:ты\ |вы\ )?(?:знаешь|знаете|помнишь|помните|запомнила?|запомнили))?
            (?:\ (?:обо\ мне|про\ меня))?
      |забудь(?:те)?\ все\ что\ я\ (?:тебе\ |вам\ )?(?:рассказывала?|рассказала?|говорила?|сказала?)
            (?:\ (?:тебе|вам))?(?:\ о\ себе)?
      |забудь(?:те)?\ (?:меня|обо\ мне|про\ меня)(?:\ все)?
      |забудь(?:те)?\ что\ (?:ты\ )?(?:знаешь|помнишь)\ (?:обо\ мне|про\ меня)
      |(?:сотри|удали|очисти)(?:те)?\ (?:всю\ )?(?:свою\ |мою\ )?память(?:\ (?:обо\ мне|про\ меня))?
      |(?:сотри|удали)(?:те)?\ все(?:\ что)?\ (?:ты\ )?(?:знаешь|помнишь|обо\ мне|про\ меня)
            (?:\ (?:обо\ мне|про\ меня|знаешь|помнишь))?""",
    re.VERBOSE,
)
_ONE = re.compile(
    r"""(?:forget|stop\ remembering)\ (?:the\ fact\ )?that\ (?P<that>.+)
      |(?:forget|stop\ remembering)\ (?:about\ )?(?P<my>my\ .+)
      |forget\ (?P<what>(?:where|how|what|who|when)\ .+)
      |forget\ about\ (?P<about>(?!it\b|that\b|this\b|them\b|him\b|her\b).+)
      |(?:delete|erase|remove)\ the\ fact\ that\ (?P<fact>.+)
      |(?:забудь|забудьте|не\ помни|больше\ не\ помни)\ (?:о\ том\ |про\ то\ |тот\ факт\ )?что\ (?P<ru_that>.+)
      |забудь(?:те)?\ (?P<ru_what>(?:где|как|сколько|кто|когда|кем)\ .+)
      |забудь(?:те)?\ (?P<ru_my>мо[йяеюи]\ .+|моего\ .+|моих\ .+)
      |забудь(?:те)?\ (?:про|о|об|обо)\ (?P<ru_about>(?!это|этом|том|то|нем|ней|них)\b.+)""",
    re.VERBOSE,
)


_YES = re.compile(
    r"""(?:(?:yes|yeah|yep|sure|of\ course|certainly|absolutely|confirm(?:ed)?|go\ ahead|do\ it|i\ am\ sure
           |i'm\ sure|forget|forget\ (?:it\ all|everything|all)|everything|all\ of\ it)\ ?)+
      |(?:(?:да|ага|конечно|разумеется|подтверждаю|уверена?|я\ уверена?|давай
           |забудь(?:те)?|забывай(?:те)?|все|точно)\ ?)+""",
    re.VERBOSE,
)
_NO = re.compile(
    r"""(?:(?:no|nope|don't|do\ not|cancel|stop|never\ mind|not\ now|keep|keep\ (?:it|everything)
           |forget\ nothing|wait)\ ?)+
      |(?:(?:нет|не\ надо|не\ нужно|не\ забывай(?:те)?|отмена|отмени(?:те)?|стоп|оставь(?:те)?|передумала?
         |я\ передумала?         |подожди(?:те)?|ничего)\ ?)+""",
    re.VERBOSE,
)


class Consent(StrEnum):
    """What she says when she is asked whether she means it."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOrder:
    """What is to be forgotten, in the person's words; everything where `about` is empty."""

    about: str = ""


def read_forget_order(prompt: str) -> ForgetOrder | None:
    """The order that the whole prompt is, or None: "forget it" is a figure of speech and erases nothing."""
    if len(prompt) > _LONGEST_PROMPT:
        return None
    said = _plain(prompt)
    if _ALL.fullmatch(said):
        return ForgetOrder()
    found = _ONE.fullmatch(said)
    if found is None:
        return None
    return ForgetOrder(about=next(text for text in found.groups() if text))


def read_consent(prompt: str) -> Consent | None:
    """The answer that the whole prompt is, or None: whoever talks of something else has agreed to nothing."""
    said = _plain(prompt) if len(prompt) <= _LONGEST_CONSENT else ""
    if _NO.fullmatch(said):
        return Consent.NO
    return Consent.YES if _YES.fullmatch(said) else None


def _plain(prompt: str) -> str:
    """Lower case, no punctuation, ё as е, without courtesies; apostrophes and hyphens stay inside words."""
    text = unicodedata.normalize("NFC", prompt).casefold().replace("ё", "е").replace("’", "'")
    text = " ".join(re.sub(r"[^\w\s'-]+", " ", text).split())
    return _CLOSING.sub("", _COURTESY.sub("", text))
