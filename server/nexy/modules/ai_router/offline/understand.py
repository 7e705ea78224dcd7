"""From a prompt to what the person wants."""

from nexy.config.ai_router_section import OfflineConfig
from nexy.modules.ai_router.offline.apps import app_order
from nexy.modules.ai_router.offline.browser import browser_order, subscription_order
from nexy.modules.ai_router.offline.intents import Intent, Topic
from nexy.modules.ai_router.offline.messages import message_order
from nexy.modules.ai_router.offline.small_talk import small_talk
from nexy.modules.ai_router.offline.sums import sum_in
from nexy.modules.ai_router.offline.wording import Wording, wording_of


def understand(prompt: str, *, language: str, limits: OfflineConfig) -> Intent:
    """The one intent of the whole prompt; `UNKNOWN` rather than a guess, and for prompts too long to be an order."""
    if len(prompt) > limits.max_prompt_characters:
        return Topic.UNKNOWN
    wording = wording_of(prompt)
    return (
        small_talk(wording.plain)
        or _order(wording, limits.max_name_characters)
        or sum_in(wording.core, language=language, limits=limits)
        or _after_courtesy(wording)
        or Topic.UNKNOWN
    )


def _order(wording: Wording, max_name: int) -> Intent | None:
    """A command; messages first, since their words may hold any other order."""
    return (
        message_order(wording.head, wording.core, max_name=max_name)
        or browser_order(wording.core)
        or subscription_order(wording.core)
        or app_order(wording.core, max_name=max_name)
    )


def _after_courtesy(wording: Wording) -> Intent | None:
    """Small talk that follows a courtesy: "Hi, could you tell me the time"."""
    return small_talk(wording_of(wording.core).plain)
