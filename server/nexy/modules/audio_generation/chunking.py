"""Sound cut to the sizes that the wire promises."""


class Chunker:
    """Cuts PCM int16 mono into chunks: the first of `first_frames`, the others of `frames`, the last what is left."""

    def __init__(self, frames: int) -> None:
        self._bytes = 2 * frames
        self._next = self._bytes
        self._held = bytearray()

    def begin(self, first_frames: int) -> None:
        """Start a sentence; whatever is left of another one is dropped."""
        self._next = 2 * first_frames
        self._held.clear()

    def feed(self, pcm: bytes) -> list[bytes]:
        """The chunks that are full now."""
        self._held += pcm
        full: list[bytes] = []
        while len(self._held) >= self._next:
            full.append(bytes(self._held[: self._next]))
            del self._held[: self._next]
            self._next = self._bytes
        return full

    def end(self) -> list[bytes]:
        """The rest of the sentence, if there is one."""
        rest = [bytes(self._held)] if self._held else []
        self._held.clear()
        return rest
