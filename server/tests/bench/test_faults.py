"""A fault run tells what it counted, and misses what it must not reach."""

from bench.faults.acknowledged import Acknowledged
from bench.faults.kill_postgres import Outages
from bench.faults.kill_postgres import report as postgres_report
from bench.faults.kill_server import report as server_report
from bench.faults.ledger import Verdict
from bench.faults.stage import stage


def verdict(**counts: int) -> Verdict:
    nothing = dict.fromkeys(
        ("lost_reports", "doubled_reports", "lost_turns", "lost_usage", "doubled_turns", "active_sessions"), 0
    )
    return Verdict(**{**nothing, **counts})


def test_one_lost_row_is_not_clean() -> None:
    """Every count is one that must be zero."""
    assert verdict().clean
    for name in ("lost_reports", "doubled_reports", "lost_turns", "lost_usage", "doubled_turns", "active_sessions"):
        assert not verdict(**{name: 1}).clean


def test_a_long_outage_is_a_miss() -> None:
    """Of ten kills one that takes longer than ten seconds is enough."""
    assert Outages(transaction=[0.1, 9.9], rows=[0.2, 9.9]).short
    assert not Outages(transaction=[0.1, 0.1], rows=[0.2, 10.1]).short


def test_what_was_lost_stands_in_the_table() -> None:
    """Whoever reads it sees which."""
    seen = Acknowledged(turns={1, 2}, begun={1, 2, 3}, reports={1})
    told = server_report(20, seen, verdict(lost_usage=7), 0, [0.7, 0.9])
    assert "0, 7, 0" in told
    assert "0.80 s, 0.90 s" in told
    told = postgres_report(Outages(transaction=[1.0, 3.0], rows=[2.0, 4.0], backends=1), seen, verdict(), 0)
    assert "3, 1" in told
    assert "3.00 s, 4.00 s" in told


def test_a_stage_finds_who_works_in_it_and_leaves_nothing() -> None:
    """Its folders are gone afterwards; nobody is counted who has nothing to do with it."""
    with stage() as place:
        assert place.home.is_dir()
        assert place.processes(lambda _: True) == []
    assert not place.folder.exists()
