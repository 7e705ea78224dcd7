"""What goes wrong with a source: refused when it is opened, broken while it is read."""

from typing import ClassVar

from nexy.contracts.errors import ConfigurationInvalid, ErrorType, NexyError, Unavailable, ValidationFailed

SOURCES_KEY = "sensor_streams.sources"
OPEN_DEAD = "?allow_dead=yes"
"""How the refusal of a source without life names its remedy; where paths may be told, the whole text stands for it."""
WAITING = "waiting for the first file"
"""How the refusal of an empty folder begins."""
_RETRY_WAITING_SECONDS = 5.0


class SourceBroken(NexyError):
    """A source that was good has become unreadable; the message is what the viewers of its jobs are told."""

    error_type: ClassVar[ErrorType] = ErrorType.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        code: str | None = "source_broken",
        field: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message, code=code, field=field, retry_after_seconds=retry_after_seconds)


def refused(source: str, why: str) -> ValidationFailed:
    """The error of a source that cannot be opened; nothing is wrong with the server."""
    return ValidationFailed(f"source '{source}': {why}", code="source_unreadable", field="source")


def waiting(source: str, why: str) -> Unavailable:
    """The error of a folder into which no complete recording has come yet."""
    return Unavailable(f"source '{source}': {WAITING}: {why}", code="source_waiting", field="source",
                       retry_after_seconds=_RETRY_WAITING_SECONDS)  # fmt: skip


def broken(source: str, why: str) -> SourceBroken:
    """The error of a source that fails while it is read."""
    return SourceBroken(f"source '{source}': {why}")


def misconfigured(why: str) -> ConfigurationInvalid:
    """The error of a `sensor_streams.sources` that says something else than it may."""
    return ConfigurationInvalid(f"{SOURCES_KEY}: {why}", field=SOURCES_KEY)
