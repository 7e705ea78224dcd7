"""Sentences without the silence that an engine puts around them."""

_QUIET = 64
_LEAD_SECONDS = 0.005


class SilenceTrimmer:
    """Drops the silence before the sound and makes the one after it exactly `pause_seconds` long.

    Works on PCM int16 mono at `rate` Hz as it comes; silence between sounds is kept. Nothing but silence gives nothing.
    """

    def __init__(self, rate: int, pause_seconds: float) -> None:
        self._lead_frames = round(rate * _LEAD_SECONDS)
        self._pause_bytes = 2 * round(rate * pause_seconds)
        self._held = b""
        self._started = False

    def feed(self, pcm: bytes) -> bytes:
        """What of the sound so far is certain to be heard."""
        samples = memoryview(pcm).cast("h")
        loud_from_end = (index for index in reversed(range(len(samples))) if not -_QUIET <= samples[index] <= _QUIET)
        end = next(loud_from_end, -1) + 1
        if not end:
            self._held += pcm if self._started else b""
            return b""
        begin = 0 if self._started else max(0, self._first_loud(samples) - self._lead_frames)
        heard = self._held + pcm[2 * begin : 2 * end]
        self._started, self._held = True, pcm[2 * end :]
        return heard

    @staticmethod
    def _first_loud(samples: "memoryview[int]") -> int:
        return next(index for index, sample in enumerate(samples) if not -_QUIET <= sample <= _QUIET)

    def end(self) -> bytes:
        """The pause after the sentence; ready for the next one."""
        pause = self._held[: self._pause_bytes].ljust(self._pause_bytes, b"\0") if self._started else b""
        self._held, self._started = b"", False
        return pause
