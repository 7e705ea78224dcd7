"""A device is kept by its hash, and everything that belongs to it is found by what is known of it."""

import hashlib
import re

from nexy.utils.device_identity import anonymous_user_id, hardware_hash, session_row_id

SESSION = "6a3f0d52-9c1e-4b7a-8f00-3d5b2c1a7e90"


def test_the_hash_is_sha256_in_hex() -> None:
    """The hash has the form that the table of devices demands."""
    made = hardware_hash("mac-1")
    assert made == hashlib.sha256(b"mac-1").hexdigest()
    assert re.fullmatch(r"[0-9a-f]{64}", made)


def test_every_writer_derives_the_same_person() -> None:
    """The person of a device does not change from one release to the next."""
    assert str(anonymous_user_id(hardware_hash("mac-1"))) == "da5266d5-5fc1-5e71-9563-ed189e8493c4"
    assert anonymous_user_id(hardware_hash("mac-2")) != anonymous_user_id(hardware_hash("mac-1"))


def test_two_devices_never_share_a_session_row() -> None:
    """The same session id on two devices gives two rows, whatever the case of its letters."""
    one, two = hardware_hash("mac-1"), hardware_hash("mac-2")
    assert session_row_id(one, SESSION) != session_row_id(two, SESSION)
    assert session_row_id(one, SESSION) == session_row_id(one, SESSION.upper())


def test_a_session_never_takes_the_row_of_a_person() -> None:
    """Persons and sessions are drawn from different names."""
    one = hardware_hash("mac-1")
    assert session_row_id(one, "") != anonymous_user_id(one)
