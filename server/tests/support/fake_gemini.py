"""A server that speaks Google's Gemini wire, with faults on demand.

`python -m support.fake_gemini --port 0 --tokens 60` prints its port and serves until it is ended.
"""

from typing import ClassVar

from support.fake_gemini_script import WIRE
from support.fake_script import Wire
from support.fake_server import FakeServer, run


class FakeGemini(FakeServer):
    """Google's models; the model stands in the path."""

    wire: ClassVar[Wire] = WIRE


if __name__ == "__main__":
    run(FakeGemini)
