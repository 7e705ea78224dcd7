"""What the log and the figures tell of signing in and the like."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from nexy.contracts.accounts import RefreshSession, SignIn, SignOutScope, SignUp
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.errors import NexyError, RateLimitExceeded, Unavailable, ValidationFailed
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.account_trail import AccountTrail, account_hash
from nexy.workflows.accounts import Accounts
from support.clock import FakeClock
from support.fake_access import FakeAccess

EMAIL, PASSWORD = "ann@example.com", "a long password"
WHO = SignUp(email=EMAIL, password=PASSWORD, address="203.0.113.7")
WRONG = SignIn(email="Ann@Example.com ", password="guess", address="203.0.113.7")
Line = tuple[str, str, str]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Line]]:
    """Level, decision and words of what was told so far."""
    caplog.set_level(logging.INFO, "nexy.access")
    return lambda: [(one.levelname, vars(one)["decision"], one.getMessage()) for one in caplog.records]


def contexts(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [dict(vars(one)["ctx"]) for one in caplog.records]


class Stage:
    """Accounts over a module in memory, with figures and a clock."""

    def __init__(self) -> None:
        self.access, self.registry, self.clock = FakeAccess(), CollectorRegistry(), FakeClock()
        coordinator = ModuleCoordinator()
        coordinator.provide(ACCESS, self.access)
        self.accounts = Accounts(coordinator, AccountTrail(self.registry, self.clock))

    async def refused(self, error: NexyError, shown: SignIn = WRONG) -> None:
        self.access.refusal = error
        with pytest.raises(type(error)):
            await self.accounts.sign_in(shown)
        self.access.refusal = None

    def figure(self, event: str, outcome: str) -> float | None:
        return self.registry.get_sample_value("auth_events_total", {"event": event, "outcome": outcome})


async def test_a_life_is_told_line_by_line(lines: Callable[[], list[Line]], caplog: pytest.LogCaptureFixture) -> None:
    """Signing up, out and in, and a new password: who by her id, and from where."""
    stage = Stage()
    made = await stage.accounts.sign_up(WHO)
    await stage.accounts.change(made.access_token, password="another password")
    await stage.accounts.sign_out(made.access_token, SignOutScope.LOCAL)
    await stage.accounts.sign_in(SignIn(email=EMAIL, password="another password"))
    assert lines() == [
        ("INFO", "complete", f"{event}: ok") for event in ("sign_up", "change_password", "sign_out", "sign_in")
    ]
    assert {one["user_id"] for one in contexts(caplog)} == {made.account.user_id}
    assert contexts(caplog)[0]["origin"] == "203.0.113.7"
    assert stage.figure("sign_up", "ok") == 1.0


async def test_a_wrong_password_is_told_without_address_and_password(
    lines: Callable[[], list[Line]], caplog: pytest.LogCaptureFixture
) -> None:
    """The account by the hash of its usual spelling, so that its lines are found together."""
    stage = Stage()
    with pytest.raises(ValidationFailed):
        await stage.accounts.sign_in(WRONG)
    assert lines() == [("INFO", "abort", "sign_in: refused")]
    assert contexts(caplog) == [
        {"event": "sign_in", "account": account_hash(EMAIL), "origin": "203.0.113.7", "code": "invalid_credentials"}
    ]
    assert "example.com" not in caplog.text.lower()
    assert "guess" not in caplog.text
    assert stage.figure("sign_in", "refused") == 1.0


async def test_a_lockout_is_told_once_for_a_burst(lines: Callable[[], list[Line]]) -> None:
    """Counted each time; told again when a minute has been quiet, and of another address at once."""
    stage, limited = Stage(), RateLimitExceeded("too many tries", retry_after_seconds=12)
    for _ in range(5):
        await stage.refused(limited)
        stage.clock.advance(30)
    assert lines() == [("WARNING", "abort", "sign_in: limited")]
    await stage.refused(limited, SignIn(email=EMAIL, password="x", address="198.51.100.9"))
    stage.clock.advance(60)
    await stage.refused(limited)
    assert len(lines()) == 3
    assert stage.figure("sign_in", "limited") == 7.0


async def test_bursts_in_memory_are_bounded() -> None:
    """An attack from everywhere fills lines, not memory."""
    stage = Stage()
    for number in range(1200):
        await stage.refused(RateLimitExceeded("x"), SignIn(email=EMAIL, password="x", address=str(number)))
    assert len(stage.accounts._trail._bursts) == 1000


async def test_a_failure_is_no_refusal(lines: Callable[[], list[Line]]) -> None:
    """Nobody was judged while the database was away."""
    stage = Stage()
    await stage.refused(Unavailable("away"))
    assert lines() == [("WARNING", "error", "sign_in: failed")]
    assert stage.figure("sign_in", "failed") == 1.0


async def test_sessions_that_go_on_are_counted_alone(lines: Callable[[], list[Line]]) -> None:
    """A guess at a refresh token is told; one that was used up is told by the module, which knows whose it was."""
    stage = Stage()
    made = await stage.accounts.sign_up(WHO)
    await stage.accounts.refresh(RefreshSession(refresh_token=made.refresh_token))
    told = len(lines())
    for token in (made.refresh_token, "guess"):
        with pytest.raises(ValidationFailed):
            await stage.accounts.refresh(RefreshSession(refresh_token=token))
    assert lines()[told:] == [("INFO", "abort", "refresh: refused")]
    assert (stage.figure("refresh", "ok"), stage.figure("refresh", "refused")) == (1.0, 2.0)
    assert b'auth_events_total{event="refresh",outcome="ok"} 1.0' in generate_latest(stage.registry)


def test_an_address_has_one_hash() -> None:
    """As `printf %s ann@example.com | sha256sum` begins; of nothing there is none."""
    assert account_hash(" ANN@example.com") == account_hash(EMAIL) == "71d4f55f72fa"
    assert account_hash("") == ""
