"""Refresh tokens and signing out, on a real database."""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.contracts.access import NOBODY, Caller, VerifyToken
from nexy.contracts.accounts import (
    ChangeAccount,
    DescribeAccount,
    DisableAccount,
    RefreshSession,
    SetPassword,
    SignIn,
    SignOut,
    SignOutScope,
)
from nexy.contracts.database import SERVICE, Claims
from nexy.contracts.errors import PermissionDenied, RateLimitExceeded, Unauthenticated, ValidationFailed
from nexy.contracts.signing_keys import RotateKeys
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from support.access import CONFIG, EMAIL, PASSWORD, access, signed_up
from support.clock import FakeClock
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
DAY = 86_400
PROGRAM = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.accounts import RefreshSession
from nexy.modules.database.module import DatabaseModule
from nexy.utils.clock import SystemClock
from support.access import access
from support.peers import FakePeers

async def main(home, url, app_url, token):
    database = DatabaseModule()
    config = DatabaseConfig(enabled=True, app_url=app_url)
    await database.initialize(DatabaseSection(home=home, url=url, config=config), FakePeers())
    async with access(Path(home), SystemClock(), database) as module:
        while True:
            token = (await module.process(RefreshSession(refresh_token=token))).refresh_token
            print(token, flush=True)

asyncio.run(main(*sys.argv[2:]))
"""


async def renewed(module: AccessModule, token: str) -> str:
    return (await module.process(RefreshSession(refresh_token=token))).refresh_token


async def refusal(module: AccessModule, token: str) -> str:
    with pytest.raises(ValidationFailed) as refused:
        await renewed(module, token)
    assert token not in refused.value.message
    return refused.value.code


async def lives(module: AccessModule, caller: Caller) -> bool:
    try:
        await module.process(DescribeAccount(caller=caller))
    except Unauthenticated as refused:
        return refused.code != "session_not_found"
    return True


async def test_a_refresh_token_is_good_for_one_renewal(database: DatabaseModule, tmp_path: Path) -> None:
    """Each gives a new pair of the same session; the database holds digests only."""
    async with access(tmp_path, FakeClock(), database) as module:
        first, caller = await signed_up(module)
        second = await module.process(RefreshSession(refresh_token=first.refresh_token))
        assert second.refresh_token != first.refresh_token
        assert await module.process(VerifyToken(token=second.access_token)) == caller
        async with database.transaction(SERVICE) as transaction:
            kept = str([dict(row) for row in await transaction.fetch("SELECT * FROM auth_refresh_tokens")])
        assert first.refresh_token not in kept
        assert second.refresh_token not in kept


async def test_who_did_not_hear_the_answer_gets_it_again(database: DatabaseModule, tmp_path: Path) -> None:
    """Within the reuse interval the used token leads to the one that is good now, several renewals on as well."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        first, _ = await signed_up(module)
        second = await renewed(module, first.refresh_token)
        clock.advance(10)
        assert await renewed(module, first.refresh_token) == second
        third = await renewed(module, second)
        assert await renewed(module, first.refresh_token) == third
        assert await renewed(module, second) == third


async def test_a_used_token_that_comes_back_later_ends_the_session(database: DatabaseModule, tmp_path: Path) -> None:
    """For the thief and for the owner, access tokens too; other sessions of hers go on."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        stolen, caller = await signed_up(module)
        other = await module.process(SignIn(email=EMAIL, password=PASSWORD))
        second = await renewed(module, stolen.refresh_token)
        clock.advance(11)
        assert await refusal(module, stolen.refresh_token) == "refresh_token_already_used"
        assert await refusal(module, second) == "refresh_token_not_found"
        assert await refusal(module, stolen.refresh_token) == "refresh_token_not_found"
        with pytest.raises(Unauthenticated):
            await module.process(VerifyToken(token=stolen.access_token))
        assert not await lives(module, caller)
        assert await renewed(module, other.refresh_token)


async def test_twenty_at_once_get_the_same_token(database: DatabaseModule, tmp_path: Path) -> None:
    """A race of one client's tabs leaves one good token and no ended session."""
    async with access(tmp_path, FakeClock(), database) as module:
        first, _ = await signed_up(module)
        tokens = await asyncio.gather(*(renewed(module, first.refresh_token) for _ in range(20)))
        assert len(set(tokens)) == 1
        async with database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch("SELECT used_at FROM auth_refresh_tokens")
        assert sorted(row["used_at"] is None for row in rows) == [False, True]
        assert await renewed(module, tokens[0])


@pytest.mark.parametrize("token", ["", "x", "nexy", "' OR 1=1 --", "a\x00b", "\ud800", "я" * 10_000])
async def test_what_was_never_a_token(database: DatabaseModule, tmp_path: Path, token: str) -> None:
    """Is not found, whatever it holds."""
    async with access(tmp_path, FakeClock(), database) as module:
        with pytest.raises(ValidationFailed) as refused:
            await renewed(module, token)
        assert refused.value.code == "refresh_token_not_found"


async def test_guesses_of_a_neighbour_are_in_nobodys_way(database: DatabaseModule, tmp_path: Path) -> None:
    """Nobody guesses 256 bits; a client whose renewal is refused would throw its session away."""
    async with access(tmp_path, FakeClock(), database) as module:
        made = [(await signed_up(module, f"user{number}@example.com"))[0] for number in range(25)]
        for _ in range(40):
            with pytest.raises(ValidationFailed):
                await module.process(RefreshSession(refresh_token="guess", address="10.0.0.1"))
        asked = [RefreshSession(refresh_token=one.refresh_token, address="10.0.0.1") for one in made]
        assert len(await asyncio.gather(*(module.process(one) for one in asked))) == 25


async def test_a_session_is_renewed_at_a_pace(database: DatabaseModule, tmp_path: Path) -> None:
    """Each renewal leaves a row; a refusal leaves none and does not use the token up. Other sessions go on."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        made, _ = await signed_up(module)
        other = await module.process(SignIn(email=EMAIL, password=PASSWORD))
        token = made.refresh_token
        for _ in range(30):
            token = await renewed(module, token)
        for _ in range(3):
            with pytest.raises(RateLimitExceeded) as refused:
                await renewed(module, token)
        assert refused.value.retry_after_seconds == pytest.approx(10)
        async with database.transaction(SERVICE) as transaction:
            kept = await transaction.fetch("SELECT used_at FROM auth_refresh_tokens")
        assert sorted(row["used_at"] is None for row in kept) == [False] * 30 + [True] * 2
        assert await renewed(module, other.refresh_token)
        clock.advance(60)
        assert await renewed(module, token)


async def test_what_is_long_over_is_taken_away(database: DatabaseModule, tmp_path: Path) -> None:
    """A week after its end a session goes with its tokens, an hour after the last sweep; others stay as they are."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        made = [(await signed_up(module, f"user{number}@example.com"))[0] for number in range(3)]
        await renewed(module, made[0].refresh_token)
        mine = await renewed(module, made[2].refresh_token)
        ends = {"user0@example.com": "not_after = now() - interval '8 days'",
                "user1@example.com": "revoked_at = now() - interval '6 days', not_after = now()",
                "user2@example.com": "not_after = now() + interval '9 days'"}  # fmt: skip
        async with database.transaction(SERVICE) as transaction:
            for email, end in ends.items():
                whose = f"(SELECT user_id FROM auth_identities WHERE email = '{email}')"
                await transaction.execute(f"UPDATE auth_sessions SET {end} WHERE user_id = {whose}")
        await module._directory.try_to_look()
        assert await _kept(database) == (3, 5)
        clock.advance(3600)
        await module._directory.try_to_look()
        assert await _kept(database) == (2, 3)
        assert await renewed(module, mine)


async def _kept(database: DatabaseModule) -> tuple[object, ...]:
    query = (
        "SELECT (SELECT count(*) FROM auth_sessions) AS sessions, (SELECT count(*) FROM auth_refresh_tokens) AS tokens"
    )
    async with database.transaction(SERVICE) as transaction:
        return tuple((await transaction.fetch(query))[0].values())


async def test_nobody_but_the_service_sweeps(database: DatabaseModule, tmp_path: Path) -> None:
    """A person's own claims do not do."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        with pytest.raises(PermissionDenied):
            async with database.transaction(Claims(user_id=caller.user_id)) as transaction:
                await transaction.fetch("SELECT nexy_sweep_sessions(100)")


async def test_a_session_ends_by_itself(database: DatabaseModule, tmp_path: Path) -> None:
    """However often it was renewed."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        made, caller = await signed_up(module)
        clock.advance(29 * DAY)
        token = await renewed(module, made.refresh_token)
        assert await lives(module, caller)
        clock.advance(DAY)
        assert await refusal(module, token) == "session_expired"
        assert not await lives(module, caller)


@pytest.mark.parametrize(
    ("scope", "left"),
    [(SignOutScope.LOCAL, [False, True]), (SignOutScope.OTHERS, [True, False]), (SignOutScope.GLOBAL, [False, False])],
)
async def test_signing_out(database: DatabaseModule, tmp_path: Path, scope: SignOutScope, left: list[bool]) -> None:
    """This session, the others, or all: access and refresh tokens alike; nobody else's."""
    async with access(tmp_path, FakeClock(), database) as module:
        mine, caller = await signed_up(module)
        other = await module.process(SignIn(email=EMAIL, password=PASSWORD))
        strangers, stranger = await signed_up(module, "bob@example.com")
        await module.process(SignOut(caller=caller, scope=scope))
        for signed_in, stays in zip((mine, other), left, strict=True):
            if stays:
                assert await renewed(module, signed_in.refresh_token)
                assert (await module.process(VerifyToken(token=signed_in.access_token))).user_id == caller.user_id
            else:
                assert await refusal(module, signed_in.refresh_token) == "refresh_token_not_found"
                with pytest.raises(Unauthenticated):
                    await module.process(VerifyToken(token=signed_in.access_token))
        assert await lives(module, stranger)
        assert await renewed(module, strangers.refresh_token)


async def test_an_end_of_the_keys_ends_every_session(database: DatabaseModule, tmp_path: Path) -> None:
    """No refresh token from before is good for another, however it was come by; who signs in again is in."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        made, _ = await signed_up(module)
        token = await renewed(module, made.refresh_token)
        clock.advance(1)
        await module.process(RotateKeys(at_once=True))
        for old in (token, made.refresh_token):
            assert await refusal(module, old) == "refresh_token_not_found"
        with pytest.raises(Unauthenticated):
            await module.process(VerifyToken(token=made.access_token))
        again = await module.process(SignIn(email=EMAIL, password=PASSWORD))
        assert await renewed(module, again.refresh_token)
        assert (await module.process(VerifyToken(token=again.access_token))).user_id == made.account.user_id


async def test_a_key_signs_nobody_out(database: DatabaseModule, tmp_path: Path) -> None:
    """Nor does nobody."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        for other in (replace(caller, key_id="key", session_id=""), NOBODY):
            with pytest.raises(PermissionDenied):
                await module.process(SignOut(caller=other))
        assert await lives(module, caller)


async def test_another_password_ends_the_other_sessions(database: DatabaseModule, tmp_path: Path) -> None:
    """The one that changed it goes on."""
    async with access(tmp_path, FakeClock(), database) as module:
        mine, caller = await signed_up(module)
        other = await module.process(SignIn(email=EMAIL, password=PASSWORD))
        await module.process(ChangeAccount(caller=caller, password="another horse"))
        assert await renewed(module, mine.refresh_token)
        assert await refusal(module, other.refresh_token) == "refresh_token_not_found"
        with pytest.raises(ValidationFailed):
            await module.process(SignIn(email=EMAIL, password=PASSWORD))
        await module.process(SignIn(email=EMAIL, password="another horse"))


async def test_the_operators_hand_ends_every_session(database: DatabaseModule, tmp_path: Path) -> None:
    """A new password or a disabled account; letting her in again brings no session back."""
    async with access(tmp_path, FakeClock(), database) as module:
        first, caller = await signed_up(module)
        await module.process(SetPassword(email=EMAIL, password="another horse"))
        assert await refusal(module, first.refresh_token) == "refresh_token_not_found"
        assert not await lives(module, caller)
        second = await module.process(SignIn(email=EMAIL, password="another horse"))
        await module.process(DisableAccount(email=EMAIL.upper()))
        for token in (second.access_token, first.access_token):
            with pytest.raises(Unauthenticated):
                await module.process(VerifyToken(token=token))
        with pytest.raises(ValidationFailed) as refused:
            await module.process(SignIn(email=EMAIL, password="another horse"))
        assert refused.value.code == "invalid_credentials"
        await module.process(DisableAccount(email=EMAIL, disabled=False))
        assert await refusal(module, second.refresh_token) == "refresh_token_not_found"
        await module.process(SignIn(email=EMAIL, password="another horse"))


async def test_what_ends_elsewhere_is_known_with_the_next_look(database: DatabaseModule, tmp_path: Path) -> None:
    """A session that another process ended, and an account that it disabled and enabled."""
    clock = FakeClock()
    config = replace(CONFIG, poll_seconds=60)
    async with access(tmp_path, clock, database, config) as here, access(tmp_path, clock, database, config) as there:
        made, caller = await signed_up(here)
        second = await here.process(SignIn(email=EMAIL, password=PASSWORD))
        await there.process(SignOut(caller=caller, scope=SignOutScope.LOCAL))
        await here.process(VerifyToken(token=made.access_token))
        await here._directory.look()
        with pytest.raises(Unauthenticated):
            await here.process(VerifyToken(token=made.access_token))
        await here.process(VerifyToken(token=second.access_token))
        await there.process(DisableAccount(email=EMAIL))
        await here._directory.look()
        with pytest.raises(Unauthenticated):
            await here.process(VerifyToken(token=second.access_token))
        assert here._disabled.has(caller.user_id)
        await there.process(DisableAccount(email=EMAIL, disabled=False))
        await here._directory.look()
        assert not here._disabled.has(caller.user_id)


async def test_a_kill_leaves_the_last_token_that_was_heard_good(postgres: TestServer, tmp_path: Path) -> None:
    """SIGKILL between any two steps: the token that the client holds is renewed by the next server."""
    from nexy.utils.clock import SystemClock
    from support.peers import FakePeers

    async with new_database(postgres) as name:
        section, database = postgres.section(name), DatabaseModule()
        await database.initialize(section, FakePeers())
        try:
            async with access(tmp_path, SystemClock(), database) as module:
                made, _ = await signed_up(module)
            token = made.refresh_token
            for heard in (1, 7):
                token = await _killed_after(heard, tmp_path, section.url, section.config.app_url, token)
                async with access(tmp_path, SystemClock(), database) as module:
                    token = await renewed(module, token)
        finally:
            await database.cleanup()


async def _killed_after(heard: int, home: Path, url: str, app_url: str, token: str) -> str:
    tests = str(Path(__file__).parents[3])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, tests, str(home), url, app_url, token, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        for _ in range(heard):
            token = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
            assert token
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    return token
