"""What a job may ask for; each refusal names the field as the client sent it and says what to send instead."""

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import SourceFacts, StreamOrder, ViewType

SMALLEST_NFFT = 128
LARGEST_NFFT = 2048
LARGEST_NFFT_OF_ONE = 65536
_ROUNDING = 1e-9


def refuse(field: str, message: str) -> ValidationFailed:
    """The error for this field."""
    return ValidationFailed(f"{field}: {message}", field=field)


def check_channels(order: StreamOrder, facts: SourceFacts, max_channels: int) -> None:
    """Ascending, on the fibre, not too many, and one alone where one is to be seen."""
    first, last = order.first_channel, order.last_channel
    has = "channel {} only" if facts.channels == 1 else "channels {} to {}"
    fibre = f"{facts.name} has {has.format(facts.lowest_channel, facts.highest_channel)}"
    if first > last:
        raise refuse("channels.min", f"{first} is above channels.max {last}; swap them")
    if first < facts.lowest_channel:
        raise refuse("channels.min", f"{first} is not on the fibre; {fibre}")
    if last > facts.highest_channel:
        raise refuse("channels.max", f"{last} is not on the fibre; {fibre}")
    if order.view is ViewType.SINGLE_CHANNEL and first != last:
        raise refuse("channels.max", f"view_type 1 shows one channel, not {first} to {last}; send the same min and "
                     "max, or view_type 0")  # fmt: skip
    if last - first + 1 > max_channels:
        raise refuse("channels.max", f"{last - first + 1} channels are more than the {max_channels} that one job may "
                     f"have; send at most {first + max_channels - 1}")  # fmt: skip


def check_nfft(order: StreamOrder) -> None:
    """A power of two within the bounds, which are wider for a single channel."""
    largest = LARGEST_NFFT_OF_ONE if order.first_channel == order.last_channel else LARGEST_NFFT
    nfft = order.nfft
    if not SMALLEST_NFFT <= nfft <= largest or nfft & (nfft - 1):
        raise refuse("nfftSelection", f"{nfft} {_wrong(nfft, largest)}; send {_nearest_power(nfft, largest)}")


def _wrong(nfft: int, largest: int) -> str:
    if nfft > largest:
        alone = "" if largest == LARGEST_NFFT_OF_ONE else f" for several channels ({LARGEST_NFFT_OF_ONE} for one)"
        return f"is too large, at most {largest}{alone}"
    if nfft < SMALLEST_NFFT:
        return f"is too small, at least {SMALLEST_NFFT}"
    return f"is not a power of two from {SMALLEST_NFFT} to {largest}"


def _nearest_power(nfft: int, largest: int) -> int:
    power = SMALLEST_NFFT
    while power < min(nfft, largest):
        power *= 2
    return power


def check_height(order: StreamOrder) -> None:
    """At least one bin."""
    if order.height < 1:
        raise refuse("displayInfo.height", f"{order.height} rows of pixels show nothing; send at least 1")


def checked_frequencies(order: StreamOrder, nyquist_hz: float) -> tuple[float, float]:
    """The range in Hz, 0 to Nyquist where nothing is said; raises `ValidationFailed`."""
    lowest = 0.0 if order.lowest_hz is None else order.lowest_hz
    highest = nyquist_hz if order.highest_hz is None else order.highest_hz
    # Written so that what is not a number fails too.
    if not 0.0 <= lowest <= nyquist_hz:
        raise refuse("frequencyRange.min", f"{lowest:g} Hz is not within 0 to {nyquist_hz:g} Hz (Nyquist)")
    if not 0.0 <= highest <= nyquist_hz * (1.0 + _ROUNDING):
        raise refuse("frequencyRange.max", f"{highest:g} Hz is not within 0 to {nyquist_hz:g} Hz (Nyquist)")
    if lowest > highest:
        raise refuse("frequencyRange.min", f"{lowest:g} Hz is above frequencyRange.max {highest:g} Hz; swap them")
    return lowest, highest
