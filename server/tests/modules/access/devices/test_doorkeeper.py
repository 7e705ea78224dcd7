"""Whom a device speaks for, from memory alone."""

from datetime import UTC, datetime

import pytest

from nexy.contracts.access import NOBODY, Role, Scope
from nexy.contracts.devices import Owner
from nexy.contracts.errors import NexyError, PermissionDenied, Unauthenticated, Unavailable
from nexy.modules.access.devices.device_tokens import digest_of, fits, new_device_token
from nexy.modules.access.devices.doorkeeper import Doorkeeper
from nexy.modules.access.devices.known_devices import KnownDevices
from nexy.utils.device_identity import hardware_hash

NOW = datetime(2026, 11, 21, tzinfo=UTC)
# Of the form of a drawn one, and the same in every process that collects these tests.
TOKEN, ANOTHER = f"nexy_device_{'aB' * 21}c", f"nexy_device_{'yZ' * 21}x"


def row(device: str, token: str = TOKEN, *, revoked: bool = False, user: str = "anna") -> dict[str, object]:
    digest = digest_of(token) if token else ""
    return {"hardware_hash": hardware_hash(device), "user_id": user, "token_hash": digest, "revoked": revoked,
            "changed_at": NOW}  # fmt: skip


def door(rule: str = "optional", *, loaded: bool = True, database: bool = True) -> Doorkeeper:
    known = KnownDevices(lambda: None)
    if loaded:
        known.take([row("paired"), row("revoked", "", revoked=True), row("tokenless", "")])
    return Doorkeeper(known, rule, lambda: database)


@pytest.mark.parametrize("rule", ["optional", "required"])
def test_a_paired_device_with_its_token_speaks_for_its_person(rule: str) -> None:
    """With the rights of its voice and no others."""
    caller = door(rule).admit("paired", TOKEN)
    assert (caller.user_id, caller.role, caller.scopes) == ("anna", Role.AUTHENTICATED, frozenset({Scope.VOICE}))


@pytest.mark.parametrize("rule", ["optional", "required"])
@pytest.mark.parametrize(
    ("device", "token", "refusal", "code"),
    [
        ("paired", "", Unauthenticated, "device_token"),
        ("paired", ANOTHER, Unauthenticated, "device_token"),
        ("paired", TOKEN[:-1], Unauthenticated, "device_token"),
        ("paired", TOKEN + " ", Unauthenticated, "device_token"),
        ("paired", TOKEN.upper(), Unauthenticated, "device_token"),
        ("paired", digest_of(TOKEN), Unauthenticated, "device_token"),
        ("paired", "\ud800", Unauthenticated, "device_token"),
        ("revoked", "", PermissionDenied, "device_revoked"),
        ("revoked", TOKEN, PermissionDenied, "device_revoked"),
        ("tokenless", "", Unauthenticated, "device_token"),
    ],
)
def test_everybody_else_is_refused(rule: str, device: str, token: str, refusal: type[NexyError], code: str) -> None:
    """A stolen id, a wrong token, what is stored instead of the token: none of it opens."""
    with pytest.raises(refusal) as refused:
        door(rule).admit(device, token)
    assert refused.value.code == code
    assert token not in refused.value.message or not token


def test_unpaired_devices() -> None:
    """Optional lets them speak for nobody, required names the remedy, off looks at nothing."""
    assert door("optional").admit("new", "") == NOBODY
    assert door("optional").admit("new", "somebody-elses-bearer") == NOBODY
    with pytest.raises(Unauthenticated):
        door("optional").admit("new", TOKEN)
    with pytest.raises(PermissionDenied, match="nexy devices pair"):
        door("required").admit("new", "")
    for device in ("new", "paired", "revoked"):
        assert door("off").admit(device, "") == NOBODY


@pytest.mark.parametrize("token", ["", ANOTHER, TOKEN[:-1], "x", digest_of(TOKEN)])
def test_who_says_no_name_needs_some_devices_token_where_pairing_is_required(token: str) -> None:
    """One that holds; elsewhere everybody is greeted."""
    with pytest.raises(Unauthenticated):
        door("required").admit("", token)
    assert door("required").admit("", TOKEN) == NOBODY
    assert door("optional").admit("", token) == NOBODY


def test_a_revoked_devices_token_greets_nobody() -> None:
    """Also where the database still has its digest."""
    known = KnownDevices(lambda: None)
    known.take([row("gone", revoked=True)])
    with pytest.raises(Unauthenticated):
        Doorkeeper(known, "required", lambda: True).admit("", TOKEN)


def test_while_nobody_knows_who_is_paired_nobody_passes_for_another() -> None:
    """A database that has not answered yet may know the device; without one there is nothing to know."""
    with pytest.raises(Unavailable):
        door(loaded=False).admit("new", "")
    assert door(loaded=False, database=False).admit("new", "") == NOBODY
    with pytest.raises(PermissionDenied):
        door("required", loaded=False, database=False).admit("new", "")


def test_owners() -> None:
    """Also of a revoked device: what is still on its way was spent by its person."""
    assert door().owner_of("paired") == door().owner_of("revoked") == Owner(user_id="anna")
    assert door().owner_of("new") == Owner(unpaired=True)
    assert door("off").owner_of("new") == Owner()


def test_old_news_change_nothing_and_moves_are_told() -> None:
    """A look that began before a change and ends after it does not undo it."""
    moves: list[int] = []
    known = KnownDevices(lambda: moves.append(1))
    known.take([row("mac")])
    assert not moves
    known.take([{**row("mac", user="boris"), "changed_at": NOW.replace(hour=2)}])
    known.take([{**row("mac"), "changed_at": NOW.replace(hour=1)}])
    known.take([])
    found = known.get(hardware_hash("mac"))
    assert found is not None
    assert (found.user_id, len(moves)) == ("boris", 1)


def test_tokens_are_drawn_and_recognisable() -> None:
    """No two are alike, each begins so that leaks can be found, and an empty digest fits nothing."""
    drawn = {new_device_token() for _ in range(100)}
    assert len(drawn) == 100
    assert all(token.startswith("nexy_device_") and len(token) > 50 for token in drawn)
    assert not fits("", "")
    assert not fits(TOKEN, "")
