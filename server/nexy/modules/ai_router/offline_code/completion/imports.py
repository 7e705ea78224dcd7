"""The end of an import line."""

import re
from collections.abc import Iterator, Mapping

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.modules.ai_router.offline_code.wording import table

_PYTHON_FROM = re.compile(r"^from ([\w.]+) import ([\w, ]*)$")
_PYTHON_MODULE = re.compile(r"^(?:import|from) ([\w.]*)$")
_SCRIPT_FROM = re.compile(r"^import (?:type )?\{?\s*([\w, ]+?)\s*\}?\s+from (['\"])$")
_WORD = re.compile(r"[A-Za-z_]\w*")


def imported(cursor: Cursor) -> Iterator[Completion]:
    """Names that the rest of the file uses, modules that begin so, and where well-known names live."""
    if cursor.rest.strip():
        return
    if cursor.language == "python":
        yield from _python(cursor)
    elif found := _SCRIPT_FROM.match(cursor.line):
        places = {table("imports")["script"].get(name) for name in _WORD.findall(found[1])} - {None}
        if len(places) == 1:
            yield Completion(text=f"{places.pop()}{found[2]};", confidence=0.75)


def _python(cursor: Cursor) -> Iterator[Completion]:
    if names := _PYTHON_FROM.match(cursor.line):
        yield from _names_of(names[1], names[2], cursor)
    elif module := _PYTHON_MODULE.match(cursor.line):
        known = table("imports")["modules"]["python"]
        used = set(_WORD.findall(cursor.behind))
        begun = [name for name in known if name.startswith(module[1]) and name != module[1]]
        for name in sorted(begun, key=lambda name: name.partition(".")[0] not in used)[:3]:
            sure = 0.7 if name.partition(".")[0] in used else 0.35
            if module[1] or sure > 0.5:
                yield Completion(text=name[len(module[1]) :], confidence=sure)


def _names_of(module: str, written: str, cursor: Cursor) -> Iterator[Completion]:
    homes: Mapping[str, str] = table("imports")["python"]
    used = dict.fromkeys(_WORD.findall(cursor.behind))
    begun = written.rpartition(",")[2].strip()
    taken = {name.strip() for name in written.split(",")[:-1]}
    wanted = [name for name in used if homes.get(name) == module and name.startswith(begun) and name not in taken]
    if wanted:
        yield Completion(text=", ".join(sorted(wanted))[len(begun) :], confidence=0.75)
