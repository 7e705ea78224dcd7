"""Which devices have spoken to this server since it started."""

import asyncio
from collections import OrderedDict


class HardwareIDProvider:
    """The most recent devices, bounded; guarded by its own lock."""

    def __init__(self, max_known: int) -> None:
        self._max_known = max_known
        self._lock = asyncio.Lock()
        self._received_ids: OrderedDict[str, None] = OrderedDict()

    async def remember(self, hardware_id: str) -> bool:
        """Note that the device spoke; true when it is new."""
        async with self._lock:
            new = hardware_id not in self._received_ids
            self._received_ids[hardware_id] = None
            self._received_ids.move_to_end(hardware_id)
            if len(self._received_ids) > self._max_known:
                self._received_ids.popitem(last=False)
            return new

    def count(self) -> int:
        """How many devices are known."""
        return len(self._received_ids)
