"""What a request asks for, before anything is done about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from nexy.config.access_section import RestConfig
from nexy.contracts.errors import Unauthenticated
from nexy.contracts.rows import OnConflict, Returning, RowsRefused
from nexy.transport.http_service.exchange import Exchange
from nexy.transport.http_service.rest.preferences import (
    Preferences,
    preferences_of,
    refuse_other_schemas,
    wants_one,
)
from nexy.transport.http_service.rest.query import Query, query_of
from nexy.transport.http_service.rest.refusals import NO_TOKEN

REST = "/rest/v1/"
_FUNCTIONS = "rpc/"
_BEARER = b"bearer "
_BOTH = ("Authorization: Bearer", "apikey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Table, query and preferences; `plain` is a program that is no Supabase client and prefers nothing."""

    table: str
    query: Query
    preferences: Preferences
    one: bool
    plain: bool

    @property
    def returning(self) -> Returning:
        """What a change answers with, where nothing is said for plain programs."""
        return self.preferences.returning or Returning.NOTHING

    @property
    def on_conflict(self) -> OnConflict | None:
        """What becomes of rows that are there already."""
        return self.preferences.on_conflict


def asked_by(exchange: Exchange, config: RestConfig) -> Asked:
    """Path, query string and headers taken apart; raises `RowsRefused`."""
    heads = exchange.heads
    table = _table_in(exchange.path)
    prefer = _text(heads, b"prefer")
    refuse_other_schemas(_text(heads, b"accept-profile") if exchange.method in ("GET", "HEAD")
                         else _text(heads, b"content-profile"))  # fmt: skip
    return Asked(
        table=table,
        query=query_of(exchange.scope["query_string"], table, config),
        preferences=preferences_of(prefer),
        one=wants_one(_text(heads, b"accept")),
        plain=b"prefer" not in heads and b"x-client-info" not in heads,
    )


def secret_in(heads: Mapping[bytes, bytes]) -> str:
    """The bearer token, else the apikey, which every Supabase client sends too; raises `Unauthenticated` for neither.

    What speaks for a person goes before what the front end carries in the open.
    """
    given = heads.get(b"authorization", b"")
    token = given[len(_BEARER) :].strip() if given[: len(_BEARER)].lower() == _BEARER else b""
    secret = token or heads.get(b"apikey", b"").strip()
    if not secret:
        raise Unauthenticated(f"Send {' or '.join(_BOTH)}; `nexy keys anon` prints the open one.", code=NO_TOKEN)
    return secret.decode("latin-1")


def _table_in(path: str) -> str:
    name = path.removeprefix(REST)
    if name.startswith(_FUNCTIONS):
        function = name.removeprefix(_FUNCTIONS)
        raise RowsRefused("PGRST202", f"Could not find the function public.{function} in the schema cache")
    if "/" in name:
        raise RowsRefused("PGRST125", "Invalid path specified in request URL")
    return name


def _text(heads: Mapping[bytes, bytes], name: bytes) -> str:
    return heads.get(name, b"").decode("latin-1").strip()
