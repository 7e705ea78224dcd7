"""The module `access` for tests: quick passwords, a clock that stands still, a home of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from nexy.config.access_section import AccessConfig, AccessSection, PasswordsConfig
from nexy.contracts.access import Caller, VerifyToken
from nexy.contracts.accounts import SignedIn, SignUp
from nexy.contracts.clock import Clock
from nexy.contracts.database import Database
from nexy.modules.access.module import AccessModule
from support.peers import FakePeers

QUICK = PasswordsConfig(passes=1, memory_kib=8192, lanes=1)
CONFIG = AccessConfig(passwords=QUICK)
EMAIL, PASSWORD = "anna@example.com", "correct horse"


@asynccontextmanager
async def access(
    home: Path, clock: Clock, database: Database | None = None, config: AccessConfig = CONFIG
) -> AsyncIterator[AccessModule]:
    """A running module, stopped after the block."""
    module = AccessModule()
    parts = {"clock": clock} if database is None else {"clock": clock, "database": database}
    await module.initialize(AccessSection(home=str(home), config=config), FakePeers(**parts))
    try:
        yield module
    finally:
        await module.cleanup()


async def signed_up(module: AccessModule, email: str = EMAIL, **more: object) -> tuple[SignedIn, Caller]:
    """A new person with a session, and who she is by her token."""
    made = await module.process(replace(SignUp(email=email, password=PASSWORD), **more))  # type: ignore[arg-type]
    return made, await module.process(VerifyToken(token=made.access_token))
