"""Issuing, listing and revoking API keys, and writing down when they were used."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from nexy.contracts.access import EVERYTHING, Scope
from nexy.contracts.api_keys import ApiKey, IssuedKey, IssueKey, ListKeys, RevokeKey
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Database, Row, Transaction
from nexy.contracts.errors import NexyError, NotFound, SeveralMeant, ValidationFailed
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.addresses import usual
from nexy.modules.access.accounts.payers import add_payer
from nexy.modules.access.api_keys.known_keys import FORM, KnownKeys, scopes_of
from nexy.modules.access.digests import digest_of
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.api_keys")
_PREFIX = "nexy_"
_RANDOM_BYTES = 32
_SHOWN_CHARACTERS = 12
_SHORTEST_BEGINNING = 8
_LONGEST_NAME = 60
_MOST_DAYS = 36_500


class ApiKeys:
    """What is issued or revoked here is known here at once, elsewhere with the next look at the database."""

    def __init__(self, database: Database, known: KnownKeys, clock: Clock, last_use_seconds: float) -> None:
        self._database = database
        self._known = known
        self._clock = clock
        self._last_use_seconds = last_use_seconds
        self._written_at = clock.monotonic()

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(IssueKey, self._issue)
        handlers.on(ListKeys, self._list)
        handlers.on(RevokeKey, self._revoke)

    async def keep_uses_in_time(self) -> None:
        """`keep_uses`, where the last time is long enough ago, or a key was used for the first time here."""
        now = self._clock.monotonic()
        if self._known.first_uses or now - self._written_at >= self._last_use_seconds:
            await self.keep_uses()
            self._written_at = now

    async def keep_uses(self) -> None:
        """Write down when keys were last used; raises `Unavailable` while the database is away, and loses nothing."""
        uses = self._known.uses()
        if not uses:
            return
        try:
            async with self._database.transaction(SERVICE) as transaction:
                await transaction.execute(_SQL["keep_last_use"], list(uses), list(uses.values()))
        except NexyError:
            self._known.give_back(uses)
            raise

    async def _issue(self, request: IssueKey) -> IssuedKey:
        name = request.name.strip()
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise ValidationFailed(f"name: 1 to {_LONGEST_NAME} printable characters", field="name")
        _refuse_idle(request.scopes)
        ends = self._end(request.days)
        key_id, secret = str(uuid4()), _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        scopes = sorted(scope.value for scope in request.scopes)
        async with self._database.transaction(SERVICE) as transaction:
            owner = await _owner(transaction, request.email)
            values = (key_id, owner, name, digest_of(secret), secret[:_SHOWN_CHARACTERS], scopes, ends)
            rows = await transaction.fetch(_SQL["add_key"], *values)
            await add_payer(transaction, owner, f"key:{key_id}")
        self._known.take(rows)
        return IssuedKey(key=_api_key(rows[0]), secret=secret)

    def _end(self, days: int | None) -> datetime | None:
        if days is None:
            return None
        if not 0 < days <= _MOST_DAYS:
            raise ValidationFailed(f"days: 1 to {_MOST_DAYS}", field="days")
        return self._clock.now() + timedelta(days=days)

    async def _list(self, request: ListKeys) -> Sequence[ApiKey]:
        async with self._database.transaction(SERVICE) as transaction:
            if request.email:
                await _account(transaction, request.email)
            rows = await transaction.fetch(_SQL["keys"], usual(request.email))
        return [_api_key(row) for row in rows]

    async def _revoke(self, request: RevokeKey) -> ApiKey:
        async with self._database.transaction(SERVICE) as transaction:
            key_id = await _meant(transaction, request.key)
            rows = await transaction.fetch(_SQL["revoke_key"], key_id)
        self._known.take(rows)
        return _api_key(rows[0])


def _refuse_idle(scopes: frozenset[Scope]) -> None:
    """A key that opens nothing, or not all that its scopes say, would only surprise its owner."""
    if not scopes:
        raise ValidationFailed("scopes: name at least one", field="scopes")
    if Scope.VOICE in scopes and scopes != EVERYTHING:
        raise ValidationFailed(
            "scopes: no key opens the voice; a device's token does (nexy devices pair)", field="scopes"
        )


async def _meant(transaction: Transaction, shown: str) -> str:
    """The id of the one key that is meant: by its id, by all of it, or by how one of them begins."""
    # Lists and messages put dots behind a beginning.
    text = shown.strip().rstrip("….")
    whole = digest_of(text) if FORM.fullmatch(text) else ""
    rows = await transaction.fetch(_SQL["keys_meant"], text, whole, len(text) >= _SHORTEST_BEGINNING)
    if not rows:
        raise NotFound("no key has this id or beginning (nexy keys list)", code="key_not_found", field="key")
    if len(rows) > 1:
        listed = [f"{row['id']} ({row['beginning']}…, {row['name']}, {row['email']})" for row in rows]
        several = SeveralMeant("several keys begin so; give the id", code="key_ambiguous", field="key")
        several.candidates = listed
        raise several
    return str(rows[0]["id"])


async def _account(transaction: Transaction, email: str) -> Row:
    rows = await transaction.fetch(_SQL["owner_by_email"], usual(email))
    if not rows:
        raise NotFound("no account has this address (nexy users list)", code="user_not_found", field="email")
    return rows[0]


async def _owner(transaction: Transaction, email: str) -> str:
    account = await _account(transaction, email)
    if account["disabled"]:
        raise ValidationFailed("this account is disabled (nexy users enable)", code="user_disabled", field="email")
    return str(account["user_id"])


def _api_key(row: Row) -> ApiKey:
    created_at, expires_at, last_used_at = row["created_at"], row["expires_at"], row["last_used_at"]
    assert isinstance(created_at, datetime)
    return ApiKey(
        key_id=str(row["id"]),
        name=str(row["name"]),
        email=str(row["email"]),
        beginning=str(row["beginning"]),
        scopes=scopes_of(row),
        created_at=created_at,
        expires_at=expires_at if isinstance(expires_at, datetime) else None,
        revoked=bool(row["revoked"]),
        last_used_on=last_used_at if isinstance(last_used_at, datetime) else None,
    )
