"""A server that speaks Anthropic's Messages wire, with faults on demand.

`python -m support.fake_anthropic --port 0 --tokens 60` prints its port and serves until it is ended.
"""

from typing import ClassVar

from support.fake_anthropic_script import WIRE
from support.fake_script import Wire
from support.fake_server import FakeServer, run


class FakeAnthropic(FakeServer):
    """Claude, or whatever speaks like it."""

    wire: ClassVar[Wire] = WIRE


if __name__ == "__main__":
    run(FakeAnthropic)
