"""How often each device was interrupted, within bounds."""


class InterruptEpochs:
    """Epochs of the devices that were interrupted last; one that was forgotten starts above all forgotten ones.

    A turn keeps the number it began with, so a new interrupt must always give a larger one, also after the device
    was forgotten. What forgetting can cost is an interrupt that nobody looked at before as many other devices were
    interrupted as are remembered; the cancellation of the turn's task does not depend on it.
    No call waits, so on the event loop each is atomic and needs no lock.
    """

    def __init__(self, max_devices: int) -> None:
        self._max_devices = max_devices
        self._epochs: dict[str, int] = {}
        self._floor = 0

    def current(self, hardware_id: str) -> int:
        """The number that a turn of this device begins with."""
        return self._epochs.get(hardware_id, 0)

    def advance(self, hardware_id: str) -> int:
        """Count one interrupt and return the device's new number."""
        epoch = max(self._epochs.pop(hardware_id, 0), self._floor) + 1
        self._epochs[hardware_id] = epoch
        if len(self._epochs) > self._max_devices:
            longest_ago = next(iter(self._epochs))
            self._floor = max(self._floor, self._epochs.pop(longest_ago))
        return epoch

    def __len__(self) -> int:
        return len(self._epochs)
