"""What an operator does with accounts."""

from collections.abc import Sequence

from nexy.contracts.accounts import Account, AddAccount, DisableAccount, FindAccount, ListAccounts, SetPassword
from nexy.contracts.database import SERVICE, Database, Row, Transaction
from nexy.contracts.errors import NotFound
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.addresses import checked, usual
from nexy.modules.access.accounts.departed import DisabledAccounts
from nexy.modules.access.accounts.passwords import Passwords
from nexy.modules.access.accounts.rows import account_of
from nexy.modules.access.accounts.sessions import Sessions
from nexy.modules.access.accounts.signing_in import new_account
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")
_NO_DATA = "{}"


class Operating:
    """Asked by commands; tries are not counted."""

    def __init__(
        self, database: Database, passwords: Passwords, sessions: Sessions, disabled: DisabledAccounts
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._disabled = disabled

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(ListAccounts, self._list)
        handlers.on(FindAccount, self._find)
        handlers.on(AddAccount, self._add)
        handlers.on(SetPassword, self._set_password)
        handlers.on(DisableAccount, self._disable)

    async def _list(self, request: ListAccounts) -> Sequence[Account]:
        async with self._database.transaction(SERVICE) as transaction:
            return [account_of(row).account for row in await transaction.fetch(_SQL["accounts"])]

    async def _find(self, request: FindAccount) -> Account:
        async with self._database.transaction(SERVICE) as transaction:
            return account_of(await found(transaction, request.email)).account

    async def _add(self, request: AddAccount) -> Account:
        email = checked(request.email)
        self._passwords.refuse_weak(request.password)
        kept = await self._passwords.hashed(request.password)
        async with self._database.transaction(SERVICE) as transaction:
            return await new_account(transaction, email, kept, _NO_DATA)

    async def _set_password(self, request: SetPassword) -> Account:
        self._passwords.refuse_weak(request.password)
        kept = await self._passwords.hashed(request.password)
        async with self._database.transaction(SERVICE) as transaction:
            user_id = str((await found(transaction, request.email))["user_id"])
            row = (await transaction.fetch(_SQL["change_account"], user_id, "", kept, None, []))[0]
            ended = await self._sessions.end_all(transaction, user_id)
        self._sessions.known(ended)
        return account_of(row).account

    async def _disable(self, request: DisableAccount) -> Account:
        async with self._database.transaction(SERVICE) as transaction:
            user_id = str((await found(transaction, request.email))["user_id"])
            row = (await transaction.fetch(_SQL["disable_account"], user_id, request.disabled))[0]
            ended = await self._sessions.end_all(transaction, user_id) if request.disabled else ()
        account = account_of(row).account
        self._disabled.note(user_id, account.updated_at, disabled=account.disabled)
        self._sessions.known(ended)
        return account


async def found(transaction: Transaction, email: str) -> Row:
    """The account of this address; raises `NotFound`."""
    rows = await transaction.fetch(_SQL["account_by_email"], usual(email))
    if not rows:
        raise NotFound("no account has this address (nexy users list)", code="user_not_found", field="email")
    return rows[0]
