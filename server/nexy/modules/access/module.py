"""The capability `access`."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from nexy.config.access_section import AccessSection
from nexy.contracts.access import VerifyToken
from nexy.contracts.capabilities import CLOCK, DATABASE
from nexy.contracts.demo import DEMO_PART, Demo
from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.access.accounts.departed import DepartedCallers, DisabledAccounts, EndedSessions
from nexy.modules.access.accounts.operating import Operating
from nexy.modules.access.accounts.own_account import OwnAccount
from nexy.modules.access.accounts.passwords import Passwords
from nexy.modules.access.accounts.sessions import Sessions
from nexy.modules.access.accounts.signing_in import SigningIn
from nexy.modules.access.accounts.sweeping import Sweeping
from nexy.modules.access.accounts.tries import Tries
from nexy.modules.access.api_keys.keys import ApiKeys
from nexy.modules.access.api_keys.known_keys import KnownKeys
from nexy.modules.access.api_keys.verifying import KeyVerifier
from nexy.modules.access.demo.account import DemoAccount
from nexy.modules.access.devices.devices import Devices
from nexy.modules.access.directory import Directory
from nexy.modules.access.lent_database import LentDatabase
from nexy.modules.access.noticing import ACCOUNTS, KEYS, Noticing
from nexy.modules.access.rest_query import RestQuery
from nexy.modules.access.tokens.held_keys import HeldKeys
from nexy.modules.access.tokens.key_file import KeyFile
from nexy.modules.access.tokens.making import TokenMaker
from nexy.modules.access.tokens.verifying import TokenVerifier
from nexy.utils.supervisor import TaskSupervisor

_FIRST_LOOK_SECONDS = 1.0
_WITHOUT_DATABASE = "tokens are verified, all else needs the database (DATABASE_ENABLED)"
_DATABASE_IS_MISSING = "nobody is let in but with the anon token: all else needs the database (DATABASE_ENABLED)"


class AccessModule(UniversalModuleInterface):
    """Accounts, tokens, keys and devices; without a database it verifies tokens and says what is off."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)
    wants: ClassVar[Sequence[str]] = (DATABASE,)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._supervisor = TaskSupervisor("access")
        self._state = ModuleState.STARTING
        self._detail = ""
        self._passwords: Passwords | None = None
        self._keys: ApiKeys | None = None
        self._demo: DemoAccount | None = None

    async def initialize(self, section: AccessSection, peers: Peers) -> None:
        """Put the parts together, and learn by heart what the database knows; a slow one is asked again later."""
        config, self._clock, self._database = section.config, peers.get(CLOCK), LentDatabase(peers)
        self._directory = Directory(self._database, config.poll_seconds)
        self._disabled = DisabledAccounts()
        longest = config.tokens.access_seconds + config.tokens.leeway_seconds
        self._ended = EndedSessions(self._clock, longest)
        self._departed = DepartedCallers(self._disabled, self._ended)
        held = HeldKeys(KeyFile(Path(section.home)), self._clock)
        self._tokens = TokenMaker(config.tokens, held, self._clock)
        self._tokens.register(self._handlers)
        directory = self._directory if section.with_database else None
        verifier = TokenVerifier(config.tokens, held, self._clock, self._departed, directory)
        self._handlers.on(VerifyToken, verifier.verify)
        self._know_persons(section)
        known_keys = self._know_keys(section)
        self._know_devices(section, known_keys)
        RestQuery(config.rest, self._database, self._clock.monotonic).register(self._handlers)
        await self._begin(section)

    def _know_persons(self, section: AccessSection) -> None:
        config, database, clock = section.config, self._database, self._clock
        passwords = self._passwords = Passwords(config.passwords)
        tries = Tries(config.passwords, clock)
        sessions = Sessions(config.tokens, database, self._tokens, clock, self._ended)
        signing_in = SigningIn(database, passwords, sessions, clock, tries,
                               sign_up=config.sign_up, max_data_bytes=config.max_data_bytes)  # fmt: skip
        own = OwnAccount(database, passwords, sessions, clock, tries, max_data_bytes=config.max_data_bytes)
        operating = Operating(database, passwords, sessions, self._disabled)
        self._demo = DemoAccount(database, passwords, sessions, self._disabled, wanted=section.demo)
        for part in (sessions, signing_in, own, operating, self._demo):
            part.register(self._handlers)
        self._directory.also(self._demo.settle)
        self._directory.also(Sweeping(database, clock, config.tokens.sweep_seconds).sweep_in_time)
        self._directory.add(Noticing(self._disabled, ACCOUNTS))
        self._directory.add(self._ended)

    def _know_keys(self, section: AccessSection) -> KnownKeys:
        known = KnownKeys()
        self._directory.add(Noticing(known, KEYS))
        self._keys = ApiKeys(self._database, known, self._clock, section.config.last_use_seconds)
        self._keys.register(self._handlers)
        self._directory.also(self._keys.keep_uses_in_time)
        KeyVerifier(known, self._departed, self._directory, self._clock).register(self._handlers)
        return known

    def _know_devices(self, section: AccessSection, known_keys: KnownKeys) -> None:
        devices = Devices(section, self._database, self._directory, known_keys.person_of)
        devices.register(self._handlers)

    async def _begin(self, section: AccessSection) -> None:
        if not self._database.there:
            self._directory.problem = self._database.missing
            self._detail = _DATABASE_IS_MISSING if section.with_database else _WITHOUT_DATABASE
            self._state = ModuleState.DEGRADED if section.with_database else ModuleState.RUNNING
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_LOOK_SECONDS):
                await self._directory.try_to_look()
        self._supervisor.spawn(self._directory.run())
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests about access (see `nexy.contracts`)."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Write down what is not yet, as far as that can be done."""
        await self._supervisor.cleanup()
        keys, self._keys = self._keys, None
        if keys is not None:
            with suppress(NexyError, TimeoutError):
                async with asyncio.timeout(_FIRST_LOOK_SECONDS):
                    await keys.keep_uses()
        if self._passwords is not None:
            self._passwords.cleanup()
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """Running, and what is off without a database: degraded, unless the server is to have none."""
        demo = self._demo.state if self._demo else Demo.OFF
        return ModuleStatus(state=self._state, detail=self._detail, parts={DEMO_PART: demo.value})
