"""What is to be checked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from nexy_client.channel import Tls
from nexy_client.streams.client_core import Metadata
from nexy_client.streams.trust import Certificate, trust_of
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.encoding import Encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one stream is: frames and seconds so far, and the frames that are due where that is known."""

    stream: int
    frames: int
    seconds: float
    due: int | None
    problems: int


Watcher: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """How the stream is reached; `ca` is a PEM file or its text, `server_name` the name in the certificate."""

    tls: bool = False
    ca: Certificate | None = None
    server_name: str = ""

    def for_channel(self) -> Tls | None:
        """The same for a bare channel; raises `CertificateUnreadable`."""
        if not self.tls:
            return None
        trust = trust_of(True, self.ca, self.server_name)
        return Tls(root_certificates=trust.roots, server_name=self.server_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWish:
    """The job to configure. Without channels all of the source's; times are epoch seconds, both inclusive.

    `nfft` 0 is 1024, or the most that a short recording allows. `live` True or False insists; None takes what the
    source is. A recording without times is checked from its start, for the check's own length.
    """

    source: str = ""
    channels: tuple[int, int] | None = None
    nfft: int = 0
    height: int = 256
    frequency_range: tuple[float, float] | None = None
    view_type: int = 0
    live: bool | None = None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """One check. `api` is host[:port] or a URL of /focus-server; `job` an id that exists or a job to configure.

    It ends after `seconds`, or `frames` of each stream (0: no limit), or with the range. `streams` None: all.
    """

    api: str
    job: str | JobWish
    seconds: float = 30.0
    frames: int = 0
    streams: tuple[int, ...] | None = None
    encoding: Encoding = Encoding.FLOAT
    security: Security = field(default_factory=Security)
    api_key: str = ""
    limits: Thresholds = field(default_factory=Thresholds)
    probes: bool = True

    @property
    def metadata(self) -> Metadata:
        """The API key as it goes with every call of the stream."""
        return (("authorization", f"Bearer {self.api_key}"),) if self.api_key else ()
