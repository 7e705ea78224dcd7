"""Server-sent events, read from bytes as they come: no socket, no regular expression, no copy of what is decoded."""

from nexy.contracts.errors import Unavailable


class SseReader:
    """Cuts chunks of bytes into the data of events, wherever the chunks are cut.

    Takes LF and CRLF, comments, fields other than `data`, and data over several lines.
    A line or an event longer than `max_bytes` raises `Unavailable`.
    """

    __slots__ = ("_data", "_held", "_max_bytes", "_tail")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._tail = bytearray()
        self._data: list[bytes] = []
        self._held = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of every event that this chunk completes."""
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._tail:
            self._tail += lines[0]
            lines[0] = bytes(self._tail)
            self._tail.clear()
        self._tail += rest
        if len(self._tail) > self._max_bytes:
            raise _too_long()
        return self._events(lines)

    def _events(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for line in lines:
            if line.endswith(b"\r"):
                line = line[:-1]
            if line.startswith(b"data:"):
                self._add(line[6:] if line[5:6] == b" " else line[5:])
            elif not line and self._data:
                events.append(self._data[0] if len(self._data) == 1 else b"\n".join(self._data))
                self._data.clear()
                self._held = 0
        return events

    def _add(self, data: bytes) -> None:
        self._held += len(data) + 1
        if self._held > self._max_bytes:
            raise _too_long()
        self._data.append(data)


def _too_long() -> Unavailable:
    return Unavailable("The language model server sent a line without end.", code="provider_garbage")
