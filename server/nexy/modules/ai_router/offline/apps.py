"""Opening and closing applications."""

import re
from collections.abc import Mapping
from functools import cache

from nexy.modules.ai_router.offline.data import text
from nexy.modules.ai_router.offline.intents import Act

_ORDER = re.compile(
    r"""^(?P<verb>
        (?P<close>close|quit|exit|shut\ down
          |закр(?:ой(?:те)?|ыть)(?:-ка)?|выключи(?:ть|те)?|заверши(?:ть|те)?|вый(?:ди|ти)\ из)
      | open(?:\ up)?|launch|start(?:\ up)?|run
      | откр(?:ой(?:те)?|ыть)(?:-ка)?|запусти(?:ть|те)?(?:-ка)?|включи(?:ть|те)?
    )\s+
    (?:me\s+|мне\s+)?(?P<the>the\s+)?
    (?P<rest>.+)$""",
    re.IGNORECASE | re.VERBOSE,
)
# These also mean other things, so that they need a name that we know.
_VAGUE = re.compile(r"start|run|exit|shut|выключ|включ|заверш|вый", re.IGNORECASE)
_NAME = re.compile(r"[\w+&'.-]+(?: [\w+&'.-]+){0,3}")
_NOT_AN_APP = re.compile(
    r"^(?:an?|my|your|his|her|our|their|this|that|these|those|some|it|all|everything|up)\b"
    r"|\b(?:doors?|windows?|eyes?|mouth|hearts?|box|bottle|can|gate|curtains?|account|bank|book|files?|folder|documents?"
    r"|link|page|tab|source|sesame|mind|hand|case|question|deal|lid|drawer|garage|shop|store|restaurant)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"(?:app(?:lication)?|program|приложение|программу) (?P<after>.+)|(?P<before>.+) (?:app|application|program)",
    re.IGNORECASE,
)
_QUOTES = " \"'«»“”„"
_MY = re.compile(r"^(?:my|мой|мою|мое|мои) ")
_AND = re.compile(r"\s+(?:and|и)\s+", re.IGNORECASE)


@cache
def _known() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for line in text("apps.txt").splitlines():
        name, _, ways = line.partition(": ")
        if not line.startswith("#"):
            table |= dict.fromkeys(ways.split(", "), name)
    return table


def app_order(core: str, *, max_name: int) -> Act | None:
    """The application to open or close; None when the words order anything else."""
    found = _ORDER.match(core)
    if found is None:
        return None
    rest = _bare(found["rest"])
    name = _known_name(rest) or _unknown_name(rest, vague=bool(found["the"] or _VAGUE.match(found["verb"])))
    if not name or len(name) > max_name:
        return None
    return Act(command="close_app" if found["close"] else "open_app", args={"app_name": name})


def _known_name(said: str) -> str:
    """The client's name for what was said; of several applications the first, since an answer has one action."""
    first = _MY.sub("", _AND.split(said, maxsplit=1)[0].casefold().replace("ё", "е"))
    return _known().get(first, "")


def _unknown_name(said: str, *, vague: bool) -> str:
    """The name as said, where it looks like one or is called an application; a known one gets the client's name."""
    marked = _MARKED.fullmatch(said)
    if marked:
        named = _bare(marked["after"] or marked["before"])
        return _known_name(named) or (named if _NAME.fullmatch(named) else "")
    if vague or not _NAME.fullmatch(said) or _NOT_AN_APP.search(said):
        return ""
    return said if _looks_like_a_name(said) else ""


def _bare(said: str) -> str:
    return said.strip(_QUOTES).removesuffix(".app")


def _looks_like_a_name(said: str) -> bool:
    """Capitals or digits; a single Latin word may be all lower case, as speech recognition writes it."""
    words = said.split()
    if any(word[0].isupper() or word[0].isdecimal() for word in words):
        return len(words) == 1 or all(not word[0].islower() for word in words)
    return len(words) == 1 and said.isascii() and len(said) > 1
