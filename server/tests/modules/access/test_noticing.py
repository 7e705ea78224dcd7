"""What a server tells of changes that other processes made."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from nexy.contracts.database import Row
from nexy.modules.access.noticing import ACCOUNTS, DEVICES, KEYS, Noticing, Watched

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Kept:
    """A shelf that keeps what it is given."""

    changes = "SELECT"

    def __init__(self) -> None:
        self.taken: list[Row] = []

    def take(self, rows: Sequence[Row]) -> None:
        self.taken.extend(rows)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The contexts of the lines so far; every one is a decision that is complete."""
    caplog.set_level(logging.INFO, "nexy.access")

    def read() -> list[dict[str, Any]]:
        assert {vars(one)["decision"] for one in caplog.records} <= {"complete"}
        return [dict(vars(one)["ctx"]) for one in caplog.records]

    return read


def row(watched: Watched, key: str, *, shut: bool = False, **more: object) -> Row:
    return {"user_id": "anna", "token_hash": "", watched.key: key, watched.shut: shut, "changed_at": NOW, **more}


def test_keys_are_told_when_they_begin_and_end(told: Callable[[], list[dict[str, Any]]]) -> None:
    """Not those of the first look, and each once, although the last minute is read again and again."""
    shelf = Kept()
    noticing = Noticing(shelf, KEYS)
    noticing.take([row(KEYS, "old")])
    noticing.take([row(KEYS, "old"), row(KEYS, "ended before the start", shut=True)])
    assert told() == []
    for _ in range(2):
        noticing.take([row(KEYS, "old", shut=True), row(KEYS, "new"), row(KEYS, "short", shut=True)])
    assert [(one["event"], one["id"]) for one in told()] == [
        ("key_revoked", "old"), ("key_issued", "new"), ("key_revoked", "short"),
    ]  # fmt: skip
    assert {one["user_id"] for one in told()} == {"anna"}
    assert len(shelf.taken) == 9
    assert noticing.changes == shelf.changes


def test_the_first_key_of_all_is_news(told: Callable[[], list[dict[str, Any]]]) -> None:
    """An empty first look is one too."""
    noticing = Noticing(Kept(), KEYS)
    noticing.take([])
    noticing.take([row(KEYS, "first")])
    assert [one["event"] for one in told()] == ["key_issued"]


def test_accounts_are_told_when_they_open_and_shut(told: Callable[[], list[dict[str, Any]]]) -> None:
    """One that changes its address was open before, and stays so."""
    noticing = Noticing(Kept(), ACCOUNTS)
    noticing.take([row(ACCOUNTS, "eve", shut=True)])
    noticing.take([row(ACCOUNTS, "bob"), row(ACCOUNTS, "carl", shut=True)])
    noticing.take([row(ACCOUNTS, "eve"), row(ACCOUNTS, "bob", shut=True)])
    assert [(one["event"], one["user_id"]) for one in told()] == [
        ("account_disabled", "carl"), ("account_enabled", "eve"), ("account_disabled", "bob"),
    ]  # fmt: skip


def test_a_device_that_is_paired_again_is_told_again(told: Callable[[], list[dict[str, Any]]]) -> None:
    """By its new token, of which the line says nothing."""
    noticing = Noticing(Kept(), DEVICES)
    noticing.take([row(DEVICES, "phone", token_hash="a")])
    noticing.take([row(DEVICES, "phone", token_hash="b")])
    noticing.take([row(DEVICES, "phone", token_hash="", shut=True)])
    assert [one["event"] for one in told()] == ["device_paired", "device_shut"]
    assert set(told()[0]) == {"event", "hardware_hash", "user_id"}
