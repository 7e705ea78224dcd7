"""The part of `access` that knows devices, on a real database; persons that they can be paired with."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from nexy.config.access_section import AccessConfig, AccessSection
from nexy.contracts.database import SERVICE, Database
from nexy.contracts.devices import FindOwner, Owner, PairDevice, PairedDevice
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.access.devices.devices import Devices
from nexy.modules.access.directory import Directory
from nexy.modules.access.lent_database import LentDatabase
from support.peers import FakePeers

R = TypeVar("R")
ANNA, BORIS = "anna@example.com", "boris@example.com"


async def person(database: Database, email: str = ANNA) -> str:
    """A person with an account; returns her id."""
    user_id = str(uuid.uuid4())
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id, kind) VALUES ($1::text::uuid, 'person')", user_id)
        await transaction.execute(
            "INSERT INTO auth_identities (user_id, email) VALUES ($1::text::uuid, $2)", user_id, email
        )
    return user_id


class DeviceAccess(UniversalModuleInterface):
    """Stands where `access` stands; `keys` are persons by the ids of their keys. It looks when it is told to."""

    requires: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, database: Database | None, home: Path, rule: str = "optional", keys: Mapping[str, str] | None = None
    ) -> None:
        section = AccessSection(home=str(home), config=AccessConfig(devices=rule))
        lent = LentDatabase(FakePeers(**({"database": database} if database else {})))
        self._handlers = RequestHandlers()
        self.directory = Directory(lent, poll_seconds=1)
        Devices(section, lent, self.directory, lambda key: (keys or {}).get(key, "")).register(self._handlers)

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def pair(
        self, hardware_id: str = "mac-1", email: str = ANNA, name: str = "", first_name: str = ""
    ) -> PairedDevice:
        """Pair a device."""
        return await self.process(PairDevice(hardware_id=hardware_id, email=email, name=name, first_name=first_name))

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


@dataclass(slots=True)
class KnownOwners:
    """Stands where `access` stands for a ledger: whose a payer is; everybody else is an unpaired device."""

    owners: dict[str, str]
    asked: int = 0

    async def process(self, request: FindOwner) -> Owner:
        """Answer `FindOwner`."""
        self.asked += 1
        user_id = self.owners.get(request.payer, "")
        return Owner(user_id=user_id, unpaired=not user_id and not request.payer.startswith("address:"))


@asynccontextmanager
async def looked(access: DeviceAccess) -> AsyncIterator[DeviceAccess]:
    """The same once it knows what is in the database."""
    await access.directory.look()
    yield access
