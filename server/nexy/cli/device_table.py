"""How `nexy devices` shows devices."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from rich.table import Table

from nexy.contracts.devices import Device
from nexy.messages.catalogue import Catalogue

_COLUMNS = ("device", "name", "email", "paired", "seen", "state")
_LONG = ("name", "email")
# Enough to tell any household's or company's devices apart.
_SHOWN_DIGITS = 12


def id_of(device: Device) -> str:
    """The beginning of the hash, as people type it."""
    return device.hardware_hash[:_SHOWN_DIGITS]


def device_table(devices: Sequence[Device], words: Catalogue) -> Table:
    """One line for each; moments are those of the reader's clock."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in _COLUMNS:
        table.add_column(words.text(f"devices.column_{column}"), overflow="fold", no_wrap=column not in _LONG)
    for device in devices:
        state = words.text("devices.state_revoked" if device.revoked else "devices.state_paired")
        seen = _shown(device.last_seen, "%Y-%m-%d %H:%M") if device.last_seen else words.text("devices.unseen")
        moments = (_shown(device.paired_at, "%Y-%m-%d"), seen)
        table.add_row(id_of(device), device.name, device.email, *moments, state)
    return table


def as_json(devices: Sequence[Device], token: str = "") -> str:
    """The same for scripts, whole hashes and moments in ISO 8601; a token only where it is shown at all."""
    shown = [
        {
            **asdict(device),
            "paired_at": device.paired_at.isoformat(),
            "last_seen": device.last_seen and device.last_seen.isoformat(),
        }
        for device in devices
    ]
    return json.dumps({"devices": shown, **({"token": token} if token else {})}, indent=2, ensure_ascii=False)


def _shown(moment: datetime, form: str) -> str:
    return moment.astimezone().strftime(form)
