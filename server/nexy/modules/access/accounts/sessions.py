"""Sessions: opened by signing in, carried on by refresh tokens, ended by signing out or by a token that comes back."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from nexy.config.access_section import TokensConfig
from nexy.contracts.accounts import Account, RefreshSession, SignedIn, SignOut, SignOutScope
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Claims, Database, Row, Transaction
from nexy.contracts.errors import PermissionDenied, ValidationFailed
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.departed import EndedSessions
from nexy.modules.access.accounts.renewal import first_token, successor
from nexy.modules.access.accounts.rows import KeptSession, account_of, moment, session_of
from nexy.modules.access.digests import digest_of
from nexy.modules.access.tokens.making import Renewal, TokenMaker
from nexy.utils.named_sql import named_sql
from nexy.utils.rate_limiter import RateLimiter

_SQL = named_sql("nexy.modules.access.accounts")
_log = logging.getLogger("nexy.access")
# Far more renewals than a client makes within `reuse_seconds`; who is further behind than that is no client.
_MOST_STEPS = 100
_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renewed:
    """What a refresh token gave."""

    account: Account
    session: KeptSession
    token: str


class Sessions:
    """Opens, renews and ends them; what ends here is known here at once."""

    def __init__(
        self, config: TokensConfig, database: Database, tokens: TokenMaker, clock: Clock, ended: EndedSessions
    ) -> None:
        self._config = config
        self._database = database
        self._tokens = tokens
        self._clock = clock
        self._ended = ended
        pace = config.renewals_per_minute / _SECONDS
        self._pace = RateLimiter(pace, config.renewals_burst, config.max_known, clock)

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(RefreshSession, self._refresh)
        handlers.on(SignOut, self._sign_out)

    async def open(self, transaction: Transaction, account: Account) -> SignedIn:
        """A new session of the account, in the transaction that has just let her in."""
        now, session_id, token = self._clock.now(), str(uuid4()), first_token()
        ends = now + timedelta(seconds=self._config.session_seconds)
        await transaction.execute(_SQL["open_session"], session_id, account.user_id, now, ends)
        await transaction.execute(_SQL["keep_refresh_token"], digest_of(token), session_id, account.user_id, now)
        return await self._signed_in(account, session_id, now, token)

    async def end_all(self, transaction: Transaction, user_id: str, *, but: str = "") -> Sequence[Row]:
        """End every session of a person, or all but one; the rows are for `known` once it is committed."""
        return await transaction.fetch(_SQL["end_sessions"], user_id, but or None)

    def known(self, ended: Sequence[Row]) -> None:
        """Refuse tokens of these sessions from now on."""
        self._ended.take(ended)

    async def _signed_in(self, account: Account, session_id: str, signed_in_at: datetime, refresh: str) -> SignedIn:
        access = await self._tokens.for_session(account.user_id, account.email, session_id, signed_in_at)
        return SignedIn(
            account=account,
            access_token=access.text,
            refresh_token=refresh,
            expires_at=access.expires_at,
            expires_in_seconds=access.expires_in_seconds,
        )

    async def _sign_out(self, request: SignOut) -> None:
        caller = request.caller
        if not caller.session_id:
            raise PermissionDenied("only who has signed in can sign out", code="not_signed_in")
        async with self._database.transaction(Claims(user_id=caller.user_id)) as transaction:
            if request.scope is SignOutScope.LOCAL:
                ended = await transaction.fetch(_SQL["end_session"], caller.session_id, caller.user_id)
            else:
                but = caller.session_id if request.scope is SignOutScope.OTHERS else ""
                ended = await self.end_all(transaction, caller.user_id, but=but)
        self.known(ended)

    async def _refresh(self, request: RefreshSession) -> SignedIn:
        renewal = await self._tokens.renewal()
        # Nobody guesses 256 bits: guesses are not counted, and neighbours do not get in each other's way.
        renewed = await self._renewed(request.refresh_token, renewal)
        if isinstance(renewed, ValidationFailed):
            raise renewed
        session = renewed.session
        return await self._signed_in(renewed.account, session.session_id, session.created_at, renewed.token)

    async def _renewed(self, token: str, renewal: Renewal) -> _Renewed | ValidationFailed:
        """A refusal is returned, not raised: what it changes is to be committed."""
        now = self._clock.now()
        async with self._database.transaction(SERVICE) as transaction:
            session = await self._session(transaction, token)
            if session is None or session.revoked or session.created_at < renewal.since:
                return _refused("refresh_token_not_found", "Refresh Token Not Found")
            if session.not_after <= now:
                return _refused("session_expired", "Session Expired")
            account = account_of((await transaction.fetch(_SQL["account_by_id"], session.user_id))[0]).account
            if account.disabled:
                return _refused("refresh_token_not_found", "Refresh Token Not Found")
            fresh = await self._next(transaction, session, token, renewal.secret, now)
            if fresh:
                return _Renewed(account=account, session=session, token=fresh)
            ended = await transaction.fetch(_SQL["end_session"], session.session_id, session.user_id)
        self.known(ended)
        context = {"event": "refresh", "user_id": session.user_id, "session": session.session_id}
        _log.warning("a refresh token came back: its session has ended", extra={"decision": "abort", "ctx": context})
        return _refused("refresh_token_already_used", "Already Used")

    async def _session(self, transaction: Transaction, token: str) -> KeptSession | None:
        rows = await transaction.fetch(_SQL["session_of_token"], digest_of(token))
        return session_of(rows[0]) if rows else None

    async def _next(
        self, transaction: Transaction, session: KeptSession, token: str, secret: bytes, now: datetime
    ) -> str:
        """The one token of the session that is good from now on; empty where the one shown was used long ago."""
        used_at = await _used_at(transaction, token)
        if used_at is None:
            await transaction.execute(_SQL["use_token"], digest_of(token), now)
        elif (now - moment(used_at)).total_seconds() > self._config.reuse_seconds:
            return ""
        for _ in range(_MOST_STEPS):
            token = successor(token, secret)
            rows = await transaction.fetch(_SQL["use_of_token"], digest_of(token))
            if not rows:
                # Every one of them is kept; a refusal takes back that the one shown was used.
                self._pace.take(session.session_id)
                keep = (digest_of(token), session.session_id, session.user_id, now)
                await transaction.execute(_SQL["keep_refresh_token"], *keep)
                return token
            if rows[0]["used_at"] is None:
                return token
        return ""


async def _used_at(transaction: Transaction, token: str) -> object:
    return (await transaction.fetch(_SQL["use_of_token"], digest_of(token)))[0]["used_at"]


def _refused(code: str, what: str) -> ValidationFailed:
    return ValidationFailed(f"Invalid Refresh Token: {what}", code=code, field="refresh_token")
