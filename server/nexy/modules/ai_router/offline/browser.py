"""Errands for the browser, and the subscription."""

import re
from collections.abc import Sequence

from nexy.modules.ai_router.offline.intents import Act

_NET_EN = r"(?:the )?(?:web|internet|net|online)"
_NET_RU = r"(?:интернете?|сети|гугле|яндексе|браузере|интернету)"
_FIND_RU = r"(?:найди(?:те)?|найти|поищи(?:те)?|поискать|посмотри(?:те)?|посмотреть|узнай|узнать|проверь)(?: мне)?"
_SITE = re.compile(
    r"(?P<verb>open|go to|visit|откр(?:ой(?:те)?|ыть)|зайди на|зайти на|перейди на|перейти на)"
    r"(?: (?:the )?(?:website|web site|site|web page|page)| (?:мне )?(?:веб-?)?(?:сайт|страницу))?"
    r" (?P<site>https?://\S+|(?:[\w-]+\.)+(?!app$)[^\W\d_]{2,}(?:/\S*)?)",
    re.IGNORECASE,
)
_SEARCH: Sequence[re.Pattern[str]] = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:search|browse|look|check|find)(?: up| out)?(?: (?:on|in))? {_NET_EN}(?: for)?,? (?P<task>.+)",
        rf"(?:search|look|find|check)(?: up| for| out)?(?: me)? (?P<task>.+?) (?:online|(?:on|in) {_NET_EN})",
        r"google (?!chrome\b)(?:for )?(?P<task>.+)",
        rf"{_FIND_RU} (?:в|по) {_NET_RU}[,:]? (?P<task>.+)",
        rf"{_FIND_RU},? (?P<task>.+?) в {_NET_RU}",
        r"(?:загугли|погугли|гугли)(?:те)?(?: мне)?,? (?P<task>.+)",
    )
)
_CLOSE = re.compile(
    r"(?:close|quit|shut) (?:the |my )?(?:web )?browser(?: window)?|закр(?:ой(?:те)?|ыть) (?:мой )?(?:окно )?браузера?",
    re.IGNORECASE,
)
_BUY = re.compile(
    r"(?:buy|get|purchase|order)(?: me)?(?: an?| the| my)?(?: premium| nexy)? subscription|subscribe(?: me)?"
    r"|(?:купи(?:ть|те)?|оформи(?:ть|те)?|приобрести)(?: мне)? подписку|подпиши меня",
    re.IGNORECASE,
)
_MANAGE = re.compile(
    r"(?:manage|cancel|change|show|open|check|end|stop)(?: me)? (?:my|the) subscription(?: settings)?"
    r"|(?:управление|управлять|управляй) (?:моей )?подпиской"
    r"|(?:отмени(?:ть)?|отключи(?:ть)?|измени(?:ть)?|покажи|показать|проверь|проверить) (?:мою )?подписку",
    re.IGNORECASE,
)


def browser_order(core: str) -> Act | None:
    """A search, a site to open, or the browser to close."""
    if _CLOSE.fullmatch(core):
        return Act(command="close_browser")
    site = _SITE.fullmatch(core)
    if site:
        verb = "open" if site["verb"].isascii() else "открыть"
        return Act(command="browser_use", args={"task": f"{verb} {site['site']}"})
    for form in _SEARCH:
        found = form.fullmatch(core)
        if found:
            return Act(command="browser_use", args={"task": found["task"].strip()})
    return None


def subscription_order(core: str) -> Act | None:
    """Buying or managing the subscription."""
    if _BUY.fullmatch(core):
        return Act(command="buy_subscription")
    return Act(command="manage_subscription") if _MANAGE.fullmatch(core) else None
