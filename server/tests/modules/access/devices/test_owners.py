"""Who pays for whoever comes over HTTP without a key: an address, and whose small budget that is."""

from pathlib import Path

import pytest

from nexy.config.access_section import AccessSection
from nexy.contracts.devices import FindOwner, Owner
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.devices.devices import Devices
from nexy.modules.access.directory import Directory
from nexy.modules.access.lent_database import LentDatabase
from support.peers import FakePeers


@pytest.mark.parametrize(
    ("payer", "unpaired"),
    [
        ("address:127.0.0.1", False),
        ("address:127.8.0.3", False),
        ("address:::1", False),
        ("address:::", False),
        ("address:192.0.2.7", True),
        ("address:2001:db8::", True),
        ("address:unknown", True),
        ("key:of-the-operator", False),
    ],
)
async def test_an_address_outside_this_machine_has_a_small_budget(payer: str, unpaired: bool, tmp_path: Path) -> None:
    """As an unpaired device has; the operator's own programs and keys spend as everybody may."""
    database, handlers = LentDatabase(FakePeers()), RequestHandlers()
    section = AccessSection(home=str(tmp_path))
    Devices(section, database, Directory(database, 1.0), lambda key: "").register(handlers)
    assert await handlers.answer(FindOwner(payer=payer)) == Owner(unpaired=unpaired)
