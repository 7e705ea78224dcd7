"""What a total is of: never an attribute that the file knows nothing of."""

import re

from nexy.modules.ai_router.offline_code.completion.cursor import Cursor

_ATTRIBUTES = ("price", "amount", "cost", "total", "value")
_NUMBERS = re.compile(r"\b(?:number|bigint|int|float|Decimal)\b")
_ELEMENT = re.compile(r"\b([A-Z]\w*)\s*(?:\[\]|[\]>])")
# Of a type that is declared elsewhere nothing is known; this is what is summed most often.
_USUAL = "price"


def summed(name: str, parameter: str, cursor: Cursor) -> str | None:
    """The attribute to sum, "" where the elements are numbers themselves, None where that cannot be known."""
    if _NUMBERS.search(parameter):
        return ""
    named = next((one for one in _ATTRIBUTES if name.lower().endswith(one) and one != "total"), None)
    around = cursor.before[: cursor.before.rfind(name)] + cursor.behind
    seen = next(
        (one for one in _ATTRIBUTES if re.search(rf"\.{one}\b|\b{one}\??\s*[:=]|['\"]{one}['\"]", around)), None
    )
    if named or seen:
        return named or seen
    kind = _ELEMENT.search(parameter.partition(":")[2])
    if kind is None:
        return "" if ":" not in parameter else None
    declared = re.search(rf"\b(?:class|interface|type|struct)\s+{re.escape(kind[1])}\b", around)
    return None if declared else _USUAL
