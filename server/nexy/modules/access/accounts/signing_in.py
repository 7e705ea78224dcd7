"""Making an account and signing in, by address and password."""

from uuid import uuid4

from nexy.contracts.accounts import Account, SignedIn, SignIn, SignUp
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Database, Transaction
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.addresses import checked, usual
from nexy.modules.access.accounts.own_data import written
from nexy.modules.access.accounts.passwords import Passwords
from nexy.modules.access.accounts.payers import add_payer
from nexy.modules.access.accounts.rows import KeptAccount, account_of
from nexy.modules.access.accounts.sessions import Sessions
from nexy.modules.access.accounts.tries import Tries
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")


class SigningIn:
    """Nothing of a refusal tells whether the address, the password or the account was wrong."""

    def __init__(
        self, database: Database, passwords: Passwords, sessions: Sessions, clock: Clock, tries: Tries,
        *, sign_up: bool, max_data_bytes: int,
    ) -> None:  # fmt: skip
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._clock = clock
        self._tries = tries
        self._sign_up_allowed = sign_up
        self._max_data_bytes = max_data_bytes

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(SignUp, self._sign_up)
        handlers.on(SignIn, self._sign_in)

    async def _sign_up(self, request: SignUp) -> SignedIn:
        if not self._sign_up_allowed:
            raise ValidationFailed("nobody can make an account here (access.sign_up)", code="signup_disabled")
        email, data = checked(request.email), written(request.data, self._max_data_bytes)
        self._passwords.refuse_weak(request.password)
        # An account that is made counts too: each costs a hash and stays for good.
        self._tries.count("sign up", request.address)
        async with self._passwords.turn(request.address):
            kept = await self._passwords.hashed(request.password)
        async with self._database.transaction(SERVICE) as transaction:
            account = await new_account(transaction, email, kept, data)
            row = (await transaction.fetch(_SQL["signed_in"], account.user_id, kept, self._clock.now(), ""))[0]
            return await self._sessions.open(transaction, account_of(row).account)

    async def _sign_in(self, request: SignIn) -> SignedIn:
        email = usual(request.email)
        async with self._passwords.turn(request.address):
            with self._tries.sign_in(email, request.address):
                return await self._let_in(email, request.password)

    async def _let_in(self, email: str, password: str) -> SignedIn:
        found = await self._found(email)
        kept = found.password_hash if found else None
        shown = await self._passwords.check(kept, password)
        if found is None or not shown.right:
            raise _wrong()
        values = (found.account.user_id, kept, self._clock.now(), shown.renewed)
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["signed_in"], *values)
            if not rows:
                raise _wrong()
            return await self._sessions.open(transaction, account_of(rows[0]).account)

    async def _found(self, email: str) -> KeptAccount | None:
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["account_by_email"], email)
        return account_of(rows[0]) if rows else None


async def new_account(transaction: Transaction, email: str, password_hash: str, data: str) -> Account:
    """A person, her address, and the device by which the ledger knows what her tokens spend.

    Raises `ValidationFailed` (`user_already_exists`).
    """
    user_id = str(uuid4())
    await transaction.execute(_SQL["add_person"], user_id)
    rows = await transaction.fetch(_SQL["add_identity"], user_id, email, password_hash, data)
    if not rows:
        raise ValidationFailed("an account with this address exists", code="user_already_exists", field="email")
    await add_payer(transaction, user_id, f"user:{user_id}")
    return account_of(rows[0]).account


def _wrong() -> ValidationFailed:
    return ValidationFailed("Invalid login credentials", code="invalid_credentials")
