"""Passwords: argon2id in threads of its own, so that a guess costs the guesser and never the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from nexy.config.access_section import PasswordsConfig
from nexy.contracts.errors import ValidationFailed
from nexy.modules.access.accounts.turns import Turns, too_many

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")
_SALT_BYTES, _HASH_BYTES = 16, 32
# Stands in for what no password can be, so that it costs the same to find out that it is wrong.
_NOTHING = "\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Whether it was the password; `renewed` is its hash where the kept one was made with other parameters."""

    right: bool
    renewed: str = ""


class Passwords:
    """Hashes so many at once; raises `Unavailable` when too many wait. Nothing is loaded before the first one."""

    def __init__(self, config: PasswordsConfig) -> None:
        self._config = config
        self._pool: ThreadPoolExecutor | None = None
        self._under_way = 0
        self._turns = Turns(config.at_once, config.max_waiting)

    def turn(self, who: str) -> AbstractAsyncContextManager[None]:
        """Wait for a turn among this one's own; raises `Unavailable` when too many wait. Nobody in particular does not.

        What is counted is to be counted inside: so those who come together are judged one after the other.
        """
        return self._turns.of(who) if who else nullcontext()

    def refuse_weak(self, password: str) -> None:
        """Raises `ValidationFailed` (`weak_password`) for one that is too short, too long or cannot be typed."""
        config = self._config
        usual = normalised(password, config.max_characters)
        if usual is None:
            words = f"a password has at most {config.max_characters} characters, and none that cannot be typed"
            raise ValidationFailed(words, code="weak_password", field="password")
        if len(usual) < config.min_characters:
            words = f"a password has at least {config.min_characters} characters"
            raise ValidationFailed(words, code="weak_password", field="password")

    async def hashed(self, password: str) -> str:
        """The text to keep; the password was found good by `refuse_weak`."""
        return await self._run(lambda: self._hasher.hash(self._usual(password)))

    async def check(self, kept: str | None, password: str) -> Checked:
        """Compare; without a kept hash it takes as long, and is wrong."""
        return await self._run(lambda: self._checked(kept, self._usual(password)))

    def cleanup(self) -> None:
        """Give up what has not begun; what runs ends by itself."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _usual(self, password: str) -> str:
        return normalised(password, self._config.max_characters) or _NOTHING

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._config.at_once + self._config.max_waiting:
            raise too_many()
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._config.at_once, thread_name_prefix="nexy-password")
        self._under_way += 1
        done = asyncio.get_running_loop().run_in_executor(self._pool, work)
        done.add_done_callback(self._settle)
        return await done

    def _settle(self, _: asyncio.Future[T]) -> None:
        self._under_way -= 1

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        config = self._config
        return PasswordHasher(time_cost=config.passes, memory_cost=config.memory_kib, parallelism=config.lanes,
                              hash_len=_HASH_BYTES, salt_len=_SALT_BYTES)  # fmt: skip

    @cached_property
    def _nobodys(self) -> str:
        """A kept text of today's parameters that no password has: drawn, not hashed, so it costs nothing to make."""
        config = self._config
        salt, drawn = (_unpadded(secrets.token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        return f"$argon2id$v=19$m={config.memory_kib},t={config.passes},p={config.lanes}${salt}${drawn}"

    def _checked(self, kept: str | None, password: str) -> Checked:
        from argon2.exceptions import InvalidHashError, VerificationError

        hasher = self._hasher
        try:
            hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return Checked(right=False)
        if kept is None or not hasher.check_needs_rehash(kept):
            return Checked(right=kept is not None)
        return Checked(right=True, renewed=hasher.hash(password))


def normalised(password: str, longest: int) -> str | None:
    """NFKC (NIST SP 800-63B): keyboards differ in how they put letters together, people do not see it.

    None for what is longer than `longest` characters before or after, is no text, or has control characters.
    """
    if not 0 < len(password) <= longest:
        return None
    usual = unicodedata.normalize("NFKC", password)
    typed = all(unicodedata.category(letter) not in ("Cc", "Cs") for letter in usual)
    return usual if typed and len(usual) <= longest else None


def _unpadded(plain: bytes) -> str:
    return base64.b64encode(plain).rstrip(b"=").decode()
