"""What the capability `access` answers about devices."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

from nexy.config.access_section import AccessSection
from nexy.contracts.access import Caller
from nexy.contracts.devices import (
    NOT_DEVICES,
    AdmitDevice,
    Device,
    FindOwner,
    ListDevices,
    Owner,
    PairDevice,
    PairedDevice,
    RevokeDevice,
)
from nexy.contracts.errors import NexyError, ValidationFailed
from nexy.contracts.memory import MEMORY_MARK
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.devices.device_store import DeviceStore, Pairing
from nexy.modules.access.devices.device_tokens import digest_of, new_device_token
from nexy.modules.access.devices.doorkeeper import Doorkeeper
from nexy.modules.access.devices.known_devices import KnownDevices
from nexy.modules.access.directory import Directory
from nexy.modules.access.lent_database import LentDatabase
from nexy.modules.access.noticing import DEVICES, Noticing
from nexy.utils.device_identity import hardware_hash
from nexy.utils.home_mark import HomeMark

_BEGINNING = re.compile(r"[0-9a-f]{1,64}")
_LONGEST_ID, _LONGEST_NAME = 128, 60
_USER, _KEY, _ADDRESS = NOT_DEVICES


class Devices:
    """Pairs, lists and revokes; admits from memory, which the directory keeps up to date.

    `person_of_key` tells whose API key it is, by the key's id; empty for one that is not known.
    """

    def __init__(
        self, section: AccessSection, database: LentDatabase, directory: Directory, person_of_key: Callable[[str], str]
    ) -> None:
        self._store = DeviceStore(database)
        self._directory = directory
        # What servers on this home remember of a device that has moved is another person's memory now.
        known = KnownDevices(HomeMark(Path(section.home), MEMORY_MARK).touch)
        directory.add(Noticing(known, DEVICES))
        self._door = Doorkeeper(known, section.config.devices, lambda: database.there)
        self._person_of_key = person_of_key

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(PairDevice, self._pair)
        handlers.on(ListDevices, self._list)
        handlers.on(RevokeDevice, self._revoke)
        handlers.on(AdmitDevice, self._admit)
        handlers.on(FindOwner, self._find_owner)

    async def _pair(self, request: PairDevice) -> PairedDevice:
        hardware_id, name = request.hardware_id, request.name.strip()
        if not hardware_id.strip() or len(hardware_id) > _LONGEST_ID or not hardware_id.isprintable():
            text = f"hardware_id: 1 to {_LONGEST_ID} printable characters"
            raise ValidationFailed(text, code="hardware_id_invalid", field="hardware_id")
        if hardware_id.startswith(NOT_DEVICES):
            text = "hardware_id: this is not the id of a device"
            raise ValidationFailed(text, code="hardware_id_foreign", field="hardware_id")
        if len(name) > _LONGEST_NAME or not name.isprintable():
            text = f"name: at most {_LONGEST_NAME} printable characters"
            raise ValidationFailed(text, code="device_name_invalid", field="name")
        token = new_device_token()
        pairing = Pairing(
            hardware_hash=hardware_hash(hardware_id), email=request.email, token_hash=digest_of(token),
            name=name, first_name=request.first_name,
        )  # fmt: skip
        device = await self._store.pair(pairing)
        await self._know_it()
        return PairedDevice(device=device, token=token)

    async def _list(self, request: ListDevices) -> Sequence[Device]:
        return await self._store.paired(request.email.strip())

    async def _revoke(self, request: RevokeDevice) -> Device:
        beginning = request.hardware_hash.strip().rstrip("….").lower()
        if not _BEGINNING.fullmatch(beginning):
            text = "device: the beginning of an id as nexy devices list shows it"
            raise ValidationFailed(text, code="device_id_invalid", field="device")
        revoked = await self._store.revoke(beginning)
        await self._know_it()
        return revoked

    async def _know_it(self) -> None:
        """At once what is done already; where the database goes away right now, with the next look."""
        with suppress(NexyError):
            await self._directory.look()

    async def _admit(self, request: AdmitDevice) -> Caller:
        return self._door.admit(request.hardware_id, request.token)

    async def _find_owner(self, request: FindOwner) -> Owner:
        payer = request.payer
        if payer.startswith(_USER):
            return Owner(user_id=_uuid(payer.removeprefix(_USER)))
        if payer.startswith(_KEY):
            return Owner(user_id=self._person_of_key(payer.removeprefix(_KEY)))
        if payer.startswith(_ADDRESS):
            return Owner(unpaired=not _is_this_machine(payer.removeprefix(_ADDRESS)))
        return self._door.owner_of(payer)


def _is_this_machine(network: str) -> bool:
    """The operator's own programs spend as everybody may; "::" is how the network of ::1 is written."""
    try:
        address = ip_address(network)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _uuid(text: str) -> str:
    """Only names that our own doors made are persons."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
