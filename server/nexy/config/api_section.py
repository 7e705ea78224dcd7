"""Who may ask the HTTP API, how much at once and how slowly."""

from dataclasses import dataclass, field

from nexy.config.setting import port, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLimitsConfig:
    """A caller (key, user or address) has `burst` requests at once and gets `per_second` new ones; 0 is no limit.

    Each listener serves `max_connections`, tells `refused_at_once` more that they are too many and when to come back,
    and cuts off the rest. A connection has `headers_seconds` for its headers, `body_seconds` for its
    body, may leave what it was sent unread for `stuck_seconds`, and has `linger_seconds` to read a refusal while it is
    still sending.

    What is decoded at once holds up everybody else, so bodies of code tasks have `max_code_bytes`, forms
    `max_form_bytes`, and JSON `max_values`: its commas and opening brackets, those inside of texts included.
    """

    per_second: float = setting(0.0, "API_RATE_PER_SECOND", at_least=0)
    burst: int = setting(100, "API_RATE_BURST", at_least=1)
    max_callers: int = setting(100_000, at_least=1)
    max_connections: int = setting(4000, "API_MAX_CONNECTIONS", at_least=1)
    max_header_bytes: int = setting(65_536, at_least=1024)
    headers_seconds: float = setting(10.0, "API_HEADERS_TIMEOUT", at_least=0.1)
    body_seconds: float = setting(30.0, "API_BODY_TIMEOUT", at_least=0.1)
    stuck_seconds: float = setting(60.0, "API_STUCK_TIMEOUT", at_least=0.1)
    max_code_bytes: int = setting(2 * 1024 * 1024, "API_MAX_CODE_BYTES", at_least=1024)
    max_form_bytes: int = setting(262_144, at_least=1024)
    max_values: int = setting(100_000, "API_MAX_VALUES", at_least=100)
    max_form_fields: int = setting(100, at_least=1)
    refused_at_once: int = setting(64, at_least=1)
    refused_wait_seconds: int = setting(1, at_least=1)
    remembered_addresses: int = setting(10_000, at_least=1)
    remembered_hosts: int = setting(1000, at_least=1)
    preflight_seconds: int = setting(600, at_least=0)
    linger_seconds: float = setting(5.0, at_least=0.01)
    keep_alive_seconds: int = setting(75, "API_KEEP_ALIVE", at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiConfig:
    """The HTTP API; lists are separated by commas.

    `allowed_hosts`: names beside this machine's own and plain addresses, `*.example.com` for everything below, `*` for
    all. `allowed_origins`: web pages of other addresses that may ask, `http://localhost:*` for every port of a name,
    `*` for all. `keys`: NAME=KEY; with any of them set, another key is refused, and with `key_required` also nobody at
    all. `trusted_proxies`: addresses whose
    X-Forwarded-For is believed.
    """

    host: str = setting("127.0.0.1", "API_HOST")
    port: int = port(8000, "API_PORT")
    max_body_bytes: int = setting(8 * 1024 * 1024, "API_MAX_BODY_BYTES", at_least=1024)
    allowed_hosts: str = setting("", "API_ALLOWED_HOSTS")
    allowed_origins: str = setting("", "API_ALLOWED_ORIGINS")
    trusted_proxies: str = setting("127.0.0.1, ::1", "API_TRUSTED_PROXIES")
    keys: str = setting("", "NEXY_API_KEYS", secret=True)
    key_required: bool = setting(False, "NEXY_API_KEY_REQUIRED")
    limits: ApiLimitsConfig = field(default_factory=ApiLimitsConfig)
