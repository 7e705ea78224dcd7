"""The database, asked for at each transaction anew, so that a server without one can say what is off."""

from contextlib import AbstractAsyncContextManager

from nexy.contracts.capabilities import DATABASE
from nexy.contracts.database import Claims, Database, Transaction
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import Peers


class LentDatabase:
    """`contracts.Database` of the peers; without one every transaction raises `Unavailable` that names the setting."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    @property
    def there(self) -> bool:
        """Whether there is a database at all; whether it answers is told by the next transaction."""
        return self.missing is None

    @property
    def missing(self) -> Unavailable | None:
        """Why there is none."""
        try:
            self._lent()
        except Unavailable as missing:
            return missing
        return None

    def transaction(self, claims: Claims) -> AbstractAsyncContextManager[Transaction]:
        """See `contracts.Database.transaction`."""
        return self._lent().transaction(claims)

    def _lent(self) -> Database:
        try:
            return self._peers.get(DATABASE)
        except Unavailable as missing:
            raise Unavailable(
                f"accounts, keys and devices need the database (DATABASE_ENABLED): {missing.message}",
                code="access_without_database",
            ) from missing
