"""Who may come in, and for whom: asked before anything else of a request is looked at."""

from nexy.contracts.access import NOBODY, Caller, Scope, VerifyKey, VerifyToken
from nexy.contracts.capabilities import ACCESS, DATABASE
from nexy.contracts.devices import DEVICE_TOKEN, AdmitDevice
from nexy.contracts.errors import PermissionDenied, Unauthenticated, Unavailable
from nexy.core.module_coordinator import ModuleCoordinator

KEY = "nexy_"
INVALID_KEY = "invalid_key"
OFF, OPTIONAL, REQUIRED = "off", "optional", "required"
_JWT_BEGINS, _JWT_DOTS = "eyJ", 2
DEVICE_ONLY = "A device's token speaks over gRPC only."


class Admission:
    """Asks the capability `access`; `devices` is its rule for devices, for the time when it does not run."""

    def __init__(self, coordinator: ModuleCoordinator, devices: str = OPTIONAL) -> None:
        self._coordinator = coordinator
        self._devices = devices

    async def device(self, hardware_id: str, token: str = "") -> Caller:
        """Who speaks through a device; raises what `AdmitDevice` does."""
        if self._devices == OFF:
            return NOBODY
        if not self._coordinator.has(ACCESS):
            return self._unknown()
        return await self._coordinator.get(ACCESS).process(AdmitDevice(hardware_id=hardware_id, token=token))

    async def greeting(self, token: str = "") -> None:
        """Refuse who may not even be greeted; it has no device's name, and a server that asks for none greets all."""
        if self._devices == REQUIRED:
            await self.device("", token)

    def _unknown(self) -> Caller:
        """Without a database nothing of anybody's is here to be taken; with one, nobody may pass for another."""
        if self._devices == REQUIRED or self._coordinator.has(DATABASE):
            raise Unavailable("which devices are paired is not known: access does not run", code="devices_unknown")
        return NOBODY

    async def bearer(self, secret: str, scope: Scope) -> Caller | None:
        """Whose token or key it is; None where it is neither, as the clients of other wires send them.

        Raises `Unauthenticated` for one of ours that does not hold, `PermissionDenied` for a key that is not good for
        this, and `Unavailable` where nobody can tell.
        """
        if secret.startswith(DEVICE_TOKEN):
            raise Unauthenticated(DEVICE_ONLY, code=INVALID_KEY, field="Authorization")
        if secret.startswith(KEY):
            caller = await self._coordinator.get(ACCESS).process(VerifyKey(key=secret, scope=scope))
        elif _looks_like_a_token(secret):
            caller = await self._coordinator.get(ACCESS).process(VerifyToken(token=secret))
        else:
            return None
        if scope not in caller.scopes:
            raise PermissionDenied(f"The key is not good for this (scope {scope}).", code="scope_missing")
        return caller


def _looks_like_a_token(secret: str) -> bool:
    """Even a broken one: who shows a token means to be somebody."""
    return secret.startswith(_JWT_BEGINS) or secret.count(".") == _JWT_DOTS
