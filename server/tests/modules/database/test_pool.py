"""Transactions over pooled connections."""

import asyncio
import random
from uuid import UUID, uuid4

import asyncpg
import pytest

from nexy.contracts.database import SERVICE, Claims, StatementRefused
from nexy.contracts.errors import (
    DeadlineExceeded,
    NexyError,
    PermissionDenied,
    RateLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import anonymous_user_id, hardware_hash
from support.peers import FakePeers
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
CLAIMS_NOW = "SELECT current_setting('nexy.user_id', true) AS person, current_setting('nexy.service', true) AS service"


async def test_a_clean_exit_commits_and_an_error_rolls_back(database: DatabaseModule) -> None:
    """The rows of the first block stay, those of the second do not, and its error is the caller's own."""
    async with database.transaction(SERVICE) as transaction:
        assert await transaction.execute("INSERT INTO users (id) VALUES ($1), ($2)", uuid4(), uuid4()) == 2
    with pytest.raises(FileNotFoundError, match="mine"):
        async with database.transaction(SERVICE) as transaction:
            await transaction.execute("INSERT INTO users (id) VALUES ($1)", uuid4())
            raise FileNotFoundError("mine")
    async with database.transaction(SERVICE) as transaction:
        assert len(await transaction.fetch("SELECT id FROM users")) == 2


async def test_claims_end_with_their_transaction(postgres: TestServer) -> None:
    """On the very same connection the next transaction has its own claims, and a foreign SET ROLE is gone."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=1)
        person = str(uuid4())
        async with module.transaction(Claims(user_id=person)) as transaction:
            assert dict((await transaction.fetch(CLAIMS_NOW))[0]) == {"person": person, "service": "off"}
            await transaction.execute("SELECT set_config('nexy.service', 'on', false)")
        async with module.transaction(Claims()) as transaction:
            assert dict((await transaction.fetch(CLAIMS_NOW))[0]) == {"person": "", "service": "off"}
        await module.cleanup()


async def _module(postgres: TestServer, name: str, **settings: float) -> DatabaseModule:
    module = DatabaseModule()
    await module.initialize(postgres.section(name, **settings), FakePeers())
    return module


async def test_slow_reads_of_one_person_keep_nobody_out(postgres: TestServer) -> None:
    """Sixty at a time: the app gets a connection at once, and so does another person."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=6, acquire_timeout_seconds=0.5)
        her, gate = Claims(user_id=str(uuid4()), role="authenticated"), asyncio.Event()

        async def slow() -> type[NexyError] | None:
            try:
                async with module.transaction(her) as transaction:
                    await transaction.fetch("SELECT 1")
                    await gate.wait()
            except NexyError as problem:
                return type(problem)
            return None

        reads = [asyncio.ensure_future(slow()) for _ in range(60)]
        async with asyncio.timeout(10):
            while len(waiting := [read for read in reads if not read.done()]) > 2:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for claims in (SERVICE, Claims(user_id=str(uuid4()), role="authenticated")):
            async with module.transaction(claims) as transaction:
                await transaction.fetch("SELECT 1")
        gate.set()
        ended = await asyncio.gather(*reads)
        assert (ended.count(None), ended.count(RateLimitExceeded)) == (2, 58)
        await module.cleanup()


async def test_a_server_that_does_not_look_at_its_clock_is_left_in_time(
    postgres: TestServer,
) -> None:
    """As where one large value is written: the caller hears 57014 half a second later, and the pool goes on."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=1, rest_statement_timeout_seconds=0.1)
        clock = asyncio.get_running_loop().time
        began = clock()
        with pytest.raises(StatementRefused) as late:
            async with module.transaction(Claims(role="anon")) as transaction:
                await transaction.execute("SET LOCAL statement_timeout = 0")
                await transaction.fetch("SELECT pg_sleep(20)")
        assert late.value.sqlstate == "57014"
        assert clock() - began < 5
        async with module.transaction(SERVICE) as transaction:
            await transaction.fetch("SELECT 1")
        await module.cleanup()


async def test_no_person_ever_sees_another_through_errors_and_cancellations(postgres: TestServer) -> None:
    """400 transactions of two persons and the service over three connections, cut in every way: rows never mix."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=3, acquire_timeout_seconds=30)
        persons = [await _person(module, number) for number in range(2)]
        dice = random.Random(7)
        few = asyncio.Semaphore(4)

        async def one(step: int) -> tuple[UUID, list[UUID]] | None:
            async with few:
                return await _step(module, persons[step % 2], dice.choice(ENDS), dice.random() * 0.01)

        outcomes = await asyncio.gather(*(one(step) for step in range(400)))
        seen = [outcome for outcome in outcomes if outcome is not None]
        async with module.transaction(SERVICE) as transaction:
            left = await transaction.fetch("SELECT count(*) AS rows FROM users WHERE display_name = 'torn'")
        await module.cleanup()
    assert len(seen) > 50
    assert all(rows == [person] for person, rows in seen)
    assert left[0]["rows"] == 0


ENDS = ("well", "error", "refused", "cancelled", "cancelled at once", "timeout")


async def _step(module: DatabaseModule, person: UUID, end: str, patience: float) -> tuple[UUID, list[UUID]] | None:
    """One transaction that sees its rows and then ends in one way; what it saw, if it came so far."""

    async def work() -> tuple[UUID, list[UUID]]:
        async with module.transaction(Claims(user_id=str(person))) as transaction:
            rows = await transaction.fetch("SELECT id FROM users")
            if end != "well":
                await transaction.execute("UPDATE users SET display_name = 'torn' WHERE id = $1", person)
            if end == "refused":
                await transaction.execute("DELETE FROM users")
            if end == "error":
                raise RuntimeError("mine")
            if end.startswith("cancelled") or end == "timeout":
                await transaction.execute("SELECT pg_sleep(5)")
            return person, [UUID(str(row["id"])) for row in rows]

    if end in ("well", "error", "refused"):
        try:
            return await work()
        except (RuntimeError, PermissionDenied):
            return None
    try:
        await asyncio.wait_for(work(), 0.0005 if end == "cancelled at once" else 0.02 + patience)
    except (TimeoutError, NexyError):
        return None
    raise AssertionError("the sleep was not cut")


async def _person(module: DatabaseModule, number: int) -> UUID:
    async with module.transaction(SERVICE) as transaction:
        rows = await transaction.fetch("SELECT nexy_person_of($1) AS id", hardware_hash(f"device {number}"))
    return UUID(str(rows[0]["id"]))


async def test_a_busy_pool_is_told_in_time(postgres: TestServer) -> None:
    """With its only connection taken, the next transaction raises `Unavailable` after the configured time."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=1, acquire_timeout_seconds=0.1)
        async with module.transaction(SERVICE):
            with pytest.raises(Unavailable, match="no database connection is free"):
                async with module.transaction(SERVICE):
                    pass
        async with module.transaction(SERVICE) as transaction:
            assert await transaction.fetch("SELECT 1")
        await module.cleanup()


async def test_a_statement_that_takes_too_long_is_ended(postgres: TestServer) -> None:
    """`DeadlineExceeded`, and the connection serves the next transaction."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name, max_connections=1, statement_timeout_seconds=0.05)
        with pytest.raises(DeadlineExceeded):
            async with module.transaction(SERVICE) as transaction:
                await transaction.fetch("SELECT pg_sleep(5)")
        async with module.transaction(SERVICE) as transaction:
            assert await transaction.fetch("SELECT 1")
        await module.cleanup()


async def test_connections_that_the_server_ended_are_replaced(postgres: TestServer) -> None:
    """After every connection was terminated the next transactions succeed without an error."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name)
        await asyncio.gather(*(_sleep_a_little(module) for _ in range(5)))
        administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            name,
        )
        await administrator.close()
        await asyncio.gather(*(_sleep_a_little(module) for _ in range(5)))
        await module.cleanup()


async def _sleep_a_little(module: DatabaseModule) -> None:
    async with module.transaction(SERVICE) as transaction:
        await transaction.fetch("SELECT pg_sleep(0.02)")


async def test_values_that_do_not_fit_are_the_callers_mistake(database: DatabaseModule) -> None:
    """A wrong type, a broken rule and a claim that is no UUID raise `ValidationFailed`; the rule is named."""
    with pytest.raises(ValidationFailed):
        async with database.transaction(SERVICE) as transaction:
            await transaction.execute("INSERT INTO users (id) VALUES ($1)", "no uuid")
    with pytest.raises(ValidationFailed) as refused:
        async with database.transaction(SERVICE) as transaction:
            await transaction.execute("INSERT INTO users (id, kind) VALUES ($1, 'robot')", uuid4())
    assert refused.value.field == "users_kind_check"
    with pytest.raises(ValidationFailed):
        async with database.transaction(Claims(user_id="x' OR true --")):
            pass


async def test_a_closed_module_is_unavailable(postgres: TestServer) -> None:
    """After `cleanup`, also a second one, a transaction raises `Unavailable`."""
    async with new_database(postgres) as name:
        module = await _module(postgres, name)
        await module.cleanup()
        await module.cleanup()
        with pytest.raises(Unavailable):
            module.transaction(SERVICE)


async def test_the_person_of_a_device_is_the_one_that_every_writer_derives(database: DatabaseModule) -> None:
    """`nexy_person_of` gives the id of `anonymous_user_id` for a hundred devices, and the same one again."""
    hashes = [hardware_hash(f"device {number}") for number in range(100)]
    async with database.transaction(Claims()) as transaction:
        for _ in range(2):
            rows = await transaction.fetch("SELECT nexy_person_of(hash) AS id FROM unnest($1::text[]) AS hash", hashes)
            assert [row["id"] for row in rows] == [anonymous_user_id(hash_of_device) for hash_of_device in hashes]
        assert await transaction.fetch("SELECT id FROM users") == []


async def test_a_paired_device_answers_with_its_person(database: DatabaseModule) -> None:
    """After pairing the table is the truth, whoever asks."""
    person, device = uuid4(), hardware_hash("paired")
    async with database.transaction(SERVICE) as transaction:
        await transaction.fetch("SELECT nexy_person_of($1)", device)
        await transaction.execute("INSERT INTO users (id, kind) VALUES ($1, 'person')", person)
        await transaction.execute("UPDATE devices SET user_id = $1 WHERE hardware_hash = $2", person, device)
    async with database.transaction(Claims(user_id=str(uuid4()))) as transaction:
        rows = await transaction.fetch("SELECT nexy_person_of($1) AS id", device)
    assert rows[0]["id"] == person
