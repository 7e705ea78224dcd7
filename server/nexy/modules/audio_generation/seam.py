"""A sentence that is spoken again goes on where its sound stopped."""

from array import array

_EASED_SECONDS = 0.005
_LOUDEST = 32_767


class Heard:
    """How much of one sentence its reader was given, over as many orders as it takes.

    The engine's pitch wavers with what the process said before: after a minute of sound the words of two orders may
    lie tens of milliseconds apart. Frames are counted, and the step at the seam is eased so that it does not click.
    """

    __slots__ = ("_delivered", "_eased_frames", "_last", "_replayed", "_skip")

    def __init__(self, rate: int) -> None:
        self._eased_frames = round(rate * _EASED_SECONDS)
        self._delivered = self._skip = 0
        self._last = self._replayed = b""

    def again(self) -> None:
        """The sentence is spoken from its beginning."""
        self._skip, self._replayed = self._delivered, b""

    def fresh(self, sound: bytes) -> bytes:
        """What the reader does not have yet of the next PCM int16 mono; counted as given."""
        skipped = min(self._skip, len(sound))
        self._skip -= skipped
        if skipped:
            self._replayed = sound[skipped - 2 : skipped]
        new = sound[skipped:]
        if not new:
            return b""
        if self._replayed != b"" and self._replayed != self._last:
            new = self._eased(new)
        self._replayed = b""
        self._delivered += len(new)
        self._last = new[-2:]
        return new

    def _eased(self, sound: bytes) -> bytes:
        samples = array("h", sound)
        step = array("h", self._last)[0] - array("h", self._replayed)[0]
        frames = min(self._eased_frames, len(samples))
        for index in range(frames):
            shifted = samples[index] + step * (frames - index) // frames
            samples[index] = max(-_LOUDEST, min(_LOUDEST, shifted))
        return samples.tobytes()
