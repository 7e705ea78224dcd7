"""Prefer, Accept and the profiles (PostgREST: Preferences; Resource Representation; Schemas)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nexy.contracts.rows import OnConflict, Returning, RowsRefused

_COUNTS = frozenset(("exact", "planned", "estimated"))
_IGNORED = {"tx": frozenset(("commit", "rollback")), "handling": frozenset(("lenient", "strict"))}
_KNOWN: Mapping[str, frozenset[str]] = {
    "return": frozenset(Returning),
    "count": _COUNTS,
    "resolution": frozenset(OnConflict),
    "missing": frozenset(("default", "null")),
    **_IGNORED,
}
_AT_MOST = re.compile(r"max-affected=([0-9]{1,18})")
_JSON, _ANY = "application/json", frozenset(("*/*", "application/*"))
OBJECT = "application/vnd.pgrst.object+json"
_ARRAY = "application/vnd.pgrst.array+json"
_SCHEMA = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What Prefer asks for; `given` are the preferences that are kept to, in the client's own words.

    `at_most` rows may be changed (PostgREST heeds it with handling=strict only).
    """

    returning: Returning | None = None
    total: bool = False
    on_conflict: OnConflict | None = None
    defaults: bool = False
    at_most: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)


def preferences_of(header: str) -> Preferences:
    """What a Prefer header says; of several with one name the first counts.

    Raises `RowsRefused` (PGRST122) for unknown ones where `handling=strict` stands among them.
    """
    given: dict[str, str] = {}
    unknown: list[str] = []
    at_most: int | None = None
    for wish in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = (part.strip() for part in wish.partition("="))
        if found := _AT_MOST.fullmatch(wish):
            at_most = int(found[1])
        elif value in _KNOWN.get(name, ()):
            given.setdefault(name, value)
        else:
            unknown.append(wish)
    strict = given.get("handling") == "strict"
    if strict and unknown:
        message, named = "Invalid preferences given with handling=strict", ", ".join(unknown)
        raise RowsRefused("PGRST122", message, details=f"Invalid preferences: {named}")
    return Preferences(
        returning=Returning(given["return"]) if "return" in given else None,
        total="count" in given,
        on_conflict=OnConflict(given["resolution"]) if "resolution" in given else None,
        defaults=given.get("missing") == "default",
        at_most=at_most if strict else None,
        given={name: value for name, value in given.items() if name != "tx"},
    )


def wants_one(accept: str) -> bool:
    """Whether one object is wanted instead of an array; raises `RowsRefused` for what cannot be given."""
    kinds = [kind for part in accept.split(",") if (kind := "".join(part.lower().split()))]
    for kind in kinds:
        bare = kind.partition(";q=")[0].partition(";charset=")[0]
        if bare == OBJECT:
            return True
        if bare in _ANY or bare in (_JSON, _ARRAY):
            return False
    if not kinds:
        return False
    message = f"None of these media types are available: {', '.join(kinds)}"
    raise RowsRefused("PGRST107", message, hint=f"{_JSON} and {OBJECT} are.")


def refuse_other_schemas(profile: str) -> None:
    """Raise `RowsRefused` for a profile that is not ours."""
    if profile and profile != _SCHEMA:
        hint = f"Only the following schemas are exposed: {_SCHEMA}"
        raise RowsRefused("PGRST106", f"Invalid schema: {profile}", hint=hint)
