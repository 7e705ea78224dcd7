"""How `nexy users` and `nexy keys` show accounts and keys."""

import json
from collections.abc import Sequence
from datetime import datetime

from rich.table import Table

from nexy.contracts.access import EVERYTHING
from nexy.contracts.accounts import Account
from nexy.contracts.api_keys import ApiKey
from nexy.messages.catalogue import Catalogue


def account_table(accounts: Sequence[Account], words: Catalogue) -> Table:
    """One line for each; moments are those of the reader's clock."""
    table = _table(words, [f"users.column_{column}" for column in ("email", "since", "last", "state")])
    for account in accounts:
        state = words.text("users.state_disabled" if account.disabled else "users.state_active")
        table.add_row(account.email, _shown(account.created_at), _shown(account.last_sign_in_at), state)
    return table


def key_table(keys: Sequence[ApiKey], words: Catalogue, now: datetime) -> Table:
    """One line for each; the first column is what `nexy keys revoke` takes."""
    columns = ("beginning", "name", "email", "scopes", "ends", "used", "state")
    table = _table(words, [f"keys.column_{column}" for column in columns])
    # What is typed again stays in one piece, and so does what is short.
    for number in (0, 4, 5, 6):
        table.columns[number].no_wrap = True
    for key in keys:
        every = words.text("keys.everything")
        scopes = every if key.scopes == EVERYTHING else ", ".join(sorted(scope.value for scope in key.scopes))
        used = _day(key.last_used_on) if key.last_used_on else words.text("keys.unused")
        moments = (_day(key.expires_at), used)
        table.add_row(key.beginning, key.name, key.email, scopes, *moments, words.text(_state(key, now)))
    return table


def accounts_json(accounts: Sequence[Account]) -> str:
    """The same for scripts, moments in ISO 8601."""
    return _json(
        {
            "users": [
                {
                    "user_id": account.user_id,
                    "email": account.email,
                    "created_at": _iso(account.created_at),
                    "last_sign_in_at": _iso(account.last_sign_in_at),
                    "disabled": account.disabled,
                }
                for account in accounts
            ]
        }
    )


def keys_json(keys: Sequence[ApiKey], secret: str = "") -> str:
    """The same for scripts; `secret` only where a key is shown at all."""
    shown = [
        {
            "key_id": key.key_id,
            "beginning": key.beginning,
            "name": key.name,
            "email": key.email,
            "scopes": sorted(scope.value for scope in key.scopes),
            "created_at": _iso(key.created_at),
            "expires_at": _iso(key.expires_at),
            "last_used_at": _iso(key.last_used_on),
            "revoked": key.revoked,
        }
        for key in keys
    ]
    return _json({"keys": shown, **({"secret": secret} if secret else {})})


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked:
        return "keys.state_revoked"
    return "keys.state_over" if key.expires_at is not None and key.expires_at <= now else "keys.state_good"


def _table(words: Catalogue, columns: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(words.text(column), overflow="fold")
    return table


def _shown(moment: datetime | None) -> str:
    return "–" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _day(moment: datetime | None) -> str:
    return "–" if moment is None else moment.astimezone().strftime("%Y-%m-%d")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _json(told: object) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False)
