"""`MemoryAnalyzer`: what a finished turn says about the person."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.errors import NexyError
from nexy.contracts.memory import LearnFromTurn
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat, GenerateWords, WordsDelta, WordsUsage
from nexy.modules.memory_management.facts import FactOp, KnownFact
from nexy.modules.memory_management.grounding import grounded, may_tell_of_herself
from nexy.modules.memory_management.model_reply import instruction, question, read_reply
from nexy.modules.memory_management.private_values import looks_private
from nexy.modules.memory_management.rules import stated_facts
from nexy.utils.words_meter import WordsMeter

TASK_TYPE = "memory_analyzer"
# The brain without a model answers people, not questions about JSON.
_NO_MODEL = "offline"
_log = logging.getLogger("nexy.memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What was found, and what asking a model cost."""

    ops: Sequence[FactOp] = ()
    usage: Sequence[WordsUsage] = ()


class MemoryAnalyzer:
    """Rules always, and a model's proposals beside them where there is a model.

    The rules come first: what a person plainly said does not depend on a model's mood.
    """

    def __init__(self, config: MemoryConfig, words: UniversalModuleInterface | None) -> None:
        self._config = config
        self._words = words if config.ask_model else None

    def asks(self, turn: LearnFromTurn) -> bool:
        """Whether a model is worth asking, and may be."""
        return self._words is not None and may_tell_of_herself(turn.prompt) and not looks_private(turn.prompt)

    def by_rules(self, turn: LearnFromTurn) -> Analysis:
        """What she plainly said."""
        return Analysis(ops=stated_facts(turn.prompt, self._config.max_analysed_characters))

    async def analyse(self, turn: LearnFromTurn, active: Sequence[KnownFact]) -> Analysis:
        """The operations of the turn; a model that fails, dawdles or talks nonsense leaves those of the rules."""
        plain = self.by_rules(turn).ops
        if self._words is None or not self.asks(turn):
            return Analysis(ops=plain)
        meter = WordsMeter()
        reply = await self._ask(self._words, self._chat(turn, active), meter)
        proposed = read_reply(reply) if reply else None
        if reply and proposed is None:
            _log.warning("memory reply not understood", extra={"decision": "degrade", "ctx": {"length": len(reply)}})
        room = self._config.max_facts // 2 - len(active)
        held = grounded(proposed or (), turn.prompt, active, plain, room=room)
        return Analysis(ops=(*plain, *held), usage=meter.calls)

    def _chat(self, turn: LearnFromTurn, active: Sequence[KnownFact]) -> Chat:
        most = self._config.max_analysed_characters
        known = active[-self._config.recalled_facts :]
        asked = question(known, turn.old.short_term, turn.prompt[:most], turn.answer[:most])
        return Chat(
            prompt=asked, system=instruction(), session_id="", features=FeaturesConfig(), actions_delivered=False
        )

    async def _ask(self, words: UniversalModuleInterface, chat: Chat, meter: WordsMeter) -> str:
        """The reply, empty where there is none from a model."""
        reply = ""
        try:
            async with asyncio.timeout(self._config.model_timeout_seconds):
                stream = await words.process(GenerateWords(chat=chat, task_type=TASK_TYPE))
                async with aclosing(stream) as events:
                    async for event in events:
                        meter.note(event)
                        if isinstance(event, WordsDelta):
                            reply += event.text
                        if len(reply) > self._config.max_model_reply_characters:
                            return ""
        except (NexyError, TimeoutError) as failure:
            code = failure.code if isinstance(failure, NexyError) else "timeout"
            _log.warning("memory model failed", extra={"decision": "degrade", "ctx": {"code": code}})
            return ""
        return "" if meter.calls and meter.calls[-1].provider == _NO_MODEL else reply
