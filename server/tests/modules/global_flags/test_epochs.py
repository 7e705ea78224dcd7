"""Interrupt epochs stay bounded and never step back."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.global_flags.epochs import InterruptEpochs


def test_epochs_count_interrupts() -> None:
    """Each device has its own count."""
    epochs = InterruptEpochs(10)
    assert [epochs.advance("ada"), epochs.advance("ada"), epochs.advance("bob")] == [1, 2, 1]
    assert epochs.current("nobody") == 0


def test_only_so_many_devices_are_remembered() -> None:
    """Made-up device names cannot fill the memory; the one interrupted longest ago goes first."""
    epochs = InterruptEpochs(3)
    for name in ("ada", "bob", "cyd", "ada", "dan"):
        epochs.advance(name)
    assert len(epochs) == 3
    assert epochs.current("bob") == 0
    assert epochs.current("ada") == 2


@given(st.lists(st.sampled_from("abcdefgh"), max_size=200), st.integers(1, 4))
def test_an_interrupt_is_always_seen_by_the_turn_that_runs(order: list[str], remembered: int) -> None:
    """Whatever was forgotten before, a new interrupt exceeds every number that a turn may have begun with."""
    epochs = InterruptEpochs(remembered)
    began: dict[str, int] = {}
    for device in order:
        before = max(began.get(device, 0), epochs.current(device))
        assert epochs.advance(device) > before
        began[device] = epochs.current(device)
