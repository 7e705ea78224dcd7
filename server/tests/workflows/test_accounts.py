"""The stories of persons who sign in."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nexy.contracts.access import VerifyToken
from nexy.contracts.accounts import DescribeAccount, SignedIn, SignIn, SignOutScope, SignUp
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.errors import PermissionDenied, Unauthenticated, Unavailable
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.accounts import Accounts
from support.fake_access import ANON_TOKEN, KEYS, FakeAccess

WHO = SignUp(email="ann@example.com", password="a long password", data={"name": "Ann"})


@pytest.fixture
def access() -> FakeAccess:
    return FakeAccess()


@pytest.fixture
def accounts(access: FakeAccess) -> Accounts:
    coordinator = ModuleCoordinator()
    coordinator.provide(ACCESS, access)
    return Accounts(coordinator)


@pytest_asyncio.fixture
async def signed_in(accounts: Accounts) -> AsyncIterator[SignedIn]:
    yield await accounts.sign_up(WHO)


async def test_a_token_is_verified_before_anything_is_told(
    accounts: Accounts, access: FakeAccess, signed_in: SignedIn
) -> None:
    """Whose token it is comes first; the account is that of the token."""
    access.asked.clear()
    account = await accounts.account(signed_in.access_token)
    assert account.email == WHO.email
    assert [type(asked) for asked in access.asked] == [VerifyToken, DescribeAccount]


@pytest.mark.parametrize("token", ["", ANON_TOKEN, "forged"])
async def test_without_a_person_nothing_is_asked(accounts: Accounts, access: FakeAccess, token: str) -> None:
    """No token, that of the role anon, a forged one: neither account nor session is touched."""
    for story in (
        accounts.account(token),
        accounts.change(token, email="eve@example.com"),
        accounts.sign_out(token, SignOutScope.GLOBAL),
    ):
        with pytest.raises(Unauthenticated):
            await story
    assert all(isinstance(asked, VerifyToken) for asked in access.asked)


async def test_a_missing_token_has_a_code_of_its_own(accounts: Accounts) -> None:
    """no_authorization, so that a door can ask for one."""
    with pytest.raises(Unauthenticated) as refused:
        await accounts.account("")
    assert refused.value.code == "no_authorization"


@pytest.mark.parametrize("key", ["nexy_" + "a" * 43, "nexy_device_x"])
async def test_a_key_opens_no_account(accounts: Accounts, access: FakeAccess, key: str) -> None:
    """Keys of all kinds are refused unseen, in words that say what to do."""
    with pytest.raises(PermissionDenied, match="sign in") as refused:
        await accounts.account(key)
    assert refused.value.code == "not_signed_in"
    assert access.asked == []


async def test_only_what_is_given_is_changed(accounts: Accounts, signed_in: SignedIn) -> None:
    """Data alone leaves address and password."""
    account = await accounts.change(signed_in.access_token, data={"age": 7})
    assert (account.email, dict(account.data)) == (WHO.email, {"name": "Ann", "age": 7})
    assert await accounts.sign_in(SignIn(email=WHO.email, password=WHO.password))


async def test_an_ended_session_tells_nothing(accounts: Accounts, signed_in: SignedIn) -> None:
    """After signing out the token that is still good opens no account."""
    await accounts.sign_out(signed_in.access_token, SignOutScope.LOCAL)
    with pytest.raises(Unauthenticated) as refused:
        await accounts.account(signed_in.access_token)
    assert refused.value.code == "session_not_found"


async def test_public_keys_are_those_of_the_module(accounts: Accounts) -> None:
    """Byte for byte."""
    assert await accounts.public_keys() == KEYS


async def test_without_the_module_every_story_says_so() -> None:
    """Unavailable, which a door tells as 503."""
    accounts = Accounts(ModuleCoordinator())
    with pytest.raises(Unavailable):
        await accounts.sign_in(SignIn(email=WHO.email, password=WHO.password))
