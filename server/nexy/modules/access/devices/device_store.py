"""Pairing, listing and revoking in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nexy.contracts.database import SERVICE, Database, Row, Transaction
from nexy.contracts.devices import Device
from nexy.contracts.errors import NotFound, PermissionDenied, SeveralMeant
from nexy.utils.device_identity import anonymous_user_id
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.devices")
_TIME_FOR_ALL = "10min"
_SHOWN_DIGITS = 12
# Facts first: of two about one thing the older is corrected before both have one owner.
_MEMORY = ("correct_older_facts", "move_facts", "take_short_term")
_HISTORY = ("move_sessions", "move_commands", "move_answers", "move_screenshots", "move_metrics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A device that is to have this person, name and token; `first_name` where it would have no name."""

    hardware_hash: str
    email: str
    token_hash: str
    name: str = ""
    first_name: str = ""


class DeviceStore:
    """Everything with the service claim; all calls raise `Unavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pair(self, pairing: Pairing) -> Device:
        """Give the device and everything it left behind to the person, all or nothing; again changes the token only.

        Raises `NotFound` for an unknown address, `PermissionDenied` where somebody else has it.
        """
        async with self._database.transaction(SERVICE) as transaction:
            await transaction.fetch(_SQL["take_time"], _TIME_FOR_ALL)
            person = await _person(transaction, pairing.email)
            nobody = anonymous_user_id(pairing.hardware_hash)
            await _lock(transaction, pairing.hardware_hash, nobody, person)
            await transaction.execute(
                _SQL["point_device"], pairing.hardware_hash, person, pairing.token_hash,
                pairing.name, pairing.first_name,
            )  # fmt: skip
            await _move(transaction, pairing.hardware_hash, nobody, person)
            return _device((await transaction.fetch(_SQL["paired"], "", pairing.hardware_hash))[0])

    async def paired(self, email: str = "") -> Sequence[Device]:
        """Every paired device, or those of one address, in the order in which they were paired; raises `NotFound`."""
        async with self._database.transaction(SERVICE) as transaction:
            if email and not await transaction.fetch(_SQL["known_address"], email):
                raise _nobody()
            return [_device(row) for row in await transaction.fetch(_SQL["paired"], email, "")]

    async def revoke(self, beginning: str) -> Device:
        """Take the token away; raises `NotFound`, and `SeveralMeant` where several devices begin so."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["paired"], "", beginning)
            if not rows:
                raise NotFound("no paired device has this id", code="device_not_found", field="device")
            if len(rows) > 1:
                raise _several(rows)
            found = str(rows[0]["hardware_hash"])
            await transaction.execute(_SQL["revoke"], found)
            return _device((await transaction.fetch(_SQL["paired"], "", found))[0])


async def _person(transaction: Transaction, email: str) -> UUID:
    rows = await transaction.fetch(_SQL["person_by_address"], email.strip())
    if not rows:
        raise _nobody()
    return UUID(str(rows[0]["user_id"]))


def _nobody() -> NotFound:
    return NotFound("no account has this address (nexy users add EMAIL)", code="user_not_found", field="email")


def _several(rows: Sequence[Row]) -> SeveralMeant:
    listed = [f"{str(row['hardware_hash'])[:_SHOWN_DIGITS]} ({row['name']}, {row['email']})" for row in rows]
    text = f"{len(rows)} devices begin so; give more of the id"
    several = SeveralMeant(text, code="device_ambiguous", field="device")
    several.candidates = listed
    return several


async def _lock(transaction: Transaction, device: str, nobody: UUID, person: UUID) -> None:
    await transaction.execute(_SQL["make_anonymous"], nobody)
    await transaction.execute(_SQL["make_device"], device, nobody)
    (row,) = await transaction.fetch(_SQL["lock_device"], device)
    if row["paired"] and str(row["user_id"]) != str(person):
        raise PermissionDenied(
            "the device is paired with somebody else; revoke it first (nexy devices revoke)",
            code="device_taken", field="hardware_id",
        )  # fmt: skip
    await transaction.fetch(_SQL["one_writer_each"], sorted({str(nobody), str(person)}))


async def _move(transaction: Transaction, device: str, nobody: UUID, person: UUID) -> None:
    for step in (*_MEMORY, *_HISTORY):
        await transaction.execute(_SQL[step], nobody, person)
    await transaction.execute(_SQL["clear_short_term"], nobody)
    await transaction.execute(_SQL["add_quotas"], nobody, person)
    await transaction.execute(_SQL["clear_quotas"], nobody)
    await transaction.fetch(_SQL["move_usage"], device)
    await transaction.execute(_SQL["mark_changed"], device)


def _device(row: Row) -> Device:
    paired_at, last_seen = row["paired_at"], row["last_seen"]
    assert isinstance(paired_at, datetime)
    assert last_seen is None or isinstance(last_seen, datetime)
    return Device(
        hardware_hash=str(row["hardware_hash"]),
        name=str(row["name"]),
        email=str(row["email"]),
        paired_at=paired_at,
        last_seen=last_seen,
        revoked=bool(row["revoked"]),
    )
