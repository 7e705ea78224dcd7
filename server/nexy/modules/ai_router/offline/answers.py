"""From what the person wants to what is said: plain text, or the one JSON object with a command."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import msgspec

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.commands import COMMANDS_BY_NAME, Feature
from nexy.contracts.memory import MemoryReach
from nexy.contracts.words import Chat
from nexy.modules.ai_router.offline.code_aloud import code_aloud
from nexy.modules.ai_router.offline.intents import (
    Act,
    CodePlaces,
    DateQuestion,
    ImpossibleSum,
    Intent,
    NoResult,
    SumQuestion,
    Told,
    Topic,
)
from nexy.modules.ai_router.offline.phrases import Phrases, manual, phrases
from nexy.utils.plain_words import plain_words

_EXCHANGE = " → "
_SENTENCE_END = re.compile(r"[.!?…]\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an answer depends on besides the intent."""

    chat: Chat
    language: str
    now: datetime
    limits: OfflineConfig

    @property
    def say(self) -> Phrases:
        """The phrases of the person's language."""
        return phrases(self.language)


def answer_to(intent: Intent, setting: Setting) -> str:
    """The whole answer; never the prompt itself, and no JSON other than a command of the table."""
    match intent:
        case Act():
            return _act(intent, setting)
        case Topic():
            return _talk(intent, setting)
        case Told(facts=facts):
            return setting.say.recalled.format(memory=_aloud(facts, setting))
        case CodePlaces(hits=hits):
            return code_aloud(hits, setting.say)
        case DateQuestion(days=days):
            return _date(setting.say, setting.now + timedelta(days=days), days)
        case SumQuestion(value=value, exact=exact):
            shown = value.replace(".", setting.say.decimal_mark)
            return (setting.say.sum_exact if exact else setting.say.sum_rounded).format(value=shown)
        case ImpossibleSum(reason=reason):
            return _no_result(setting.say, reason)
        case _:
            assert_never(intent)


def _act(act: Act, setting: Setting) -> str:
    if not setting.chat.actions_delivered:
        return setting.say.actions_off
    spec = COMMANDS_BY_NAME[act.command]
    if spec.feature is not None and not spec.is_allowed(setting.chat.features):
        return _off(setting.say, spec.feature)
    said = getattr(setting.say, act.command).format(**act.args)
    answer = {"session_id": setting.chat.session_id, "command": act.command, "args": act.args, "text": said}
    return msgspec.json.encode(answer).decode()


def _off(say: Phrases, feature: Feature) -> str:
    match feature:
        case Feature.BROWSER_USE:
            return say.browser_off
        case Feature.MESSAGES:
            return say.messages_off
        case Feature.WHATSAPP:
            return say.whatsapp_off
        case Feature.SUBSCRIPTION:
            return say.subscription_off
        case _:
            assert_never(feature)


def _talk(topic: Topic, setting: Setting) -> str:
    say = setting.say
    match topic:
        case Topic.TIME:
            clock = setting.now.strftime(say.clock).removeprefix("0" if "%I" in say.clock else "")
            return say.time.format(clock=clock)
        case Topic.MEMORY:
            return _memory(setting)
        case Topic.REMEMBER:
            return _promise(setting)
        case Topic.NOT_REMEMBERED:
            return _nothing(setting, say.not_remembered)
        case Topic.HELP:
            return _help(setting)
        case Topic.MANUAL:
            return manual(setting.language)
        case _:
            phrase: str = getattr(say, topic.value)
            return phrase


def _help(setting: Setting) -> str:
    say, features = setting.say, setting.chat.features
    memory = [say.help_memory] if setting.chat.memory_reach is MemoryReach.KEPT else []
    if not setting.chat.actions_delivered:
        return " ".join((say.help_opening, *memory, say.help_always))
    optional: Mapping[Feature, str] = {
        Feature.BROWSER_USE: say.help_browser,
        Feature.MESSAGES: say.help_messages,
        Feature.WHATSAPP: say.help_whatsapp,
        Feature.SUBSCRIPTION: say.help_subscription,
    }
    on = [sentence for feature, sentence in optional.items() if feature.is_on(features)]
    return " ".join((say.help_opening, say.help_apps, *on, *memory, say.help_always))


def remembered_facts(memory: str) -> Sequence[str]:
    """The facts in the memory of a chat; what is only being talked about is none."""
    return [line.removeprefix("- ") for line in memory.splitlines() if line.strip() and _EXCHANGE not in line]


def _memory(setting: Setting) -> str:
    facts = remembered_facts(setting.chat.memory)
    if not facts:
        return _nothing(setting, setting.say.no_memory)
    return setting.say.memory.format(memory=_aloud(facts, setting))


def _promise(setting: Setting) -> str:
    """What will be remembered, as the rules that learn it have told; a promise only where something is kept."""
    say, foreseen = setting.say, setting.chat.foreseen
    if setting.chat.memory_reach is not MemoryReach.KEPT:
        return _nothing(setting, say.unknown)
    if foreseen.private:
        return say.not_kept
    if foreseen.keeps:
        return say.will_remember.format(memory=_aloud(foreseen.keeps, setting))
    return say.no_longer if foreseen.ends else say.what_to_remember


def _nothing(setting: Setting, empty: str) -> str:
    """Why nothing is known or kept; `empty` where the memory itself is in order."""
    match setting.chat.memory_reach:
        case MemoryReach.KEPT:
            return empty
        case MemoryReach.OFF:
            return setting.say.memory_off
        case MemoryReach.AWAY:
            return setting.say.memory_away
        case _:
            assert_never(setting.chat.memory_reach)


def _aloud(facts: Sequence[str], setting: Setting) -> str:
    """Facts as speech: without the signs that could make a command of them, and no more than can be listened to."""
    told = " ".join(_as_sentence(plain_words(fact)) for fact in facts)
    most = setting.limits.max_memory_characters
    if len(told) <= most:
        return told
    ends = [found.end() for found in _SENTENCE_END.finditer(told, 0, most)]
    return told[: ends[-1] if ends else most].strip()


def _as_sentence(fact: str) -> str:
    """A line of a list, so that a voice pauses behind it."""
    said = " ".join(fact.split())
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _date(say: Phrases, day: datetime, days: int) -> str:
    names = {"weekday": say.weekdays[day.weekday()], "month": say.months[day.month - 1]}
    date = say.date.format(day=day.day, year=day.year, **names)
    frame = say.today if days == 0 else say.tomorrow if days > 0 else say.yesterday
    return frame.format(date=date)


def _no_result(say: Phrases, reason: NoResult) -> str:
    match reason:
        case NoResult.DIVISION_BY_ZERO:
            return say.division_by_zero
        case NoResult.NOT_REAL:
            return say.not_real
        case NoResult.TOO_LARGE:
            return say.too_large
        case _:
            assert_never(reason)
