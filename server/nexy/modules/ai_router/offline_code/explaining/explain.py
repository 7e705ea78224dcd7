"""What a piece of code does, in Markdown, by its syntax tree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.analysis.looking import LARGE, Look, look_at
from nexy.modules.ai_router.offline_code.analysis.measures import source_lines
from nexy.modules.ai_router.offline_code.analysis.report import suggestions_of
from nexy.modules.ai_router.offline_code.explaining.effects import effects_of
from nexy.modules.ai_router.offline_code.explaining.functions import listed, told
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline, Outline
from nexy.modules.ai_router.offline_code.wording import counted, said
from nexy.utils.code_languages import shown_name

_MOST_FUNCTIONS = 20
_MOST_FINDINGS = 5
_LONGEST_SYMBOL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Where code stands that is no whole file: its first line, 0 where its lines lie apart, and the class around it."""

    first_line: int = 1
    owner: str = ""


_WHOLE = Excerpt()


def explain(
    code: str, symbol: str, language: str, speech: str, limits: OfflineCodeConfig, excerpt: Excerpt = _WHOLE
) -> str:
    """Sections on what it is, its functions, side effects and what to watch out for; never fails."""
    if not code.strip():
        unknown = said("explain_symbol", speech, name=_marked(symbol))
        return f"{unknown if symbol.strip() else said('explain_empty', speech)}\n\n{said('no_model', speech)}"
    look = look_at(code, language, limits)
    sections = [
        _section("explain_heading_what", [" ".join(_what(look, speech, excerpt))], speech),
        _section("explain_heading_functions", _functions(look, symbol, speech, excerpt), speech),
        _section("explain_heading_effects", _effects(look, speech), speech),
        _section("explain_heading_watch", _warnings(look, speech, excerpt), speech),
    ]
    return "\n\n".join([*(section for section in sections if section), said("no_model", speech)])


def _section(heading: str, lines: Sequence[str], speech: str) -> str:
    marked = lines if len(lines) == 1 and heading == "explain_heading_what" else [f"- {line}" for line in lines]
    return "\n".join([f"## {said(heading, speech)}", *marked]) if lines else ""


def _what(look: Look, speech: str, excerpt: Excerpt) -> Sequence[str]:
    outline = look.outline
    language = shown_name(look.language)
    parts = [said("explain_assumed", speech, language=language)] if look.assumed else []
    parts.append(
        said(
            "explain_lines_only" if look.how else "explain_what",
            speech,
            language=language,
            lines=counted("lines", source_lines(look.given, look.language), speech),
            functions=counted("functions", len(outline.functions), speech),
            classes=counted("classes", len(outline.classes), speech),
            imports=counted("imports", len(outline.imports), speech),
        )
    )
    if wrong := next((finding for finding in look.findings if finding.rule == "syntax-error"), None):
        parts.append(said("explain_broken", speech, line=_line(wrong.line, excerpt), message=wrong.told["message"]))
    elif look.how == LARGE:
        parts.append(said("explain_cut", speech, limit=len(look.code), count=len(look.given)))
    elif look.how:
        parts.append(said("explain_unparsed", speech))
    if outline.classes:
        parts.append(said("explain_classes", speech, names=listed([one.name for one in outline.classes])))
    if outline.imports:
        parts.append(said("explain_imports", speech, names=listed(outline.imports)))
    return parts


def _functions(look: Look, symbol: str, speech: str, excerpt: Excerpt) -> Sequence[str]:
    named = _named(look.outline, symbol.strip())
    wanted = look.outline.functions if named is None else named
    lines = [told(_placed(function, excerpt), speech) for function in wanted[:_MOST_FUNCTIONS]]
    if named is None and symbol.strip() and (look.outline.functions or not look.how):
        lines.insert(0, said("explain_not_found", speech, name=_marked(symbol)))
    if len(wanted) > _MOST_FUNCTIONS:
        lines.append(counted("explain_more", len(wanted) - _MOST_FUNCTIONS, speech))
    return lines


def _named(outline: Outline, symbol: str) -> Sequence[FunctionOutline] | None:
    """The functions of this name ("load", "Store.load"), or those of the class of this name; None for a stranger."""
    found = [one for one in outline.functions if symbol in (one.name, f"{one.owner}.{one.name}")]
    if found or symbol not in {one.name for one in outline.classes}:
        return found or None
    return [one for one in outline.functions if one.owner == symbol]


def _placed(function: FunctionOutline, excerpt: Excerpt) -> FunctionOutline:
    first, last = (_line(line, excerpt) for line in (function.line, function.end_line))
    return replace(function, line=first, end_line=last, owner=function.owner or excerpt.owner)


def _line(line: int, excerpt: Excerpt) -> int:
    """The line of the file; 0 where it is not known."""
    return line + excerpt.first_line - 1 if excerpt.first_line else 0


def _marked(symbol: str) -> str:
    return symbol.strip()[:_LONGEST_SYMBOL].replace("`", "’")


def _effects(look: Look, speech: str) -> Sequence[str]:
    if not look.outline.functions:
        return ()
    effects = [
        said("explain_effect", speech, what=said(f"effect_{kind}", speech), call=call, name=name)
        for kind, call, name in effects_of(look.outline)
    ]
    return effects or [said("explain_no_effects", speech)]


def _warnings(look: Look, speech: str, excerpt: Excerpt) -> Sequence[str]:
    found = suggestions_of(look, speech)[:_MOST_FINDINGS]
    places = [f"{line}: " if (line := _line(one.line, excerpt)) else "" for one in found]
    return [f"{place}{one.title}. {one.description}" for place, one in zip(places, found, strict=True)]
