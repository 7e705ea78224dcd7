"""How `nexy search` shows places in code."""

import json
import sys
from collections.abc import Sequence

from rich.text import Text

from nexy.cli.page import list_console
from nexy.cli.refusals import in_words
from nexy.contracts.code_search import FindCode, Found, Hit
from nexy.messages.catalogue import Catalogue

_TAB = 4
_GAP = "⋮"
_MARK = "bold yellow"
_NUMBER = "dim"


def found_json(found: Found, request: FindCode) -> str:
    """For scripts: the shape of `/api/v1/search`, with the project and the offsets of what was asked for."""
    results = [
        {
            "id": hit.id, "project": hit.project, "project_id": hit.project_id, "content": hit.content,
            "score": hit.score, "file_path": hit.file_path, "language": hit.language, "start_line": hit.start_line,
            "end_line": hit.end_line, "symbol": hit.symbol, "why": hit.why, "marks": [list(mark) for mark in hit.marks],
        }
        for hit in found.hits
    ]  # fmt: skip
    told = {
        "results": results, "total": found.total, "query": request.query, "type": request.kind.value,
        "index": {"revision": found.index.revision, "stale": found.index.stale}, "signals": list(found.signals),
        "left_out": dict(found.left_out), "cached": found.cached,
    }  # fmt: skip
    return json.dumps(told, indent=2, ensure_ascii=False)


class FoundPage:
    """Prints each place with its lines; colours only where somebody looks at them."""

    def __init__(self, words: Catalogue, lines: int) -> None:
        self._words = words
        self._lines = lines
        self._console = list_console()

    def show(self, found: Found) -> None:
        """Print the places, best first; what is to be known about the search itself goes to the standard error."""
        several = len({hit.project_id for hit in found.hits}) > 1
        for hit in found.hits:
            self._console.print(heading(hit, with_project=several))
            self._console.print(Text(f"  {_printable(hit.why)}", style="italic"))
            for line in snippet(hit, self._lines):
                self._console.print(line, no_wrap=self._console.is_terminal, overflow="ellipsis")
            self._console.print()
        for remark in self._remarks(found):
            print(remark, file=sys.stderr)

    def _remarks(self, found: Found) -> Sequence[str]:
        words = self._words
        if found.index.revision is None:
            return [words.text("search.no_index")]
        remarks = [words.text("search.counted", shown=len(found.hits), total=found.total)] if found.hits else [
            words.text("search.nothing")
        ]  # fmt: skip
        if found.index.stale:
            remarks.append(words.text("search.stale", revision=found.index.revision))
        if found.left_out:
            listed = ", ".join(f"{signal} ({in_words(reason, words)})" for signal, reason in found.left_out.items())
            remarks.append(words.text("search.left_out", listed=_printable(listed)))
        return remarks


def heading(hit: Hit, *, with_project: bool) -> Text:
    """Where it is, as editors and terminals take it, what it is called, and how well it fits."""
    project = f"{_printable(hit.project)}  " if with_project else ""
    return Text.assemble(
        (f"{_printable(hit.file_path)}:{hit.start_line}", "bold"),
        (f"-{hit.end_line}" if hit.end_line > hit.start_line else "", _NUMBER),
        "  ",
        (_printable(hit.symbol), "cyan"),
        "  " if hit.symbol else "",
        (f"{project}{hit.score:.2f}", _NUMBER),
    )


def snippet(hit: Hit, most: int) -> Sequence[Text]:
    """At most so many lines: the first and those with marks come before the rest; a gap is shown as one."""
    lines = marked_lines(hit)
    wanted = _chosen(lines, most)
    width = len(str(hit.start_line + len(lines)))
    shown: list[Text] = []
    before = -1
    for index in wanted:
        if index != before + 1:
            shown.append(Text(f"  {_GAP:>{width}}", style=_NUMBER))
        line = lines[index].copy()
        line.expand_tabs(_TAB)
        shown.append(Text.assemble((f"  {hit.start_line + index:>{width}} ", _NUMBER), line))
        before = index
    return shown


def marked_lines(hit: Hit) -> Sequence[Text]:
    """The lines of a place with what was asked for marked; signs that would move the cursor are shown as one."""
    text = Text(_printable(hit.content, kept="\n\t"))
    for start, end in hit.marks:
        text.stylize(_MARK, start, end)
    return list(text.split("\n", allow_blank=True))


def _chosen(lines: Sequence[Text], most: int) -> Sequence[int]:
    filled = [index for index, line in enumerate(lines) if line.plain.strip()]
    marked = [index for index in filled if lines[index].spans]
    # A mark says more than the lines around it, and the first line says what it is.
    order = dict.fromkeys((*filled[:1], *marked, *filled))
    return sorted(list(order)[:most])


def _printable(text: str, kept: str = "") -> str:
    """Sign for sign: a file may hold what would rule the terminal, and marks count signs."""
    return "".join(sign if sign.isprintable() or sign in kept else "\ufffd" for sign in text)
