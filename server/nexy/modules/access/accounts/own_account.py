"""What a person sees and changes of her own account."""

from nexy.contracts.access import Caller
from nexy.contracts.accounts import Account, ChangeAccount, DescribeAccount
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Claims, Database, Transaction
from nexy.contracts.errors import Unauthenticated, ValidationFailed
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.addresses import checked
from nexy.modules.access.accounts.own_data import written
from nexy.modules.access.accounts.passwords import Passwords
from nexy.modules.access.accounts.rows import account_of, moment
from nexy.modules.access.accounts.sessions import Sessions
from nexy.modules.access.accounts.tries import Tries
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")


class OwnAccount:
    """The database has the last word on whether the session goes on; memory may be a moment behind."""

    def __init__(
        self, database: Database, passwords: Passwords, sessions: Sessions, clock: Clock, tries: Tries,
        *, max_data_bytes: int,
    ) -> None:  # fmt: skip
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._clock = clock
        self._tries = tries
        self._max_data_bytes = max_data_bytes

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(DescribeAccount, self._describe)
        handlers.on(ChangeAccount, self._change)

    async def _describe(self, request: DescribeAccount) -> Account:
        caller = request.caller
        async with self._database.transaction(Claims(user_id=caller.user_id)) as transaction:
            return await self._own(transaction, caller)

    async def _own(self, transaction: Transaction, caller: Caller) -> Account:
        """Raises `Unauthenticated` for nobody, for an ended session and for a disabled account."""
        rows = await transaction.fetch(_SQL["account_by_id"], caller.user_id) if caller.user_id else ()
        account = account_of(rows[0]).account if rows else None
        if account is None or account.disabled or not await self._goes_on(transaction, caller):
            raise Unauthenticated("the session has ended", code="session_not_found")
        return account

    async def _goes_on(self, transaction: Transaction, caller: Caller) -> bool:
        rows = await transaction.fetch(_SQL["session_by_id"], caller.session_id or None, caller.user_id)
        return bool(rows) and not rows[0]["revoked"] and moment(rows[0]["not_after"]) > self._clock.now()

    async def _change(self, request: ChangeAccount) -> Account:
        caller = request.caller
        email = checked(request.email) if request.email else ""
        data = written(request.data or {}, self._max_data_bytes)
        without = [name for name, value in (request.data or {}).items() if value is None]
        kept = ""
        if request.password:
            self._passwords.refuse_weak(request.password)
            self._tries.count("change", caller.user_id)
            async with self._passwords.turn(caller.user_id):
                kept = await self._passwords.hashed(request.password)
        # Every row: another person's address is not seen with the claims of this one.
        async with self._database.transaction(SERVICE) as transaction:
            await self._own(transaction, caller)
            await self._refuse_taken(transaction, email, caller.user_id)
            row = (await transaction.fetch(_SQL["change_account"], caller.user_id, email, kept, data, without))[0]
            self._refuse_too_much(row["data"])
            ended = await self._sessions.end_all(transaction, caller.user_id, but=caller.session_id) if kept else ()
        self._sessions.known(ended)
        return account_of(row).account

    async def _refuse_taken(self, transaction: Transaction, email: str, user_id: str) -> None:
        rows = await transaction.fetch(_SQL["account_by_email"], email) if email else ()
        if rows and rows[0]["user_id"] != user_id:
            raise ValidationFailed("another account has this address", code="email_exists", field="email")

    def _refuse_too_much(self, data: object) -> None:
        if len(str(data).encode()) > self._max_data_bytes:
            raise ValidationFailed(
                f"data: at most {self._max_data_bytes} bytes", code="validation_failed", field="data"
            )
