"""The demo account, with which a newcomer tries a server out (NEXY_DEMO=1 outside prod)."""

from dataclasses import dataclass
from enum import StrEnum

from nexy.contracts.request import Request

DEMO_EMAIL, DEMO_PASSWORD = "test@example.com", "testpassword"
"""The demo account, as the documents name it (NEXY_DEMO=1 outside prod)."""


DEMO_PART = "demo"
"""Under which name the module tells its state."""


class Demo(StrEnum):
    """What became of the demo account; `TAKEN`: a person has its address, `IGNORED`: wanted, but this is prod."""

    OFF = "off"
    ON = "on"
    WAITING = "waiting"
    TAKEN = "taken"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDemo(Request[None]):
    """Sent by a server at its start: make the demo account whole, or let nobody in by it, as it is configured.

    What the database cannot do now is done as soon as it answers.
    """
