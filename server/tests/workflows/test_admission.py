"""Who may come in when the capability runs, and when it does not."""

from typing import TypeVar

import pytest

from nexy.contracts.access import NOBODY, Caller, Role, Scope, VerifyKey, VerifyToken
from nexy.contracts.capabilities import ACCESS, DATABASE
from nexy.contracts.devices import AdmitDevice
from nexy.contracts.errors import PermissionDenied, Unauthenticated, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.admission import Admission

R = TypeVar("R")
ANNA = Caller(role=Role.AUTHENTICATED, user_id="anna")


class Told(UniversalModuleInterface):
    """Answers everything with one caller, and remembers what it was asked."""

    def __init__(self, caller: Caller = ANNA) -> None:
        self.caller = caller
        self.asked: list[object] = []

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        self.asked.append(request)
        return self.caller  # type: ignore[return-value]

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


def admission(rule: str = "optional", **parts: UniversalModuleInterface) -> Admission:
    coordinator = ModuleCoordinator()
    for name, part in parts.items():
        coordinator.provide(name, part)  # type: ignore[arg-type]
    return Admission(coordinator, rule)


async def test_devices_are_asked_of_the_capability_unless_nothing_is_checked() -> None:
    """With their token; off asks nobody."""
    told = Told()
    assert await admission(**{ACCESS: told}).device("mac", "t") == ANNA
    assert told.asked == [AdmitDevice(hardware_id="mac", token="t")]
    assert await admission("off", **{ACCESS: told}).device("mac", "t") == NOBODY
    assert len(told.asked) == 1


async def test_the_greeting_asks_only_where_pairing_is_required() -> None:
    """Without a name; a server whose database is away still greets whom it need not know."""
    told = Told()
    for rule in ("off", "optional"):
        await admission(rule, **{ACCESS: told, DATABASE: told}).greeting("t")
    await admission("optional", **{DATABASE: told}).greeting()
    assert told.asked == []
    await admission("required", **{ACCESS: told}).greeting("t")
    assert told.asked == [AdmitDevice(hardware_id="", token="t")]
    with pytest.raises(Unavailable):
        await admission("required").greeting("t")


@pytest.mark.parametrize(
    ("rule", "parts", "open_"),
    [("off", (), True), ("optional", (), True), ("required", (), False), ("optional", (DATABASE,), False),
     ("off", (DATABASE,), True)],
)  # fmt: skip
async def test_without_the_capability(rule: str, parts: tuple[str, ...], open_: bool) -> None:
    """Where memories are there, nobody passes for another; where there are none, whoever may speak unpaired does."""
    asked = admission(rule, **{part: Told() for part in parts}).device("mac", "t")
    if open_:
        assert await asked == NOBODY
        return
    with pytest.raises(Unavailable) as refused:
        await asked
    assert refused.value.code == "devices_unknown"


@pytest.mark.parametrize(
    ("secret", "kind"),
    [("nexy_k", VerifyKey), ("eyJhbGciOiJub25lIn0.e30.", VerifyToken), ("a.b.c", VerifyToken), ("eyJ", VerifyToken),
     ("..", VerifyToken), ("sk-proj-1", None), ("Bearer x", None), ("", None), ("a.b", None)],
)  # fmt: skip
async def test_what_looks_like_ours_is_verified(secret: str, kind: type[object] | None) -> None:
    """Whatever could be a token or a key of ours is never silently nobody's."""
    told = Told()
    caller = await admission(**{ACCESS: told}).bearer(secret, Scope.CODE)
    assert caller == (ANNA if kind else None)
    assert [type(request) for request in told.asked] == ([kind] if kind else [])


async def test_scopes_and_devices_tokens() -> None:
    """A key is good for what it was issued for; a device's token is none of HTTP's."""
    sensors = Caller(role=Role.AUTHENTICATED, user_id="anna", key_id="k", scopes=frozenset({Scope.SENSORS}))
    doors = admission(**{ACCESS: Told(sensors)})
    assert await doors.bearer("nexy_k", Scope.SENSORS) == sensors
    with pytest.raises(PermissionDenied, match="scope code"):
        await doors.bearer("nexy_k", Scope.CODE)
    with pytest.raises(Unauthenticated):
        await doors.bearer("nexy_device_x", Scope.CODE)


async def test_a_token_that_nobody_can_verify_is_not_let_in() -> None:
    """Unavailable, to be tried again."""
    with pytest.raises(Unavailable):
        await admission().bearer("nexy_k", Scope.CODE)
