"""What every source is, whatever it reads."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nexy.contracts.streams import SourceFacts

Samples = NDArray[np.float32]
"""[channel][sample], C order, in the source's unit."""


class SampleSource(Protocol):
    """Random access to samples, counted from the source's beginning; used by one thread at a time.

    A read never holds more than it was asked for, whatever the recording's length. Values that are no numbers stay
    NaN; whoever transforms decides. A live source also forgets: what is older than its window raises.
    """

    @property
    def facts(self) -> SourceFacts:
        """What is known of it now."""
        ...

    def available(self) -> int:
        """How many samples exist so far; for a live one this grows with the clock or the folder."""
        ...

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """Exactly [channels][samples]; `first_channel` is a channel number, not an index.

        Raises `ValidationFailed` outside of what is available, `SourceBroken` where the file has become unreadable.
        """
        ...

    def close(self) -> None:
        """Let go of files; safe to call twice."""
        ...
