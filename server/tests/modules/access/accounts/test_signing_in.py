"""Signing up and in, on a real database."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.contracts.accounts import (
    AddAccount,
    ChangeAccount,
    DescribeAccount,
    DisableAccount,
    ListAccounts,
    SetPassword,
    SignIn,
    SignUp,
)
from nexy.contracts.database import SERVICE, Row
from nexy.contracts.errors import NexyError, NotFound, RateLimitExceeded, Unauthenticated, ValidationFailed
from nexy.modules.access.accounts.passwords import Checked, Passwords
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import hardware_hash
from support.access import CONFIG, EMAIL, PASSWORD, access, signed_up
from support.clock import FakeClock

pytestmark = pytest.mark.slow
WRONG = ("Invalid login credentials", "invalid_credentials", None, None)


async def rows(database: DatabaseModule, query: str, *values: object) -> Sequence[Row]:
    async with database.transaction(SERVICE) as transaction:
        return await transaction.fetch(query, *values)


async def refusal(module: AccessModule, email: str, password: str, address: str = "") -> tuple[object, ...]:
    with pytest.raises(NexyError) as refused:
        await module.process(SignIn(email=email, password=password, address=address))
    error = refused.value
    return error.message, error.code, error.field, error.retry_after_seconds


async def test_an_account_is_a_person_with_a_device_for_the_ledger(database: DatabaseModule, tmp_path: Path) -> None:
    """What the payer `user:<id>` spends is hers; her password is kept as argon2id alone."""
    async with access(tmp_path, FakeClock(), database) as module:
        made, caller = await signed_up(module, "Anna@Example.com", data={"name": "Анна", "n": [1, None]})
        assert (made.account.email, made.account.data) == (EMAIL, {"name": "Анна", "n": [1, None]})
        assert made.account == await module.process(DescribeAccount(caller=caller))
        (person,) = await rows(database, "SELECT id::text, kind FROM users")
        assert dict(person) == {"id": caller.user_id, "kind": "person"}
        (payer,) = await rows(
            database, "SELECT nexy_person_of($1)::text AS id", hardware_hash(f"user:{caller.user_id}")
        )
        assert payer["id"] == caller.user_id
        (kept,) = await rows(database, "SELECT password_hash FROM auth_identities")
        assert str(kept["password_hash"]).startswith("$argon2id$")


async def test_an_address_has_one_account(database: DatabaseModule, tmp_path: Path) -> None:
    """Whatever its capitals, and however many ask at one time; nothing of a refused one stays."""
    async with access(tmp_path, FakeClock(), database) as module:
        wanted = [
            SignUp(email=email, password=PASSWORD) for email in (EMAIL, "ANNA@example.com", "Anna@Example.Com") * 3
        ]
        outcomes = await asyncio.gather(*(module.process(one) for one in wanted), return_exceptions=True)
        refused = [one for one in outcomes if isinstance(one, ValidationFailed)]
        assert (len(refused), {one.code for one in refused}) == (8, {"user_already_exists"})
        assert len(await rows(database, "SELECT FROM users")) == 1


async def test_nothing_tells_what_was_wrong(database: DatabaseModule, tmp_path: Path) -> None:
    """Address, password, a disabled account, one without a password, what is no address: the same words."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        await signed_up(module, "disabled@example.com")
        await module.process(DisableAccount(email="disabled@example.com"))
        await signed_up(module, "none@example.com")
        await rows(database, "UPDATE auth_identities SET password_hash = NULL WHERE email = 'none@example.com'")
        wrong = [(EMAIL, "wrong horse"), ("nobody@example.com", PASSWORD), ("disabled@example.com", PASSWORD),
                 ("none@example.com", PASSWORD), ("", PASSWORD), ("no address", PASSWORD), ("a\x00@b.c", PASSWORD),
                 ("\ud800@b.c", PASSWORD), (EMAIL, ""), (EMAIL, "\x00"), (EMAIL, "x" * 100_000),
                 (EMAIL, "\ud800")]  # fmt: skip
        assert {await refusal(module, email, password) for email, password in wrong} == {WRONG}


async def test_every_wrong_one_costs_one_check(
    database: DatabaseModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that does not exist is compared with a hash that no password has."""
    checked: list[bool] = []
    check = Passwords._checked

    def counted(self: Passwords, kept: str | None, password: str) -> Checked:
        checked.append(kept is None)
        return check(self, kept, password)

    monkeypatch.setattr(Passwords, "_checked", counted)
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module)
        await refusal(module, EMAIL, "wrong horse")
        await refusal(module, "nobody@example.com", PASSWORD)
    assert checked == [False, True]


async def test_wrong_passwords_at_speed(database: DatabaseModule, tmp_path: Path) -> None:
    """Ten tries, then a wait, the right password too; for an account that does not exist just the same.

    She herself comes in from elsewhere all the time.
    """
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        await signed_up(module)
        answers = {}
        for email in (EMAIL, "nobody@example.com"):
            tried = await asyncio.gather(*(refusal(module, email, f"wrong {n}", "10.0.0.1") for n in range(14)))
            answers[email] = sorted(tried, key=str)
            assert tried.count(WRONG) == 10
            assert {one[1] for one in tried} == {"invalid_credentials", "rate_limit_exceeded"}
        assert answers[EMAIL] == answers["nobody@example.com"]
        with pytest.raises(RateLimitExceeded) as refused:
            await module.process(SignIn(email="Anna@example.com", password=PASSWORD, address="10.0.0.1"))
        assert refused.value.retry_after_seconds == pytest.approx(12)
        await module.process(SignIn(email=EMAIL, password=PASSWORD, address="10.0.0.2"))
        clock.advance(12)
        await module.process(SignIn(email=EMAIL, password=PASSWORD, address="10.0.0.1"))


async def test_one_address_tries_many_accounts(database: DatabaseModule, tmp_path: Path) -> None:
    """It is counted too; others sign in meanwhile."""
    strict = replace(CONFIG, passwords=replace(CONFIG.passwords, shared_factor=1))
    async with access(tmp_path, FakeClock(), database, strict) as module:
        await signed_up(module)
        tried = [await refusal(module, f"user{n}@example.com", PASSWORD, "10.0.0.1") for n in range(12)]
        assert [one[1] for one in tried[9:]] == ["invalid_credentials", "rate_limit_exceeded", "rate_limit_exceeded"]
        await module.process(SignIn(email=EMAIL, password=PASSWORD, address="10.0.0.2"))


async def test_an_office_that_signs_in_at_once_is_let_in(database: DatabaseModule, tmp_path: Path) -> None:
    """Everybody behind one address, and one of them with many programs."""
    async with access(tmp_path, FakeClock(), database) as module:
        office = [f"user{number}@example.com" for number in range(25)]
        for email in office:
            await signed_up(module, email)
        asked = [SignIn(email=email, password=PASSWORD, address="10.0.0.1") for email in (*office, *office[:1] * 15)]
        assert len(await asyncio.gather(*(module.process(one) for one in asked))) == 40


async def test_who_changes_passwords_all_the_time_keeps_nobody_waiting(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """Each costs a hash: so many are taken, and a stranger's sign-in waits for two of them at most."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        await signed_up(module, "bob@example.com")
        wanted = [ChangeAccount(caller=caller, password=f"{PASSWORD} {number}") for number in range(60)]
        changes = [asyncio.create_task(module.process(one)) for one in wanted]
        await asyncio.sleep(0)
        await module.process(SignIn(email="bob@example.com", password=PASSWORD, address="10.0.0.2"))
        assert sum(change.done() and not change.exception() for change in changes) < 9
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert sum(isinstance(one, RateLimitExceeded) for one in outcomes) == 50
        await module.process(ChangeAccount(caller=caller, data={"a": 1}))


async def test_an_address_has_one_spelling_here_too(database: DatabaseModule, tmp_path: Path) -> None:
    """What PostgreSQL cannot hold is nobody's, and not another account's."""
    async with access(tmp_path, FakeClock(), database) as module:
        await signed_up(module, "a?b@example.com")
        for email in ("a\x00b@example.com", "a\ud800b@example.com"):
            assert await refusal(module, email, PASSWORD) == WRONG


async def test_one_address_makes_so_many_accounts(database: DatabaseModule, tmp_path: Path) -> None:
    """Accounts are never deleted, so they are not for free."""
    async with access(tmp_path, FakeClock(), database) as module:
        for number in range(10):
            await signed_up(module, f"user{number}@example.com", address="10.0.0.1")
        with pytest.raises(RateLimitExceeded):
            await signed_up(module, "user10@example.com", address="10.0.0.1")


async def test_a_kept_hash_is_renewed_by_signing_in(database: DatabaseModule, tmp_path: Path) -> None:
    """When the configuration asks for more, without anybody noticing."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        await signed_up(module)
    dearer = replace(CONFIG, passwords=replace(CONFIG.passwords, passes=2))
    async with access(tmp_path, clock, database, dearer) as module:
        await module.process(SignIn(email=EMAIL, password=PASSWORD))
        (kept,) = await rows(database, "SELECT password_hash FROM auth_identities")
        assert ",t=2," in str(kept["password_hash"])
        await module.process(SignIn(email=EMAIL, password=PASSWORD))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (SignUp(email="anna", password=PASSWORD), "email_address_invalid"),
        (SignUp(email=EMAIL, password="short"), "weak_password"),
        (SignUp(email=EMAIL, password=PASSWORD, data={"x": "y" * 20_000}), "validation_failed"),
        (SignUp(email=EMAIL, password=PASSWORD, data={"x": "a\x00b"}), "validation_failed"),
        (SignUp(email=EMAIL, password=PASSWORD, data={"x": object()}), "validation_failed"),
        (SignUp(email=EMAIL, password=PASSWORD, data={"x": "\ud800"}), "validation_failed"),
        (AddAccount(email="anna@", password=PASSWORD), "email_address_invalid"),
        (AddAccount(email=EMAIL, password=""), "weak_password"),
    ],
)
async def test_what_makes_no_account(
    database: DatabaseModule, tmp_path: Path, wanted: SignUp | AddAccount, code: str
) -> None:
    """Is refused by a name that a program can read, and leaves nothing."""
    async with access(tmp_path, FakeClock(), database) as module:
        with pytest.raises(ValidationFailed) as refused:
            await module.process(wanted)
        assert refused.value.code == code
        assert await rows(database, "SELECT FROM users") == []


async def test_where_nobody_may_sign_up_the_operator_adds(database: DatabaseModule, tmp_path: Path) -> None:
    """And whoever was added signs in."""
    async with access(tmp_path, FakeClock(), database, replace(CONFIG, sign_up=False)) as module:
        with pytest.raises(ValidationFailed) as refused:
            await signed_up(module)
        assert refused.value.code == "signup_disabled"
        added = await module.process(AddAccount(email=EMAIL, password=PASSWORD))
        assert await module.process(ListAccounts()) == [added]
        assert (await module.process(SignIn(email=EMAIL, password=PASSWORD))).account.user_id == added.user_id


async def test_her_own_data_is_laid_over(database: DatabaseModule, tmp_path: Path) -> None:
    """Names that are given change, null takes one away, the others stay; nobody else's account changes."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module, data={"a": 1, "b": {"c": None}})
        await signed_up(module, "bob@example.com", data={"a": "bob"})
        changed = await module.process(ChangeAccount(caller=caller, data={"a": None, "d": [True]}))
        assert changed.data == {"b": {"c": None}, "d": [True]}
        assert [one.data for one in await module.process(ListAccounts())] == [changed.data, {"a": "bob"}]
        with pytest.raises(ValidationFailed, match="at most"):
            for number in range(3):
                await module.process(ChangeAccount(caller=caller, data={f"x{number}": "y" * 8000}))


async def test_another_address(database: DatabaseModule, tmp_path: Path) -> None:
    """She signs in by the new one; somebody else's is refused."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        await signed_up(module, "bob@example.com")
        with pytest.raises(ValidationFailed) as refused:
            await module.process(ChangeAccount(caller=caller, email="Bob@example.com"))
        assert refused.value.code == "email_exists"
        changed = await module.process(ChangeAccount(caller=caller, email="Anna.B@example.com"))
        assert changed.email == "anna.b@example.com"
        assert await refusal(module, EMAIL, PASSWORD) == WRONG
        await module.process(SignIn(email="anna.b@example.com", password=PASSWORD))


async def test_a_key_neither_sees_nor_changes_the_account(database: DatabaseModule, tmp_path: Path) -> None:
    """Who finds a key has not found the account."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        by_key = replace(caller, session_id="", key_id="key")
        for request in (ChangeAccount(caller=by_key, data={"a": 1}), DescribeAccount(caller=by_key)):
            with pytest.raises(Unauthenticated):
                await module.process(request)  # type: ignore[arg-type]


async def test_an_operator_who_mistypes_is_told(database: DatabaseModule, tmp_path: Path) -> None:
    """No account is made or changed by a wrong address."""
    async with access(tmp_path, FakeClock(), database) as module:
        for request in (SetPassword(email="nobody@example.com", password=PASSWORD), DisableAccount(email="nobody")):
            with pytest.raises(NotFound) as refused:
                await module.process(request)  # type: ignore[arg-type]
            assert refused.value.code == "user_not_found"
