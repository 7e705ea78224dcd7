"""Where a database is and as whom it is entered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from nexy.contracts.errors import ConfigurationInvalid

_SCHEMES = ("postgres", "postgresql")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_DEFAULT_PORT = 5432


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One database and one login; `host` beginning with / is the folder of a Unix socket."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(default="", repr=False)
    ssl: str = ""
    root_certificate: str = ""

    def named(self) -> str:
        """The address for people: without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.database}"

    def as_user(self, user: str, password: str) -> "Address":
        """The same database entered by somebody else."""
        return replace(self, user=user, password=password)

    def environment(self) -> Mapping[str, str]:
        """What libpq's programs (psql, pg_dump …) read."""
        told = {
            "PGHOST": self.host, "PGPORT": str(self.port), "PGDATABASE": self.database, "PGUSER": self.user,
            "PGPASSWORD": self.password, "PGSSLMODE": self.ssl, "PGSSLROOTCERT": self.root_certificate,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


def parse_url(url: str, key: str, variable: str) -> Address:
    """A `postgresql://user:password@host:port/database?sslmode=…` taken apart.

    Raises `ConfigurationInvalid` that names the key and never quotes the URL, which holds a password.
    """

    def wrong(what: str) -> ConfigurationInvalid:
        return ConfigurationInvalid(f"{key} ({variable}): {what}", field=key)

    try:
        parts = urlsplit(url.strip())
        port = parts.port or _DEFAULT_PORT
    except ValueError as problem:
        raise wrong("the port is not a number from 1 to 65535") from problem
    options = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or options.get("host", "")
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in _SCHEMES:
        raise wrong("must begin with postgresql://")
    if not host or not parts.username or not database:
        raise wrong("must be postgresql://user:password@host:port/database")
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise wrong(f"sslmode must be one of {', '.join(_SSL_MODES)}")
    return Address(
        host=host,
        port=port,
        database=database,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        ssl=options.get("sslmode", ""),
        root_certificate=options.get("sslrootcert", ""),
    )
