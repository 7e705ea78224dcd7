"""What calls do to the world outside."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from nexy.modules.ai_router.offline_code.syntax.outline import Outline
from nexy.modules.ai_router.offline_code.wording import table


def effects_of(outline: Outline) -> Iterator[tuple[str, str, str]]:
    """The kind of effect, the call and the function, each kind once."""
    seen: set[str] = set()
    for function in outline.functions:
        for call in function.calls:
            kind = next((name for name, form in _forms().items() if form.search(call)), "")
            if kind and kind not in seen:
                seen.add(kind)
                yield kind, call, function.name


@cache
def _forms() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(form) for name, form in table("effects").items()}
