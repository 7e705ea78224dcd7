"""Passwords: what counts as one, and what it costs to try."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace

import argon2
import pytest

from nexy.config.access_section import PasswordsConfig
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.access.accounts.passwords import Passwords, normalised
from support.access import PASSWORD, QUICK


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(QUICK)
    yield made
    made.cleanup()


async def test_a_password_opens_what_it_closed(passwords: Passwords) -> None:
    """And no other does; the kept text is argon2id with the configured cost."""
    kept = await passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=8192,t=1,p=1$")
    assert (await passwords.check(kept, PASSWORD)).right
    assert not (await passwords.check(kept, PASSWORD + " ")).right
    assert not (await passwords.check(None, PASSWORD)).right


@pytest.mark.parametrize(
    ("one", "other"),
    [("Cafe\u0301 Zürich", "Café Zürich"), ("ｐａｓｓｗｏｒｄ", "password"), ("ﬁrewall 1", "firewall 1")],
)
async def test_what_looks_the_same_is_the_same(passwords: Passwords, one: str, other: str) -> None:
    """However a keyboard puts letters together (NFKC)."""
    assert (await passwords.check(await passwords.hashed(one), other)).right


@pytest.mark.parametrize(
    "password",
    ["", "short", "1234567", "x" * 257, "\ufdfa" * 40, "with\x00nul", "with\nline", "half\ud800pair"],
    ids=["nothing", "short", "seven", "long", "long once normalised", "NUL", "line", "surrogate"],
)
async def test_what_is_no_password_is_refused_and_opens_nothing(passwords: Passwords, password: str) -> None:
    """Weak where it would be set; simply wrong, at the same cost, where it is shown."""
    with pytest.raises(ValidationFailed) as refused:
        passwords.refuse_weak(password)
    assert (refused.value.code, refused.value.field) == ("weak_password", "password")
    assert not (await passwords.check(await passwords.hashed(PASSWORD), password)).right


def test_length_is_counted_in_characters(passwords: Passwords) -> None:
    """Eight letters of any script are eight."""
    passwords.refuse_weak("парольчи")
    passwords.refuse_weak("x" * 256)
    assert normalised("e\u0301", 8) == "é"


async def test_every_try_costs_one_hash(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    """With today's parameters: for nobody's account, a wrong password and what is no password, too."""
    kept, costs = await passwords.hashed(PASSWORD), []
    verify = argon2.low_level.verify_secret

    def counted(text: bytes, *more: object) -> bool:
        costs.append(text.split(b"$")[3])
        return verify(text, *more)

    monkeypatch.setattr("argon2._password_hasher.verify_secret", counted)
    for shown in ((None, PASSWORD), (kept, "wrong horse"), (kept, "\x00"), (kept, PASSWORD), ("garbage", PASSWORD)):
        await passwords.check(*shown)
    assert costs == [b"m=8192,t=1,p=1"] * 4


async def test_a_kept_hash_follows_the_configuration(passwords: Passwords) -> None:
    """Made with other parameters it still opens, and is given back made anew; a wrong password renews nothing."""
    kept = await passwords.hashed(PASSWORD)
    dearer = Passwords(replace(QUICK, passes=2))
    try:
        renewed = (await dearer.check(kept, PASSWORD)).renewed
        assert renewed.startswith("$argon2id$v=19$m=8192,t=2,p=1$")
        assert (await dearer.check(renewed, PASSWORD)).renewed == ""
        assert (await dearer.check(kept, "wrong horse")).renewed == ""
    finally:
        dearer.cleanup()


async def test_a_crowd_is_sent_away_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many hash, so many wait, the next one hears at once when to come again; then there is room again."""
    gate = threading.Event()
    crowded = Passwords(replace(QUICK, at_once=1, max_waiting=2))
    monkeypatch.setattr(crowded, "_checked", lambda kept, password: gate.wait(10))
    try:
        trying = [asyncio.ensure_future(crowded.check(None, PASSWORD)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await crowded.check(None, PASSWORD)
        assert (refused.value.code, refused.value.retry_after_seconds) == ("passwords_busy", 1.0)
        gate.set()
        await asyncio.gather(*trying)
        await crowded.check(None, PASSWORD)
    finally:
        gate.set()
        crowded.cleanup()


def test_the_parameters_are_those_of_rfc_9106() -> None:
    """The second recommended option: 64 MiB, 3 passes, 4 lanes."""
    config = PasswordsConfig()
    assert (config.memory_kib, config.passes, config.lanes) == (65_536, 3, 4)
