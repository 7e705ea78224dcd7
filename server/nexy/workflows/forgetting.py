"""Forgetting by voice: obeyed and answered by us, because the answer must be true; everything only after a yes."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.errors import NexyError
from nexy.contracts.memory import Fact, MemoryReach
from nexy.messages.catalogue import Catalogue
from nexy.utils.language import detect_language
from nexy.utils.plain_words import plain_words
from nexy.workflows.forget_order import Consent, ForgetOrder, read_consent, read_forget_order

_MOST_TOLD = 5
_log = logging.getLogger("nexy.memory")


class Forgetting:
    """Holds, for a minute, which devices were asked whether they mean everything."""

    def __init__(self, config: MemoryConfig, forget: Callable[[str, ForgetOrder], Awaitable[Sequence[Fact]]]) -> None:
        self._config = config
        self._forget = forget
        self._asked: OrderedDict[str, float] = OrderedDict()

    async def obey(self, hardware_id: str, prompt: str, *, reach: MemoryReach) -> str | None:
        """Do what the prompt orders and tell what was done; None where it is an ordinary prompt.

        An order to forget everything is only asked about. The next turn of the device decides: a yes, or the same
        order again, carries it out; a no is acknowledged; anything else lets the question fall.
        """
        was_asked = self._asked.pop(hardware_id, 0.0) > _now()
        order = read_forget_order(prompt)
        say = Catalogue(detect_language(prompt))
        if was_asked and order is None:
            match read_consent(prompt):
                case Consent.YES:
                    order = ForgetOrder()
                case Consent.NO:
                    return say.text("voice.forget_not")
                case None:
                    return None
        if order is None:
            return None
        if reach is MemoryReach.OFF:
            return say.text("voice.memory_off")
        if not order.about and not was_asked:
            self._ask(hardware_id)
            return say.text("voice.forget_all_sure")
        return await self._carried_out(hardware_id, order, say)

    def _ask(self, hardware_id: str) -> None:
        self._asked[hardware_id] = _now() + self._config.consent_seconds
        while len(self._asked) > self._config.max_cached_devices:
            self._asked.popitem(last=False)

    async def _carried_out(self, hardware_id: str, order: ForgetOrder, say: Catalogue) -> str:
        try:
            forgotten = await self._forget(hardware_id, order)
        except (NexyError, TimeoutError) as failure:
            code = failure.code if isinstance(failure, NexyError) else "timeout"
            _log.warning("forgetting failed", extra={"decision": "error", "ctx": {"code": code}})
            return say.text("voice.forget_failed")
        if not order.about:
            return say.text("voice.forgotten_all" if forgotten else "voice.forgotten_nothing")
        return _told(forgotten, say)


def _told(forgotten: Sequence[Fact], say: Catalogue) -> str:
    """What held is named; where only something older went, that it went."""
    held = [plain_words(fact.text) for fact in forgotten if fact.state == "active"]
    if not held:
        return say.text("voice.forgotten_one" if forgotten else "voice.forgotten_nothing_such")
    named = "; ".join(held[:_MOST_TOLD])
    if len(held) > _MOST_TOLD:
        return say.text("voice.forgotten_these_and_more", facts=named, count=len(held) - _MOST_TOLD)
    return say.text("voice.forgotten_these", facts=named)


def _now() -> float:
    return asyncio.get_running_loop().time()
