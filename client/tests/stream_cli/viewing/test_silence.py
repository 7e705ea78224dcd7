"""When it is time to say that nothing comes."""

from nexy_client.stream_cli.viewing.silence import Silence


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def silence(hands: Hands, row_seconds: float = 0.04, *, live: bool = True) -> Silence:
    return Silence(row_seconds, live=live, now=hands, epoch=hands)


def test_it_is_told_after_three_seconds_and_every_three() -> None:
    """A row begins the count anew."""
    hands = Hands()
    quiet = silence(hands)
    told = []
    for second in range(101, 112):
        hands.time = float(second)
        if second == 107:
            quiet.came(106_000)
        if quiet.due():
            told.append(second)
    assert told == [103, 106, 110]
    assert (quiet.seconds, quiet.age_s) == (4.0, 5.0)


def test_rare_rows_are_waited_for() -> None:
    """A row every five seconds is no silence of three."""
    hands = Hands()
    quiet = silence(hands, 5.0)
    hands.time += 9.0
    assert (quiet.due(), quiet.seconds) == (False, 0.0)
    hands.time += 1.0
    assert quiet.due()


def test_a_recording_has_no_age() -> None:
    """It is as old as it is; nor has what never came."""
    hands = Hands()
    recorded = silence(hands, live=False)
    recorded.came(5)
    assert (recorded.age_s, silence(hands).age_s) == (None, None)
