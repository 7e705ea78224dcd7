"""Greetings, questions about the assistant itself, time and date: recognised only when they are the whole prompt."""

import re
from collections.abc import Mapping
from functools import cache

from nexy.modules.ai_router.offline.data import text
from nexy.modules.ai_router.offline.intents import DateQuestion, Intent, Topic

_DAY = r"(?P<day>today|tomorrow|yesterday|сегодня|завтра|вчера)"
_OFFSETS = {"tomorrow": 1, "завтра": 1, "yesterday": -1, "вчера": -1}
_DATE = "date"


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """The forms of each heading in the file."""
    forms: dict[str, list[re.Pattern[str]]] = {}
    heading: list[re.Pattern[str]] = []
    for line in text("small_talk.txt").splitlines():
        if line.startswith("["):
            heading = forms.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            heading.append(re.compile(line.replace("{day}", _DAY)))
    return {name: tuple(of_one) for name, of_one in forms.items()}


def small_talk(plain: str) -> Intent | None:
    """The topic or the date that the whole prompt asks for."""
    for name, forms in _patterns().items():
        for form in forms:
            found = form.fullmatch(plain)
            if found and name == _DATE:
                return DateQuestion(days=_OFFSETS.get(found.groupdict().get("day") or "", 0))
            if found:
                return Topic(name)
    return None
