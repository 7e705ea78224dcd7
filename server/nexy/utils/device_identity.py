"""How a device and what belongs to it are named in storage: the hardware id itself is never kept."""

import hashlib
from functools import lru_cache
from uuid import UUID, uuid5

# Our own, drawn once: changing it would give every device a new person.
NAMESPACE = UUID("6f1c8e52-3b0d-4c55-9a27-5d2e4b7f9c10")


# A device that is here asks several times for each request.
@lru_cache(maxsize=1024)
def hardware_hash(hardware_id: str) -> str:
    """The SHA-256 of a hardware id, as 64 lower-case hex digits."""
    return hashlib.sha256(hardware_id.encode("utf-8", "surrogatepass")).hexdigest()


def anonymous_user_id(hash_of_device: str) -> UUID:
    """The person that an unpaired device owns; after pairing only the table `devices` knows better."""
    return uuid5(NAMESPACE, hash_of_device)


def session_row_id(hash_of_device: str, session_id: str) -> UUID:
    """The row of a session: two devices that chose the same session id never share it."""
    return uuid5(NAMESPACE, f"{hash_of_device}/{session_id.lower()}")
