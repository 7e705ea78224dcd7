"""Whom a device speaks for, answered from memory on every turn."""

from collections.abc import Callable

from nexy.contracts.access import NOBODY, Caller, Role, Scope
from nexy.contracts.devices import DEVICE_TOKEN, Owner
from nexy.contracts.errors import PermissionDenied, Unauthenticated, Unavailable
from nexy.modules.access.devices.device_tokens import digest_of, fits
from nexy.modules.access.devices.known_devices import KnownDevices
from nexy.utils.device_identity import hardware_hash

OFF, REQUIRED = "off", "required"
_VOICE = frozenset({Scope.VOICE})
_FIELD = "authorization"


class Doorkeeper:
    """`rule` is `access.devices`: off, optional or required; `has_database` tells whether there is anything to know."""

    def __init__(self, known: KnownDevices, rule: str, has_database: Callable[[], bool]) -> None:
        self._known = known
        self._has_database = has_database
        self._rule = rule

    def admit(self, hardware_id: str, token: str) -> Caller:
        """See `contracts.devices.AdmitDevice`; raises `Unavailable` as long as nobody knows who is paired."""
        if self._rule == OFF:
            return NOBODY
        if not self._known.loaded and self._has_database():
            raise Unavailable("which devices are paired is not known yet", code="devices_unknown")
        if not hardware_id:
            return self._some_device(token)
        device = self._known.get(hardware_hash(hardware_id))
        if device is None:
            return self._unpaired(token)
        if device.revoked:
            raise PermissionDenied(
                "this device was revoked; pair it again on the server: nexy devices pair",
                code="device_revoked", field="hardware_id",
            )  # fmt: skip
        if not fits(token, device.token_hash):
            raise Unauthenticated(
                "this device is paired: send its token as metadata authorization: Bearer TOKEN",
                code="device_token", field=_FIELD,
            )  # fmt: skip
        return Caller(role=Role.AUTHENTICATED, user_id=device.user_id, scopes=_VOICE)

    def _some_device(self, token: str) -> Caller:
        """Who is only greeted says no name: nothing of anybody's is told, but the voice costs time."""
        if self._rule == REQUIRED and not self._known.has_token(digest_of(token)):
            raise Unauthenticated(
                "only paired devices are greeted here: send a device's token as metadata authorization: Bearer TOKEN",
                code="device_token", field=_FIELD,
            )  # fmt: skip
        return NOBODY

    def _unpaired(self, token: str) -> Caller:
        if self._rule == REQUIRED:
            raise PermissionDenied(
                "only paired devices may speak here; pair this one on the server: nexy devices pair",
                code="device_unpaired", field="hardware_id",
            )  # fmt: skip
        if token.startswith(DEVICE_TOKEN):
            raise Unauthenticated("the token is not this device's", code="device_token", field=_FIELD)
        return NOBODY

    def owner_of(self, hardware_id: str) -> Owner:
        """The device's person; where nothing is checked a device that nobody has spends as everybody may."""
        device = self._known.get(hardware_hash(hardware_id))
        if device is None:
            return Owner(unpaired=self._rule != OFF)
        return Owner(user_id=device.user_id)
