"""Where the database is and how patiently it is asked."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseConfig:
    """Bounds of the pool and of the embedded server.

    Without `enabled` the server keeps nothing: neither history nor memory nor usage.
    A statement that comes through /rest/v1 has `rest_statement_timeout_seconds`, and never more than others have. Such
    statements have half of the connections, and one person `rest_statements_each` of them, as have all who are nobody
    in particular together; the others wait no longer than for a connection.
    `app_url` is for an outside database whose administrator made the app role; without it Nexy makes that role.
    `shared_folder` takes the data and binaries of a root's server whose own folders its database user cannot enter.
    """

    enabled: bool = setting(True, "DATABASE_ENABLED")
    app_url: str = setting("", "DATABASE_APP_URL", secret=True)
    shared_folder: str = setting("/var/lib/nexy", "DATABASE_SHARED_FOLDER")
    max_connections: int = setting(10, "DATABASE_MAX_CONNECTIONS", at_least=1, at_most=1000)
    acquire_timeout_seconds: float = setting(2.0, at_least=0.01)
    statement_timeout_seconds: float = setting(10.0, "DATABASE_STATEMENT_TIMEOUT", at_least=0.01)
    rest_statement_timeout_seconds: float = setting(5.0, "DATABASE_REST_STATEMENT_TIMEOUT", at_least=0.01)
    rest_statements_each: int = setting(2, "DATABASE_REST_STATEMENTS_EACH", at_least=1)
    connect_timeout_seconds: float = setting(4.0, at_least=0.1)
    start_timeout_seconds: float = setting(30.0, at_least=1)
    stop_timeout_seconds: float = setting(5.0, at_least=0.1)
    check_seconds: float = setting(0.5, at_least=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSection:
    """What the module `database` starts with: `url` empty means the embedded server under `home`."""

    home: str
    url: str = field(default="", repr=False)
    config: DatabaseConfig = field(default_factory=DatabaseConfig)
