"""API keys, on a real database."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.contracts.access import EVERYTHING, Role, Scope, VerifyKey
from nexy.contracts.accounts import DisableAccount
from nexy.contracts.api_keys import IssuedKey, IssueKey, ListKeys, RevokeKey
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NotFound, SeveralMeant, Unauthenticated, Unavailable, ValidationFailed
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import hardware_hash
from support.access import CONFIG, EMAIL, access, signed_up
from support.clock import FakeClock

pytestmark = pytest.mark.slow
DAY = 86_400


async def issued(module: AccessModule, **more: object) -> IssuedKey:
    return await module.process(replace(IssueKey(email=EMAIL, name="editor"), **more))  # type: ignore[arg-type]


async def refused(module: AccessModule, key: str) -> bool:
    with pytest.raises(Unauthenticated) as answer:
        await module.process(VerifyKey(key=key))
    told = ("the key is not valid: unknown, revoked or over", "invalid_key")
    return (answer.value.message, answer.value.code) == told


async def test_a_key_speaks_for_its_person(database: DatabaseModule, tmp_path: Path) -> None:
    """At once, within its scopes; what it spends is hers; the database has a digest and nothing more."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, person = await signed_up(module)
        made = await issued(module, scopes=frozenset({Scope.CODE, Scope.REST}))
        caller = await module.process(VerifyKey(key=made.secret))
        assert (caller.role, caller.user_id, caller.key_id) == (Role.AUTHENTICATED, person.user_id, made.key.key_id)
        assert caller.scopes == {Scope.CODE, Scope.REST}
        assert made.secret.startswith("nexy_")
        assert made.secret not in repr(made)
        async with database.transaction(SERVICE) as transaction:
            kept = [dict(row) for row in await transaction.fetch("SELECT * FROM api_keys")]
            payer = hardware_hash(f"key:{made.key.key_id}")
            (owner,) = await transaction.fetch("SELECT nexy_person_of($1)::text AS id", payer)
        assert made.secret[20:] not in str(kept)
        assert owner["id"] == person.user_id


async def test_wrong_keys_get_one_answer(database: DatabaseModule, tmp_path: Path) -> None:
    """Never issued, of another form, revoked, or over."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        await signed_up(module)
        made, short = await issued(module), await issued(module, days=1)
        await module.process(VerifyKey(key=short.secret))
        clock.advance(DAY)
        await module.process(RevokeKey(key=made.key.beginning))
        wrong = ("", "nexy_", "nexy_" + "a" * 43, "\ud800", made.secret + "a", made.secret.upper(), made.key.key_id)
        for key in (made.secret, short.secret, *wrong):
            assert await refused(module, key)


async def test_what_another_process_issues_is_good_at_once(database: DatabaseModule, tmp_path: Path) -> None:
    """Who comes with a key that is a moment old waits for a look at the database instead of being refused."""
    config = replace(CONFIG, poll_seconds=30)
    async with (
        access(tmp_path, FakeClock(), database, config) as server,
        access(tmp_path, FakeClock(), database) as other,
    ):
        await signed_up(other)
        made = await issued(other)
        caller = await asyncio.wait_for(server.process(VerifyKey(key=made.secret)), 10)
        assert caller.scopes == EVERYTHING
        await other.process(RevokeKey(key=made.key.key_id))
        await server._directory.look()
        assert await refused(server, made.secret)


async def test_an_old_look_brings_no_revoked_key_back(database: DatabaseModule, tmp_path: Path) -> None:
    """What was read before the revocation and arrives after it is left out."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module)
        known = module._keys._known  # type: ignore[union-attr]
        async with database.transaction(SERVICE) as transaction:
            old = await transaction.fetch(known.changes, None)
        await module.process(RevokeKey(key=made.key.key_id))
        known.take(old)
        assert await refused(module, made.secret)


async def test_keys_are_known_from_the_start_and_while_the_database_is_away(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """A server that was started anew knows them; a database that goes away takes none of them along."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module)
    async with access(tmp_path, FakeClock(), database) as module:
        await database.cleanup()
        assert (await module.process(VerifyKey(key=made.secret))).key_id == made.key.key_id
        assert await refused(module, "nexy_" + "a" * 43)


async def test_a_server_that_knows_no_keys_yet_says_so(database: DatabaseModule, tmp_path: Path) -> None:
    """A good key is not called wrong because the database was away at the start."""
    await database.cleanup()
    async with access(tmp_path, FakeClock(), database) as module:
        with pytest.raises(Unavailable):
            await module.process(VerifyKey(key="nexy_" + "a" * 43))


async def test_disabling_a_person_stops_her_keys(database: DatabaseModule, tmp_path: Path) -> None:
    """Letting her in again brings them back; for a disabled one none is issued."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module)
        await module.process(DisableAccount(email=EMAIL))
        assert await refused(module, made.secret)
        with pytest.raises(ValidationFailed) as answer:
            await issued(module)
        assert answer.value.code == "user_disabled"
        await module.process(DisableAccount(email=EMAIL, disabled=False))
        assert (await module.process(VerifyKey(key=made.secret))).key_id == made.key.key_id


async def test_the_last_use_is_written_behind(database: DatabaseModule, tmp_path: Path) -> None:
    """The first time with the next look, then once a minute at most, and when the server stops; nobody waits for it."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        await signed_up(module)
        made = await issued(module)
        keys = module._keys
        assert keys is not None

        async def last_use() -> object:
            await keys.keep_uses_in_time()
            return (await module.process(ListKeys(email=EMAIL)))[0].last_used_on

        assert await last_use() is None
        await module.process(VerifyKey(key=made.secret))
        first = clock.now()
        assert await last_use() == first
        clock.advance(59)
        await module.process(VerifyKey(key=made.secret))
        assert await last_use() == first
    async with database.transaction(SERVICE) as transaction:
        (row,) = await transaction.fetch("SELECT last_used_at, changed_at = created_at AS unchanged FROM api_keys")
    assert row["last_used_at"] == clock.now()


async def test_what_the_scopes_refuse_is_no_use(database: DatabaseModule, tmp_path: Path) -> None:
    """Whose key it is is told all the same; only what it is good for counts."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module, scopes=frozenset({Scope.CODE}))
        keys = module._keys
        assert keys is not None
        caller = await module.process(VerifyKey(key=made.secret, scope=Scope.REST))
        assert caller.key_id == made.key.key_id
        assert not keys._known.first_uses
        await module.process(VerifyKey(key=made.secret, scope=Scope.CODE))
        assert list(keys._known.uses()) == [made.key.key_id]


@pytest.mark.parametrize("shown", ["id", "whole", "12", "8", "20", "dots", "id beginning", "ID"])
async def test_a_key_is_revoked_by_whatever_names_it_alone(
    database: DatabaseModule, tmp_path: Path, shown: str
) -> None:
    """Its id or the key, both whole or a beginning of eight characters or more, also as lists write it."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made, other = await issued(module), await issued(module)
        secret, key_id = made.secret, made.key.key_id
        names = {"id": key_id, "whole": secret, "12": secret[:12], "8": secret[:8], "20": secret[:20],
                 "dots": f" {secret[:12]}… ", "id beginning": key_id[:8], "ID": key_id.upper()}  # fmt: skip
        gone = await module.process(RevokeKey(key=names[shown]))
        assert (gone.key_id, gone.revoked) == (key_id, True)
        assert await refused(module, secret)
        assert (await module.process(VerifyKey(key=other.secret))).key_id == other.key.key_id


async def test_of_several_keys_that_begin_so_none_is_revoked(database: DatabaseModule, tmp_path: Path) -> None:
    """They are listed, each with what tells it apart; a whole key means itself, however others begin."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made, other = await issued(module, name="one"), await issued(module, name="two")
        async with database.transaction(SERVICE) as transaction:
            await transaction.execute("UPDATE api_keys SET beginning = $1", made.key.beginning)
        with pytest.raises(SeveralMeant) as several:
            await module.process(RevokeKey(key=made.key.beginning))
        told = "\n".join(several.value.candidates)
        assert all(word in told for word in (made.key.key_id, other.key.key_id, "one", "two", EMAIL))
        assert [key.revoked for key in await module.process(ListKeys())] == [False, False]
        await module.process(RevokeKey(key=other.secret))
        assert [key.revoked for key in await module.process(ListKeys())] == [False, True]


async def test_what_names_no_key(database: DatabaseModule, tmp_path: Path) -> None:
    """Too little of it, something else, signs of a pattern, a whole key that is almost one."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module)
        last = "b" if made.secret[-1] == "a" else "a"
        for wrong in ("", "nexy_", made.secret[:7], "%", "nexy_%%%%", "________", made.secret[:-1] + last):
            with pytest.raises(NotFound):
                await module.process(RevokeKey(key=wrong))
        assert not (await module.process(ListKeys()))[0].revoked


async def test_a_use_that_could_not_be_written_is_kept(database: DatabaseModule, tmp_path: Path) -> None:
    """The next time it is."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        made = await issued(module)
        await module.process(VerifyKey(key=made.secret))
        keys = module._keys
        assert keys is not None
        await database.cleanup()
        with pytest.raises(Unavailable):
            await keys.keep_uses()
        assert keys._known.first_uses
        assert list(keys._known.uses()) == [made.key.key_id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": " "}, {"name": "x" * 61}, {"name": "a\nb"}, {"scopes": frozenset()},
        {"scopes": frozenset({Scope.VOICE})}, {"scopes": frozenset({Scope.VOICE, Scope.CODE})},
        {"days": 0}, {"days": -1}, {"days": 10**9},
    ],
)  # fmt: skip
async def test_what_makes_no_key(database: DatabaseModule, tmp_path: Path, wrong: dict[str, object]) -> None:
    """A name that lists cannot show, nothing that it is good for, no time to live."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        with pytest.raises(ValidationFailed):
            await issued(module, **wrong)
        assert await module.process(ListKeys()) == []


async def test_unknown_persons_and_keys(database: DatabaseModule, tmp_path: Path) -> None:
    """Are named as such."""
    async with access(tmp_path, FakeClock(), database) as module:
        for request in (
            IssueKey(email="no@example.com", name="x"),
            ListKeys(email="no@example.com"),
            RevokeKey(key="nexy_x"),
        ):
            with pytest.raises(NotFound):
                await module.process(request)  # type: ignore[arg-type]
