"""Messages from those who publish to those who listen now."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from weakref import WeakSet


class Mailbox:
    """The messages that one subscriber has not read yet."""

    __slots__ = ("__weakref__", "arrived", "messages")

    def __init__(self, size: int) -> None:
        self.messages: deque[bytes] = deque(maxlen=size)
        self.arrived = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Keep the message for the reader; in a full mailbox the oldest one makes room."""
        self.messages.append(message)
        self.arrived.set()


class Channels:
    """Every subscriber has a bounded mailbox; in a full one the oldest message makes room.

    Mailboxes are held by their readers alone, so a subscription that was never read leaves nothing behind.
    """

    def __init__(self, queue_size: int) -> None:
        self._queue_size = queue_size
        self._mailboxes: dict[str, WeakSet[Mailbox]] = {}
        self._closed = False

    def publish(self, channel: str, message: bytes) -> int:
        """Put the message into every mailbox of the channel and return how many there are."""
        mailboxes = tuple(self._mailboxes.get(channel, ()))
        for mailbox in mailboxes:
            mailbox.put(message)
        if not mailboxes:
            self._mailboxes.pop(channel, None)
        return len(mailboxes)

    def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages published from this call on, until the reader closes it or all channels are closed."""
        mailbox = Mailbox(self._queue_size)
        self._mailboxes.setdefault(channel, WeakSet()).add(mailbox)
        return self._read(channel, mailbox)

    def close(self) -> None:
        """End every subscription once its reader has what arrived so far."""
        self._closed = True
        for mailboxes in self._mailboxes.values():
            for mailbox in mailboxes:
                mailbox.arrived.set()

    async def _read(self, channel: str, mailbox: Mailbox) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                while mailbox.messages:
                    yield mailbox.messages.popleft()
                if self._closed:
                    return
                mailbox.arrived.clear()
                await mailbox.arrived.wait()
        finally:
            self._leave(channel, mailbox)

    def _leave(self, channel: str, mailbox: Mailbox) -> None:
        mailboxes = self._mailboxes.get(channel)
        if mailboxes is not None:
            mailboxes.discard(mailbox)
            if not mailboxes:
                del self._mailboxes[channel]
