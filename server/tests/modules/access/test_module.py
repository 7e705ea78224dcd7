"""The capability with and without a database."""

from pathlib import Path

import pytest

from nexy.config.access_section import AccessSection
from nexy.contracts.access import NOBODY, VerifyKey, VerifyToken
from nexy.contracts.accounts import DescribeAccount, DisableAccount, ListAccounts, RefreshSession, SignIn, SignUp
from nexy.contracts.api_keys import IssueKey
from nexy.contracts.devices import AdmitDevice, PairDevice
from nexy.contracts.errors import PermissionDenied, Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.signing_keys import AnonymousToken, PublicKeys, RotateKeys
from nexy.core.module_factory import LASTING_MODULES, OPTIONAL_MODULES, PLANNED_MODULES, ModuleFactory
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from support.access import CONFIG, EMAIL, PASSWORD, access, signed_up
from support.clock import FakeClock
from support.peers import FakePeers


async def test_without_a_database_tokens_are_verified_and_all_else_names_the_setting(tmp_path: Path) -> None:
    """Degraded, not failed: keys on disk are enough for tokens."""
    async with access(tmp_path, FakeClock()) as module:
        assert module.status().state is ModuleState.DEGRADED
        assert "DATABASE_ENABLED" in module.status().detail
        token = await module.process(AnonymousToken())
        await module.process(RotateKeys())
        assert await module.process(VerifyToken(token=token)) == NOBODY
        assert b'"kty":"EC"' in await module.process(PublicKeys())
        for request in (
            SignUp(email=EMAIL, password=PASSWORD), SignIn(email=EMAIL, password=PASSWORD), ListAccounts(),
            RefreshSession(refresh_token="x"), DescribeAccount(caller=NOBODY),
            IssueKey(email=EMAIL, name="x"), VerifyKey(key="nexy_" + "a" * 43),
        ):  # fmt: skip
            with pytest.raises(Unavailable, match="DATABASE_ENABLED"):
                await module.process(request)  # type: ignore[arg-type]


async def test_an_operator_who_wants_no_database_has_a_healthy_server(tmp_path: Path) -> None:
    """What is off is said beside the state, which is that of a part that does all it is meant to do."""
    module = AccessModule()
    section = AccessSection(home=str(tmp_path), config=CONFIG, with_database=False)
    await module.initialize(section, FakePeers(clock=FakeClock()))
    assert module.status().state is ModuleState.RUNNING
    assert "DATABASE_ENABLED" in module.status().detail
    await module.cleanup()


def test_the_factory_makes_it() -> None:
    """The server starts without it, and has it without a database too."""
    assert isinstance(ModuleFactory().create("access"), AccessModule)
    assert "access" in OPTIONAL_MODULES
    assert "access" not in (*PLANNED_MODULES, *LASTING_MODULES)


async def test_its_start_makes_no_key_and_loads_no_cryptography(tmp_path: Path) -> None:
    """A server on which nobody signs in pays nothing for it."""
    async with access(tmp_path, FakeClock()):
        assert not (tmp_path / "access").exists()


async def test_stopping_twice_or_before_the_start_is_harmless(tmp_path: Path) -> None:
    """As the coordinator may do."""
    await AccessModule().cleanup()
    module = AccessModule()
    await module.initialize(AccessSection(home=str(tmp_path), config=CONFIG), FakePeers(clock=FakeClock()))
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED


@pytest.mark.slow
async def test_with_a_database_it_runs(database: DatabaseModule, tmp_path: Path) -> None:
    """And what was made before the database went away is still believed."""
    async with access(tmp_path, FakeClock(), database) as module:
        made, caller = await signed_up(module)
        assert module.status().state is ModuleState.RUNNING
        await database.cleanup()
        assert await module.process(VerifyToken(token=made.access_token)) == caller
        with pytest.raises(Unavailable):
            await module.process(SignIn(email=EMAIL, password=PASSWORD))


@pytest.mark.slow
async def test_a_server_that_starts_while_the_database_is_away_believes_nobody(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """Her session may have ended meanwhile: 503 until the database has told; the role anon is nobody's."""
    async with access(tmp_path, FakeClock(), database) as module:
        made, _ = await signed_up(module)
    await database.cleanup()
    async with access(tmp_path, FakeClock(), database) as module:
        with pytest.raises(Unavailable):
            await module.process(VerifyToken(token=made.access_token))
        anon = await module.process(AnonymousToken())
        assert await module.process(VerifyToken(token=anon)) == NOBODY


@pytest.mark.slow
async def test_a_disabled_person_is_shut_out_by_her_device_too(database: DatabaseModule, tmp_path: Path) -> None:
    """The device stays hers, and speaks again when she may come in again."""
    async with access(tmp_path, FakeClock(), database) as module:
        _, caller = await signed_up(module)
        paired = await module.process(PairDevice(hardware_id="kitchen-7", email=EMAIL))
        shown = AdmitDevice(hardware_id="kitchen-7", token=paired.token)
        await module.process(DisableAccount(email=EMAIL))
        await module._directory.look()
        with pytest.raises(PermissionDenied):
            await module.process(shown)
        await module.process(DisableAccount(email=EMAIL, disabled=False))
        await module._directory.look()
        assert (await module.process(shown)).user_id == caller.user_id
