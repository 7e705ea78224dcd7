"""What carries a secret does not show it to a log that prints the request."""

from dataclasses import MISSING, fields, is_dataclass
from types import ModuleType

import pytest

from nexy.contracts import access, accounts, api_keys, devices, signing_keys

_NAMES = ("password", "token", "secret")
_OTHERS = {"VerifyKey": ("key",)}


def _classes(module: ModuleType) -> list[type]:
    kinds = (kind for kind in vars(module).values() if isinstance(kind, type) and is_dataclass(kind))
    return [kind for kind in kinds if kind.__module__ == module.__name__]


_ALL = [kind for module in (access, accounts, api_keys, devices, signing_keys) for kind in _classes(module)]


@pytest.mark.parametrize("kind", _ALL)
def test_a_secret_is_not_printed(kind: type) -> None:
    """Neither a password, nor a token, nor a key."""
    names = {field.name for field in fields(kind) if field.name.endswith(_NAMES)} | {*_OTHERS.get(kind.__name__, ())}
    values = {
        field.name: f"the {field.name}" for field in fields(kind) if field.default is MISSING or field.name in names
    }
    printed = repr(kind(**values))
    for name in names:
        assert f"the {name}" not in printed


def test_the_secrets_are_found() -> None:
    """The rule above is not about nothing."""
    found = {kind.__name__ for kind in _ALL for field in fields(kind) if field.name.endswith(_NAMES)}
    assert {"VerifyToken", "SignIn", "SignUp", "RefreshSession", "SignedIn", "AdmitDevice", "IssuedKey"} <= found
