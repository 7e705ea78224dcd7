"""Pairing on a real PostgreSQL: everything that a device left behind comes to its person, and nothing else moves."""

import asyncio
from pathlib import Path

import pytest

from nexy.contracts.database import SERVICE, Claims, StatementRefused
from nexy.contracts.devices import AdmitDevice, ListDevices, RevokeDevice
from nexy.contracts.errors import NotFound, PermissionDenied, SeveralMeant, Unauthenticated, ValidationFailed
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import anonymous_user_id, hardware_hash
from nexy.utils.home_mark import HomeMark
from support.devices import ANNA, BORIS, DeviceAccess, person
from support.left_behind import MAC, fetched, rows_of, speak, spend, spent
from support.memory import running_memory

pytestmark = pytest.mark.slow
NOBODY = anonymous_user_id(hardware_hash(MAC))
TOTALS = "SELECT count(*) AS rows, sum(input_tokens + output_tokens) AS tokens, sum(cost_usd) AS usd FROM token_usage"
QUOTAS = "SELECT sum(tokens) AS tokens, sum(cost_usd) AS usd FROM quota_usage"


async def test_memory_history_and_ledger_come_along(database: DatabaseModule, tmp_path: Path) -> None:
    """Totals are those of before, and of the anonymous user nothing is left but emptied places."""
    anna, access = await person(database), DeviceAccess(database, tmp_path)
    async with running_memory(database) as memory:
        await memory.learn("My name is Anna. I like tea.", device=MAC)
        known, talk = await memory.facts(MAC), await memory.short_term(MAC)
        await speak(database)
        await spend(database, spent("one"), spent("two"), spent("other", device="mac-2"))
        before, quotas = await fetched(database, TOTALS), await fetched(database, QUOTAS)
        paired = await access.pair(name="Kitchen")
        assert (paired.device.email, paired.device.name, paired.device.revoked) == (ANNA, "Kitchen", False)
        assert (await memory.facts(MAC), await memory.short_term(MAC)) == (known, talk)
    assert await fetched(database, TOTALS) == before
    assert await fetched(database, QUOTAS) == quotas
    assert await rows_of(database, anna) == {
        "commands": 1, "devices": 1, "llm_answers": 1, "memory_facts": 2, "memory_short_term": 1,
        "performance_metrics": 1, "quota_usage": 3, "screenshots": 1, "sessions": 1, "token_usage": 2,
    }  # fmt: skip
    assert await rows_of(database, NOBODY) == {"memory_short_term": 1, "quota_usage": 3}
    left = await fetched(database, f"{QUOTAS} WHERE user_id = $1", NOBODY)
    assert [float(str(value)) for value in left[0].values()] == [0, 0]
    assert await rows_of(database, anonymous_user_id(hardware_hash("mac-2"))) == {
        "devices": 1, "quota_usage": 3, "token_usage": 1
    }  # fmt: skip


@pytest.mark.parametrize("first", ["person", "device"])
async def test_of_two_facts_about_one_thing_the_newer_holds(
    database: DatabaseModule, tmp_path: Path, first: str
) -> None:
    """Whoever was told last is believed, and the other is kept as corrected by it."""
    await person(database)
    access = DeviceAccess(database, tmp_path)
    await access.pair("phone")
    said = [("phone", "My name is Anna."), (MAC, "My name is Anja.")]
    async with running_memory(database) as memory:
        for device, words in said if first == "person" else reversed(said):
            await memory.learn(words, device=device)
        await memory.learn("I like tea.", device=MAC)
        await access.pair()
        newer, older = ("Name: Anja", "Name: Anna") if first == "person" else ("Name: Anna", "Name: Anja")
        assert set(await memory.facts(MAC)) == {newer, "Likes tea"}
        assert set(await memory.facts("phone")) == {newer, "Likes tea"}
        assert {(fact.text, fact.state) for fact in await memory.history(MAC)} >= {(older, "corrected")}
    links = await fetched(
        database, "SELECT newer.content FROM memory_facts AS older JOIN memory_facts AS newer "
        "ON newer.id = older.superseded_by WHERE older.content = $1", older,
    )  # fmt: skip
    assert [line["content"] for line in links] == [newer]


async def test_quotas_are_summed(database: DatabaseModule, tmp_path: Path) -> None:
    """What both spent this month stands in one row of hers."""
    anna, access = await person(database), DeviceAccess(database, tmp_path)
    await access.pair("phone")
    await spend(database, spent("hers", device="phone"), spent("its"))
    await access.pair()
    rows = await fetched(
        database, "SELECT period, tokens FROM quota_usage WHERE user_id = $1::text::uuid ORDER BY 1", anna
    )
    assert [tuple(row.values()) for row in rows] == [("day", 30), ("month", 30), ("week", 30)]


async def test_pairing_again_changes_nothing_but_the_token(database: DatabaseModule, tmp_path: Path) -> None:
    """The old token is refused at once, the name stays, and no row moves or is counted twice."""
    anna, access = await person(database), DeviceAccess(database, tmp_path)
    await spend(database, spent("one"))
    first = await access.pair(name="Kitchen")
    before = await rows_of(database, anna), await fetched(database, TOTALS), await fetched(database, QUOTAS)
    second = await access.pair(first_name="host-1")
    assert (await rows_of(database, anna), await fetched(database, TOTALS), await fetched(database, QUOTAS)) == before
    assert second.device.name == "Kitchen"
    with pytest.raises(Unauthenticated):
        await access.process(AdmitDevice(hardware_id=MAC, token=first.token))
    admitted = await access.process(AdmitDevice(hardware_id=MAC, token=second.token))
    assert admitted.user_id == anna


async def test_a_device_has_a_first_name_until_it_is_given_one(database: DatabaseModule, tmp_path: Path) -> None:
    """The name of its machine stands in where there is none, and takes nobody's name away."""
    await person(database)
    access = DeviceAccess(database, tmp_path)
    pairings = ({"first_name": "host-1"}, {"first_name": "host-2"}, {"name": "Desk", "first_name": "host-3"},
                {"first_name": "host-4"})  # fmt: skip
    names = [(await access.pair(**pairing)).device.name for pairing in pairings]
    assert names == ["host-1", "host-1", "Desk", "Desk"]


async def test_a_device_that_never_spoke_was_never_seen(database: DatabaseModule, tmp_path: Path) -> None:
    """Pairing is no speaking; the first words are, at once, and pairing again keeps that moment."""
    await person(database)
    access = DeviceAccess(database, tmp_path)
    assert (await access.pair()).device.last_seen is None
    await speak(database)
    (spoke,) = await access.process(ListDevices())
    assert spoke.last_seen is not None
    assert (await access.pair()).device.last_seen == spoke.last_seen


async def test_a_device_of_somebody_else_is_not_taken(database: DatabaseModule, tmp_path: Path) -> None:
    """Not before it is revoked; and then its first person keeps what was learnt through it."""
    anna, boris = await person(database), await person(database, BORIS)
    access = DeviceAccess(database, tmp_path)
    await spend(database, spent("one"))
    old = await access.pair()
    with pytest.raises(PermissionDenied, match="revoke it first"):
        await access.pair(email=BORIS)
    assert (await access.process(AdmitDevice(hardware_id=MAC, token=old.token))).user_id == anna
    await access.process(RevokeDevice(hardware_hash=hardware_hash(MAC)[:8]))
    new = await access.pair(email=BORIS)
    await spend(database, spent("two"))
    assert (await access.process(AdmitDevice(hardware_id=MAC, token=new.token))).user_id == boris
    owners = await fetched(database, "SELECT key, user_id::text FROM token_usage ORDER BY key")
    assert [tuple(row.values()) for row in owners] == [("one", anna), ("two", boris)]


@pytest.mark.parametrize(
    ("hardware_id", "email", "refusal"),
    [
        (MAC, "nobody@example.com", NotFound),
        (MAC, "", NotFound),
        (" ", ANNA, ValidationFailed),
        ("x" * 129, ANNA, ValidationFailed),
        ("user:11111111-1111-4111-8111-111111111111", ANNA, ValidationFailed),
    ],
)
async def test_what_cannot_be_paired_leaves_nothing_behind(
    database: DatabaseModule, tmp_path: Path, hardware_id: str, email: str, refusal: type[Exception]
) -> None:
    """Not even a device."""
    await person(database)
    with pytest.raises(refusal):
        await DeviceAccess(database, tmp_path).pair(hardware_id, email)
    assert not await fetched(database, "SELECT * FROM devices")


async def test_a_disabled_person_gets_no_device_and_her_devices_are_refused(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """With the next look, wherever she was disabled."""
    await person(database)
    access = DeviceAccess(database, tmp_path)
    token = (await access.pair()).token
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("UPDATE auth_identities SET disabled_at = now(), updated_at = clock_timestamp()")
    await access.directory.look()
    with pytest.raises(PermissionDenied):
        await access.process(AdmitDevice(hardware_id=MAC, token=token))
    with pytest.raises(NotFound):
        await access.pair("mac-2")


async def test_listing_and_revoking(database: DatabaseModule, tmp_path: Path) -> None:
    """Devices of one address or all; a beginning that fits none or several revokes none."""
    await person(database)
    await person(database, BORIS)
    access = DeviceAccess(database, tmp_path)
    for number in range(20):
        await access.pair(f"mac-{number}", BORIS if number % 2 else ANNA)
    assert len(await access.process(ListDevices())) == 20
    hers = await access.process(ListDevices(email="Anna@Example.com"))
    assert {device.email for device in hers} == {ANNA}
    beginnings = [device.hardware_hash[0] for device in await access.process(ListDevices())]
    several = next(digit for digit in beginnings if beginnings.count(digit) > 1)
    with pytest.raises(SeveralMeant, match="begin so") as meant:
        await access.process(RevokeDevice(hardware_hash=several))
    assert [line[0] for line in meant.value.candidates] == [several] * beginnings.count(several)
    with pytest.raises(NotFound):
        await access.process(ListDevices(email="nobody@example.com"))
    with pytest.raises(NotFound):
        await access.process(RevokeDevice(hardware_hash="0" * 64))
    for nothing in ("", "%", "_", "xyz"):
        with pytest.raises(ValidationFailed):
            await access.process(RevokeDevice(hardware_hash=nothing))
    gone = await access.process(RevokeDevice(hardware_hash=hers[0].hardware_hash[:12].upper()))
    assert [device.hardware_hash for device in await access.process(ListDevices()) if device.revoked] == [
        gone.hardware_hash
    ]


async def test_another_process_pairs_and_revokes(database: DatabaseModule, tmp_path: Path) -> None:
    """What a command did is known with the server's next look, and the server's memories are asked anew."""
    await person(database)
    server, command = DeviceAccess(database, tmp_path), DeviceAccess(database, tmp_path / "other")
    await server.directory.look()
    mark = HomeMark(tmp_path, "memory_changed")
    token = (await command.pair()).token
    assert mark.read() == 0
    await server.directory.look()
    assert mark.read() > 0
    with pytest.raises(Unauthenticated):
        await server.process(AdmitDevice(hardware_id=MAC))
    assert (await server.process(AdmitDevice(hardware_id=MAC, token=token))).user_id
    marked = mark.read()
    await command.process(RevokeDevice(hardware_hash=hardware_hash(MAC)))
    await server.directory.look()
    with pytest.raises(PermissionDenied, match="revoked"):
        await server.process(AdmitDevice(hardware_id=MAC, token=token))
    assert mark.read() == marked


async def test_turns_during_pairing_lose_nothing(database: DatabaseModule, tmp_path: Path) -> None:
    """Whatever is learnt, kept and spent while the device is paired, again and again, is the person's afterwards."""
    anna, access = await person(database), DeviceAccess(database, tmp_path)
    async with running_memory(database) as memory:

        async def talk(number: int) -> None:
            await speak(database)
            await spend(database, spent(f"turn-{number}"), spent(f"other-{number}", device="mac-2"))
            await memory.learn(f"I like tea number {number}.", device=MAC)

        async with asyncio.TaskGroup() as group:
            for number in range(12):
                group.create_task(talk(number))
                if number % 4 == 1:
                    group.create_task(access.pair())
    counted = await rows_of(database, anna)
    assert (counted["commands"], counted["llm_answers"], counted["token_usage"]) == (12, 12, 12)
    assert set(await rows_of(database, NOBODY)) <= {"memory_short_term", "quota_usage"}
    total = await fetched(database, f"{TOTALS} WHERE user_id = $1::text::uuid", anna)
    quota = await fetched(database, f"{QUOTAS} WHERE period = 'day' AND user_id = $1::text::uuid", anna)
    assert total[0]["tokens"] == quota[0]["tokens"] == 12 * 15
    learnt = await fetched(database, "SELECT DISTINCT user_id::text AS owner FROM memory_facts")
    assert [row["owner"] for row in learnt] == [anna]


async def test_who_writes_holds_pairing_back(database: DatabaseModule, tmp_path: Path) -> None:
    """A writer that has asked for its person and not yet written is waited for; its rows move too."""
    anna, access = await person(database), DeviceAccess(database, tmp_path)
    # A device that is known: nothing but its own lock keeps the two apart.
    await speak(database)
    async with database.transaction(SERVICE) as writer:
        (row,) = await writer.fetch("SELECT nexy_person_of($1) AS person", hardware_hash(MAC))
        pairing = asyncio.ensure_future(access.pair())
        while not await fetched(database, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
            await asyncio.sleep(0)
        await writer.execute("INSERT INTO memory_short_term (user_id, content) VALUES ($1, 'tea')", row["person"])
    await pairing
    (kept,) = await fetched(database, "SELECT user_id::text AS owner FROM memory_short_term WHERE content = 'tea'")
    assert kept["owner"] == anna


async def test_the_ledger_changes_hands_in_this_one_way(database: DatabaseModule) -> None:
    """The app cannot update it, nor move it without the service claim or for an unpaired device; others not at all."""
    await spend(database, spent("one"))
    (row,) = await fetched(database, "SELECT nexy_follow_device($1) AS moved", hardware_hash(MAC))
    assert row["moved"] == 0
    anna = await person(database)
    for attempt in ("SELECT nexy_follow_device('x')", f"UPDATE token_usage SET user_id = '{anna}'"):
        with pytest.raises(PermissionDenied):
            async with database.transaction(Claims(user_id=anna)) as transaction:
                await transaction.fetch(attempt)
    for role in ("anon", "authenticated"):
        with pytest.raises(StatementRefused, match="permission denied for function"):
            async with database.transaction(Claims(user_id=anna, role=role)) as transaction:
                await transaction.fetch("SELECT nexy_follow_device($1)", hardware_hash(MAC))
    rights = await fetched(
        database, "SELECT prosecdef AS definer, proconfig::text AS config, NOT has_function_privilege('public', oid, "
        "'EXECUTE') AS closed FROM pg_proc WHERE proname = 'nexy_follow_device'",
    )  # fmt: skip
    assert [tuple(line.values()) for line in rights] == [(True, '{"search_path=pg_catalog, public, pg_temp"}', True)]


async def test_code_that_knows_nothing_of_pairing_goes_on(database: DatabaseModule) -> None:
    """Older statements write devices as before; such a device is simply not paired."""
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id) VALUES ($1)", NOBODY)
        await transaction.execute(
            "INSERT INTO devices (hardware_hash, user_id) VALUES ($1, $2)", hardware_hash(MAC), NOBODY
        )
    rows = await fetched(database, "SELECT paired_at, token_hash, revoked_at, name FROM devices")
    assert [tuple(row.values()) for row in rows] == [(None, None, None, "")]
