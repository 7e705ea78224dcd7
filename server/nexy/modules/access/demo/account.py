"""test@example.com / testpassword: there while the server is a demonstration, and let in by nobody's server else."""

import asyncio
import logging
from contextlib import suppress

from nexy.contracts.database import SERVICE, Database, Row
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PASSWORD, Demo, KeepDemo
from nexy.contracts.errors import NexyError
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.accounts.departed import DisabledAccounts
from nexy.modules.access.accounts.passwords import Passwords
from nexy.modules.access.accounts.payers import add_payer
from nexy.modules.access.accounts.rows import moment
from nexy.modules.access.accounts.sessions import Sessions
from nexy.utils.named_sql import named_sql

DEMO_USER_ID = "de300000-0000-4000-8000-000000000001"
_SQL = named_sql("nexy.modules.access.demo")
_START_SECONDS = 3.0
_log = logging.getLogger("nexy.access")


class DemoAccount:
    """Known by its id, not by its address: a person who signed up with that address keeps her account.

    Nothing happens before a server asks for it: commands on the same database leave the account alone.
    """

    def __init__(
        self, database: Database, passwords: Passwords, sessions: Sessions, disabled: DisabledAccounts, *, wanted: bool
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._disabled = disabled
        self._wanted = wanted
        self._open = False
        self.state = Demo.WAITING if wanted else Demo.OFF

    def register(self, handlers: RequestHandlers) -> None:
        """Answer this request from now on."""
        handlers.on(KeepDemo, self._keep)

    async def _keep(self, request: KeepDemo) -> None:
        self._open = True
        if not self._wanted:
            self._disabled.refuse(DEMO_USER_ID)
        with suppress(NexyError, TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                await self.settle()

    async def settle(self) -> None:
        """Do what was asked for, once; raises `Unavailable` while the database is away.

        Another server on the same database may want the account: here nobody comes in by it all the same.
        """
        if not self._open and not self._disabled.reopened(DEMO_USER_ID):
            return
        await (self._restore() if self._wanted else self._switch_off())
        self._open = False

    async def _restore(self) -> None:
        kept = await self._kept()
        right = kept is not None and (await self._passwords.check(_hash_in(kept), DEMO_PASSWORD)).right
        password_hash = _hash_in(kept) if right and kept else await self._passwords.hashed(DEMO_PASSWORD)
        async with self._database.transaction(SERVICE) as transaction:
            if await transaction.fetch(_SQL["taken"], DEMO_USER_ID, DEMO_EMAIL):
                self.state = Demo.TAKEN
                return
            await transaction.execute(_SQL["add_person"], DEMO_USER_ID)
            await transaction.fetch(_SQL["hold"], DEMO_USER_ID)
            restored = await transaction.fetch(_SQL["restore"], DEMO_USER_ID, DEMO_EMAIL, password_hash)
            ended = () if right else await self._sessions.end_all(transaction, DEMO_USER_ID)
            await add_payer(transaction, DEMO_USER_ID, f"user:{DEMO_USER_ID}")
            await transaction.execute(_SQL["add_rows"], DEMO_USER_ID)
        for row in restored:
            self._disabled.note(DEMO_USER_ID, moment(row["updated_at"]), disabled=False)
        self._sessions.known(ended)
        self.state = Demo.ON

    async def _switch_off(self) -> None:
        async with self._database.transaction(SERVICE) as transaction:
            switched = await transaction.fetch(_SQL["switch_off"], DEMO_USER_ID)
            ended = await self._sessions.end_all(transaction, DEMO_USER_ID) if switched else ()
        for row in switched:
            self._disabled.note(DEMO_USER_ID, moment(row["updated_at"]), disabled=True)
            _log.info("the demo account is disabled", extra={"decision": "disable", "ctx": {}})
        self._sessions.known(ended)

    async def _kept(self) -> Row | None:
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["kept"], DEMO_USER_ID)
        return rows[0] if rows else None


def _hash_in(kept: Row) -> str | None:
    text = kept["password_hash"]
    return None if text is None else str(text)
