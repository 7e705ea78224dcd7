"""What a check says in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_client.validation.codes import CODES
from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.measures import Pictures
from nexy_client.validation.rule import Figure

THIN_FRAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReport:
    """One stream: findings in the order of their frames, how often each code was noticed, and what was measured."""

    stream: int
    frames: int
    seconds: float
    bytes_received: int
    findings: Sequence[Finding]
    counts: Mapping[str, int]
    figures: Sequence[Figure]
    pictures: Pictures = field(default_factory=Pictures, compare=False)

    @property
    def passed(self) -> bool:
        """Whether nothing that was found is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """A whole check: what concerns the server, and each of its streams. `started_s` is epoch seconds,
    `answer` what the job was configured as, None where there is none; `source_description` the source's own words,
    `of_product` whether it says that it holds no raw samples but a spectrogram product;
    `probed` whether health and refusals were asked for, `command` the command line without its key."""

    target: str
    job_id: str
    server_version: str = ""
    source: str = ""
    started_s: float = 0.0
    seconds: float = 0.0
    findings: Sequence[Finding] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    streams: Sequence[StreamReport] = ()
    answer: ConfigureAnswer | None = None
    source_description: str = ""
    of_product: bool = False
    probed: bool = True
    command: str = ""

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the server and those of every stream, the gravest first."""
        found = [*self.findings, *(finding for stream in self.streams for finding in stream.findings)]
        order = list(Severity)
        return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))

    @property
    def thin(self) -> bool:
        """Whether a stream was judged by so few frames that little is proven."""
        return any(one.frames < THIN_FRAMES for one in self.streams)

    def total(self, severity: Severity) -> int:
        """How many kinds of finding of this severity there are."""
        return len({(one.code, one.stream) for one in self.all_findings if one.severity is severity})

    def count_of(self, finding: Finding) -> int:
        """How often this code was noticed in the finding's stream."""
        counts = next((one.counts for one in self.streams if one.stream == finding.stream), self.counts)
        return counts.get(finding.code, 1)

    @property
    def passed(self) -> bool:
        """Whether nothing that was found is an error."""
        return self.total(Severity.ERROR) == 0


def family_of(finding: Finding) -> str:
    """The family of rules that noticed it."""
    return CODES[finding.code].family
