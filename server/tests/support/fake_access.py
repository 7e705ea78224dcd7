"""The module `access` in memory: the same requests, answers and refusals, without hashes, keys and a database."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from nexy.contracts.access import NOBODY, Caller, Role, VerifyToken
from nexy.contracts.accounts import (
    Account,
    ChangeAccount,
    DescribeAccount,
    RefreshSession,
    SignedIn,
    SignIn,
    SignOut,
    SignOutScope,
    SignUp,
)
from nexy.contracts.errors import NexyError, Unauthenticated, ValidationFailed
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.signing_keys import PublicKeys
from support.clock import FakeClock

R = TypeVar("R")
KEYS = b'{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y","kid":"1","alg":"ES256","use":"sig"}]}'
ANON_TOKEN = "token-of-anon"
SHORTEST = 8
SECONDS = 3600


@dataclass(kw_only=True)
class _Person:
    account: Account
    password: str
    # Refresh tokens that are still good, by session.
    open: dict[str, str] = field(default_factory=dict)


class FakeAccess(UniversalModuleInterface):
    """`asked` is what it was asked, in order; with `refusal` it raises that instead of answering."""

    requires: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.asked: list[Request[object]] = []
        self.refusal: NexyError | None = None
        self._people: dict[str, _Person] = {}
        self._used: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._handlers = RequestHandlers()
        for kind, handler in (
            (SignUp, self._sign_up), (SignIn, self._sign_in), (RefreshSession, self._refresh),
            (SignOut, self._sign_out), (VerifyToken, self._verify), (DescribeAccount, self._describe),
            (ChangeAccount, self._change), (PublicKeys, self._keys),
        ):  # fmt: skip
            self._handlers.on(kind, handler)  # type: ignore[type-var]

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        self.asked.append(request)
        if self.refusal is not None:
            raise self.refusal
        return await self._handlers.answer(request)

    async def _sign_up(self, wanted: SignUp) -> SignedIn:
        if len(wanted.password) < SHORTEST:
            raise ValidationFailed(f"at least {SHORTEST} characters", code="weak_password", field="password")
        if "@" not in wanted.email:
            raise ValidationFailed("no address", code="email_address_invalid", field="email")
        if self._by_email(wanted.email):
            raise ValidationFailed("User already registered", code="user_already_exists", field="email")
        now = self.clock.now()
        user_id = f"00000000-0000-0000-0000-{next(self._numbers):012}"
        account = Account(user_id=user_id, email=wanted.email.lower(), data=dict(wanted.data), created_at=now,
                          updated_at=now, last_sign_in_at=now)  # fmt: skip
        person = self._people[user_id] = _Person(account=account, password=wanted.password)
        return self._opened(person, f"session-{next(self._numbers)}")

    async def _sign_in(self, shown: SignIn) -> SignedIn:
        person = self._by_email(shown.email)
        if person is None or person.password != shown.password:
            raise ValidationFailed("Invalid login credentials", code="invalid_credentials")
        return self._opened(person, f"session-{next(self._numbers)}")

    async def _refresh(self, shown: RefreshSession) -> SignedIn:
        session = self._used.get(shown.refresh_token)
        for person in self._people.values():
            for open_session, token in person.open.items():
                if token == shown.refresh_token:
                    return self._opened(person, open_session)
            if session is not None and person.open.pop(session, None):
                raise ValidationFailed("Invalid Refresh Token: Already Used", code="refresh_token_already_used")
        raise ValidationFailed("Invalid Refresh Token: Refresh Token Not Found", code="refresh_token_not_found")

    def _opened(self, person: _Person, session: str) -> SignedIn:
        if before := person.open.get(session):
            self._used[before] = session
        number = next(self._numbers)
        person.open[session] = f"refresh-{number}"
        return SignedIn(account=person.account, access_token=f"{person.account.user_id}|{session}",
                        refresh_token=person.open[session], expires_in_seconds=SECONDS,
                        expires_at=self.clock.now())  # fmt: skip

    async def _sign_out(self, wanted: SignOut) -> None:
        sessions = self._people[wanted.caller.user_id].open
        own = wanted.caller.session_id
        ending = {
            SignOutScope.GLOBAL: set(sessions),
            SignOutScope.LOCAL: {own},
            SignOutScope.OTHERS: set(sessions) - {own},
        }[wanted.scope]
        for session in ending:
            sessions.pop(session, None)

    async def _verify(self, shown: VerifyToken) -> Caller:
        if shown.token == ANON_TOKEN:
            return NOBODY
        user_id, _, session = shown.token.partition("|")
        if user_id not in self._people:
            raise Unauthenticated("The token is not good", field="Authorization")
        return Caller(role=Role.AUTHENTICATED, user_id=user_id, session_id=session)

    async def _describe(self, wanted: DescribeAccount) -> Account:
        return self._of(wanted.caller).account

    async def _change(self, wanted: ChangeAccount) -> Account:
        person = self._of(wanted.caller)
        if wanted.email and self._by_email(wanted.email):
            raise ValidationFailed("taken", code="email_exists", field="email")
        person.password = wanted.password or person.password
        kept = {**person.account.data, **(wanted.data or {})}
        person.account = replace(person.account, email=wanted.email or person.account.email, data=kept)
        return person.account

    async def _keys(self, _: PublicKeys) -> bytes:
        return KEYS

    def _of(self, caller: Caller) -> _Person:
        person = self._people[caller.user_id]
        if caller.session_id not in person.open:
            raise Unauthenticated("The session has ended", code="session_not_found")
        return person

    def _by_email(self, email: str) -> _Person | None:
        return next((one for one in self._people.values() if one.account.email == email.lower()), None)

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)
