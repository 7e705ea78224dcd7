"""Who may come in: how tokens are made, how long they last, how often a password may be tried."""

from dataclasses import dataclass, field

from nexy.config.setting import setting

_HOUR = 3600.0
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensConfig:
    """JWTs: their issuer and audience, how long they last (seconds), and how far clocks may differ.

    `max_known` tokens that were verified are remembered until they end. A session is renewed `renewals_burst` times at
    once and then `renewals_per_minute` (0: as often as anybody likes). Sessions that are long over are taken away every
    `sweep_seconds`.
    """

    issuer: str = setting("nexy", "JWT_ISSUER")
    audience: str = setting("authenticated", "JWT_AUDIENCE")
    access_seconds: float = setting(_HOUR, "JWT_EXPIRY", at_least=60, at_most=_DAY)
    anon_seconds: float = setting(3650 * _DAY, at_least=_DAY)
    leeway_seconds: float = setting(10.0, at_least=0, at_most=60)
    session_seconds: float = setting(30 * _DAY, "SESSION_EXPIRY", at_least=_HOUR)
    reuse_seconds: float = setting(10.0, "REFRESH_TOKEN_REUSE_INTERVAL", at_least=0, at_most=60)
    max_bytes: int = setting(4096, at_least=512)
    max_known: int = setting(10_000, at_least=1)
    renewals_per_minute: float = setting(6.0, at_least=0)
    renewals_burst: int = setting(30, at_least=1)
    sweep_seconds: float = setting(_HOUR, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordsConfig:
    """argon2id: passes, memory and lanes (RFC 9106); how many hashes at a time, and how many may wait.

    From one network an account has `burst` tries at once and then `tries_per_minute`; the network for all accounts, and
    the account from all networks, have `shared_factor` times as many. One that succeeds does not count. `max_triers` of
    each are told apart.
    """

    min_characters: int = setting(8, "PASSWORD_MIN_LENGTH", at_least=6)
    max_characters: int = setting(256, at_least=64)
    passes: int = setting(3, at_least=1)
    memory_kib: int = setting(65_536, at_least=8192)
    lanes: int = setting(4, at_least=1)
    at_once: int = setting(2, at_least=1)
    max_waiting: int = setting(64, at_least=1)
    tries_per_minute: float = setting(5.0, "SIGN_IN_TRIES_PER_MINUTE", at_least=0.1)
    burst: int = setting(10, "SIGN_IN_BURST", at_least=1)
    shared_factor: int = setting(10, at_least=1)
    max_triers: int = setting(100_000, at_least=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestConfig:
    """/rest/v1: rows and bytes of an answer at most, and bounds for the query string, its conditions and the body.

    One column may stand in an answer `max_repeats` times, under other names.
    An unknown name makes the tables be read again, not more often than every `refresh_seconds`.
    """

    max_rows: int = setting(1000, "REST_MAX_ROWS", at_least=1)
    max_answer_bytes: int = setting(8 * 1024 * 1024, "REST_MAX_ANSWER_BYTES", at_least=1024)
    max_repeats: int = setting(4, at_least=1)
    max_query_bytes: int = setting(32_768, at_least=1024)
    max_conditions: int = setting(100, at_least=1)
    max_depth: int = setting(8, at_least=1, at_most=50)
    max_listed: int = setting(1000, at_least=1)
    max_columns: int = setting(200, at_least=1)
    max_body_bytes: int = setting(4 * 1024 * 1024, "REST_MAX_BODY_BYTES", at_least=1024)
    refresh_seconds: float = setting(1.0, at_least=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessConfig:
    """Accounts, keys and devices.

    `sign_up`: whether anybody may make an account over HTTP. `devices`: whether a device must be paired to speak.
    An unpaired one, and an address outside this machine that shows no key, may spend `unpaired_day_tokens` and
    `unpaired_day_usd` a day (0: as everybody), and all of them together `strangers_day_tokens` and
    `strangers_day_usd` (0: no limit). What was issued or revoked by another process is known within `poll_seconds`;
    when a key was last used is written every `last_use_seconds`. `max_body_bytes` bounds what is sent to /auth/v1,
    `max_data_bytes` what a person's programs keep with her account.
    """

    sign_up: bool = setting(True, "ACCESS_SIGN_UP")
    devices: str = setting("optional", "ACCESS_DEVICES", one_of=("off", "optional", "required"))
    unpaired_day_tokens: int = setting(200_000, "ACCESS_UNPAIRED_DAY_TOKENS", at_least=0)
    unpaired_day_usd: float = setting(0.0, "ACCESS_UNPAIRED_DAY_USD", at_least=0)
    strangers_day_tokens: int = setting(1_000_000, "ACCESS_STRANGERS_DAY_TOKENS", at_least=0)
    strangers_day_usd: float = setting(0.0, "ACCESS_STRANGERS_DAY_USD", at_least=0)
    max_body_bytes: int = setting(65_536, "AUTH_MAX_BODY_BYTES", at_least=1024)
    max_data_bytes: int = setting(16_384, at_least=256)
    last_use_seconds: float = setting(60.0, at_least=1)
    poll_seconds: float = setting(1.0, at_least=0.05, at_most=60)
    tokens: TokensConfig = field(default_factory=TokensConfig)
    passwords: PasswordsConfig = field(default_factory=PasswordsConfig)
    rest: RestConfig = field(default_factory=RestConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSection:
    """What the module `access` starts with; keys lie under `home`.

    `with_database`: whether the server has one at all; an operator who turned it off is not told that it is missing.
    """

    home: str
    config: AccessConfig = field(default_factory=AccessConfig)
    demo: bool = False
    with_database: bool = True
