"""The devices that were paired with a person, and who pays for what is said to one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nexy.contracts.access import Caller
from nexy.contracts.request import Request

DEVICE_TOKEN = "nexy_device_"  # noqa: S105  how every one begins


NOT_DEVICES = ("user:", "key:", "address:")
"""How the names of payers begin that are no devices; no device may call itself so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that was paired with a person; the id itself is not kept.

    `last_seen` is when it last spoke, to the minute; None as long as it has not.
    """

    hardware_hash: str
    name: str
    email: str
    paired_at: datetime
    last_seen: datetime | None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDevice:
    """A device and the token that it must show from now on; `token` is not to be seen again."""

    device: Device
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDevice(Request[PairedDevice]):
    """Give a device, with its memory and its ledger, to a person; raises `NotFound` for an unknown address.

    One that is paired with the same person gets a new token; with another, `PermissionDenied`. Without a `name` it
    keeps its own, or gets `first_name` where it has none.
    """

    hardware_id: str
    email: str
    name: str = ""
    first_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDevices(Request[Sequence[Device]]):
    """Every paired device, or those of one address; raises `NotFound` for an address that nobody has."""

    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDevice(Request[Device]):
    """Refuse the device until it is paired again; raises `NotFound`, `SeveralMeant`. The hash may be cut short."""

    hardware_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitDevice(Request[Caller]):
    """Who speaks through this device; answered from memory.

    Raises `Unauthenticated` for a paired device without its token, `PermissionDenied` for one that was revoked, and
    for an unpaired one where pairing is required. An unpaired device that may speak is nobody in particular, and so is
    one that says no `hardware_id`: where pairing is required the token of any device admits it.
    """

    hardware_id: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who pays in the end: a person, or without `user_id` the payer alone; `unpaired`: nobody's, on a small budget."""

    user_id: str = ""
    unpaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOwner(Request[Owner]):
    """Whose money a payer spends: a hardware id, "user:…", "key:…" or "address:…"; answered from memory."""

    payer: str
