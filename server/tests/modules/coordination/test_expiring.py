"""Values with a deadline."""

from nexy.modules.coordination.expiring import Expiring


def test_a_value_is_seen_until_its_deadline() -> None:
    """The deadline itself is already too late."""
    table: Expiring[int] = Expiring()
    table.put("a", 1, 0.0, 5.0)
    assert table.get("a", 4.999) == 1
    assert table.get("a", 5.0) is None
    assert len(table) == 0


def test_replacing_leaves_the_deadline() -> None:
    """A changed value ends when the first one would have."""
    table: Expiring[int] = Expiring()
    table.put("a", 1, 0.0, 5.0)
    table.replace("a", 2)
    assert table.get("a", 4.0) == 2
    assert table.get("a", 5.0) is None


def test_what_nobody_asks_for_again_is_swept_out() -> None:
    """A million short-lived names do not stay."""
    table: Expiring[int] = Expiring()
    for number in range(20_000):
        table.put(str(number), number, float(number), 100.0)
    assert len(table) < 2048
    assert table.get("19999", 20_000.0) == 19999


def test_what_has_no_deadline_stays() -> None:
    """A sweep takes only what expired."""
    table: Expiring[int] = Expiring()
    for number in range(3000):
        table.put(str(number), number, 0.0, None)
    table.put("x", 1, 1e9, 1.0)
    assert len(table) == 3001
