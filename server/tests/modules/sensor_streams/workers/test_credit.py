"""How many rows may be sent."""

from threading import Thread

from nexy.modules.sensor_streams.workers.credit import Credit


def test_each_row_costs_one() -> None:
    """What was given can be taken, and more after more was given."""
    credit = Credit(2)
    assert credit.take()
    assert credit.take()
    taken: list[bool] = []
    waiting = Thread(target=lambda: taken.append(credit.take()))
    waiting.start()
    assert not taken
    credit.add(1)
    waiting.join(10)
    assert taken == [True]


def test_stopping_wakes_whoever_waits() -> None:
    """For credit or for time to pass."""
    credit = Credit(0)
    ended: list[bool] = []
    waiting = [
        Thread(target=lambda: ended.append(credit.take())),
        Thread(target=lambda: ended.append(credit.pause(600))),
    ]
    for thread in waiting:
        thread.start()
    credit.stop()
    for thread in waiting:
        thread.join(10)
    assert ended == [False, False]


def test_a_pause_that_is_not_stopped_goes_on() -> None:
    """It returns true when its time has passed."""
    assert Credit(0).pause(0.0)
