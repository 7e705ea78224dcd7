"""JSON objects, one a line, read from bytes as they come."""

from nexy.modules.ai_router.exchange.failures import garbage


class LineReader:
    """Cuts chunks of bytes into whole lines, wherever the chunks are cut; one longer than `max_bytes` is garbage."""

    __slots__ = ("_max_bytes", "_tail")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines with something in them that this chunk completes."""
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._tail:
            self._tail += lines[0]
            lines[0] = bytes(self._tail)
            self._tail.clear()
        self._tail += rest
        if len(self._tail) > self._max_bytes:
            raise garbage()
        return [line for line in lines if line and line != b"\r"]

    def rest(self) -> bytes:
        """A last line that no line break ends."""
        last = bytes(self._tail)
        self._tail.clear()
        return last
