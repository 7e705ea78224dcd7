"""What is asked, made clean or refused; every refusal names its field and what to do."""

import re
import uuid
from dataclasses import dataclass

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.code_search import FindCode, FindSymbol, SearchKind
from nexy.contracts.errors import ValidationFailed
from nexy.utils.code_languages import KNOWN, normal_name
from nexy.utils.encodable import encodable

# Line breaks and tabs are blanks to a search; the rest of these are nothing that a person types.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_LONGEST_NAME = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A question fit to be searched: one line, `language` by its usual name; `project` is an id or a name."""

    query: str
    user_id: str = ""
    kind: SearchKind = SearchKind.HYBRID
    limit: int = 10
    language: str = ""
    project: str = ""
    context: str = ""
    prose: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolWish:
    """A name fit to be looked up: `path` holds its parts, the last of them the bare name."""

    symbol: str
    path: tuple[str, ...]
    user_id: str = ""
    limit: int = 5
    language: str = ""
    file_path: str = ""
    project: str = ""


def checked(request: FindCode, config: CodeSearchConfig) -> Wish:
    """The question as it is searched; raises `ValidationFailed` naming the field."""
    _within(request.query, "query", config.max_query_characters)
    # The length is judged before anything walks over it.
    query = _line(request.query)
    if not any(char.isalnum() or char == "_" for char in query):
        raise ValidationFailed("query: there is no word in it; say what to look for", field="query")
    return Wish(
        query=query,
        user_id=_person(request.user_id),
        kind=request.kind,
        limit=_limit(request.limit, config),
        language=_language(request.language),
        project=_name(request.project_id, "project_id"),
        context=_line(_within(request.context, "context", config.max_query_characters)),
        prose=request.prose,
    )


def checked_symbol(request: FindSymbol, config: CodeSearchConfig) -> SymbolWish:
    """The name as it is looked up; raises `ValidationFailed` naming the field."""
    symbol = _name(request.symbol, "symbol")
    path = tuple(part for part in re.split(r"\.|::|#|/|->", symbol.removesuffix("()")) if part.strip())
    if not path:
        raise ValidationFailed('symbol: it is empty; send a name, as "Session.close" or "close"', field="symbol")
    return SymbolWish(
        symbol=symbol,
        path=path,
        user_id=_person(request.user_id),
        limit=_limit(request.limit, config),
        language=_language(request.language),
        file_path=_line(_within(request.file_path, "file_path", config.max_query_characters)).replace("\\", "/"),
        project=_name(request.project_id, "project_id"),
    )


def _person(user_id: str) -> str:
    """The database compares ids, and takes nothing else for one."""
    try:
        return str(uuid.UUID(user_id)) if user_id else ""
    except ValueError as problem:
        raise ValidationFailed("user_id: it is no UUID", field="user_id") from problem


def _language(name: str) -> str:
    """Its usual name; no file is in one that is not known, so nothing could be found and nobody would see why."""
    language = normal_name(_name(name, "language"))
    if language and language not in KNOWN:
        known = ", ".join(sorted(KNOWN))
        raise ValidationFailed(
            f"language: no such language is known here; leave it out, or send one of {known}", field="language"
        )
    return language


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", encodable(text)).split())


def _name(text: str, field: str) -> str:
    return _line(_within(text, field, _LONGEST_NAME))


def _within(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise ValidationFailed(f"{field}: {len(text)} characters; send at most {most}", field=field)
    return text


def _limit(limit: int, config: CodeSearchConfig) -> int:
    if not 1 <= limit <= config.max_results:
        raise ValidationFailed(f"limit: {limit} is not within 1 to {config.max_results}", field="limit")
    return limit
