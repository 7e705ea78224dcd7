"""Well-known ways of doing things that the code uses."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nexy.modules.ai_router.offline_code.syntax.outline import Outline
from nexy.modules.ai_router.offline_code.wording import table

_LOOKED_AT = 20_000


def patterns_in(code: str, outline: Outline) -> Iterator[str]:
    """Their names, each once."""
    head = code[:_LOOKED_AT]
    if any(function.name in map(_last_part, function.calls) for function in outline.functions):
        yield "recursion"
    yield from (name for name, form in _forms() if form.search(head))


def _last_part(call: str) -> str:
    return call.rpartition(".")[2]


@cache
def _forms() -> Sequence[tuple[str, re.Pattern[str]]]:
    return tuple((name, re.compile(form, re.MULTILINE)) for name, form in table("patterns").items())
