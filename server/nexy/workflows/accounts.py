"""The stories of persons who sign in: whose token it is first, then what was asked."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from nexy.contracts.access import Caller, VerifyToken
from nexy.contracts.accounts import (
    Account,
    ChangeAccount,
    DescribeAccount,
    RefreshSession,
    SignedIn,
    SignIn,
    SignOut,
    SignOutScope,
    SignUp,
)
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.errors import PermissionDenied, Unauthenticated
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.signing_keys import PublicKeys
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.clock import SystemClock
from nexy.workflows.account_trail import AccountTrail, account_hash
from nexy.workflows.admission import KEY

NO_TOKEN = "no_authorization"  # noqa: S105  the name of a refusal
_KEYS_OPEN_NO_ACCOUNT = "a key opens no account: sign in with address and password, and send the token that you get"


class Accounts:
    """What stands between the doors and the module `access`; without it every story raises `Unavailable`."""

    def __init__(self, coordinator: ModuleCoordinator, trail: AccountTrail | None = None) -> None:
        """Without a `trail` the lines are written all the same, and the figures are nobody's."""
        self._coordinator = coordinator
        self._trail = trail or AccountTrail(CollectorRegistry(), SystemClock())

    async def sign_up(self, wanted: SignUp) -> SignedIn:
        """A new account, signed in at once; raises what `SignUp` does."""
        with self._trail.event("sign_up", account=account_hash(wanted.email), origin=wanted.address) as told:
            made = await self._access.process(wanted)
            told["user_id"] = made.account.user_id
        return made

    async def sign_in(self, shown: SignIn) -> SignedIn:
        """A new session; raises what `SignIn` does."""
        with self._trail.event("sign_in", account=account_hash(shown.email), origin=shown.address) as told:
            made = await self._access.process(shown)
            told["user_id"] = made.account.user_id
        return made

    async def refresh(self, shown: RefreshSession) -> SignedIn:
        """The session goes on; raises what `RefreshSession` does."""
        with self._trail.event("refresh", origin=shown.address):
            return await self._access.process(shown)

    async def account(self, token: str) -> Account:
        """The account that the token speaks for."""
        return await self._access.process(DescribeAccount(caller=await self._person(token)))

    async def change(
        self, token: str, *, email: str = "", password: str = "", data: Mapping[str, object] | None = None
    ) -> Account:
        """The account as it is after the change; raises what `ChangeAccount` does."""
        caller = await self._person(token)
        wanted = ChangeAccount(caller=caller, email=email, password=password, data=data)
        what = "change_password" if password else "change_email" if email else "change_data"
        with self._trail.event(what, user_id=caller.user_id, account=account_hash(email)):
            return await self._access.process(wanted)

    async def sign_out(self, token: str, scope: SignOutScope) -> None:
        """End the session of the token, all of them, or the others."""
        caller = await self._person(token)
        with self._trail.event("sign_out", user_id=caller.user_id, scope=scope):
            await self._access.process(SignOut(caller=caller, scope=scope))

    async def public_keys(self) -> bytes:
        """The JSON Web Key Set."""
        return await self._access.process(PublicKeys())

    async def _person(self, token: str) -> Caller:
        """Raises `Unauthenticated` without a token, and for the one of the role anon: it speaks for nobody.

        Raises `PermissionDenied` for keys, good or not: they open rows and tasks, and no account.
        """
        if not token:
            raise Unauthenticated("This endpoint requires a valid Bearer token", code=NO_TOKEN)
        if token.startswith(KEY):
            raise PermissionDenied(_KEYS_OPEN_NO_ACCOUNT, code="not_signed_in", field="Authorization")
        caller = await self._access.process(VerifyToken(token=token))
        if not caller.user_id:
            raise Unauthenticated("The token speaks for no person", field="Authorization")
        return caller

    @property
    def _access(self) -> UniversalModuleInterface:
        return self._coordinator.get(ACCESS)
