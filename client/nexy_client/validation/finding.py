"""What a check found, for programs first and for people too."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from nexy_client.validation.codes import CODES
from nexy_client.validation.messages import finding_sentence

Told: TypeAlias = float | int | str | None
"""A measured or an expected value: a number where there is one."""


class Severity(StrEnum):
    """Only an error makes a check fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a rule noticed; `frame`, `sensor` and `stream` are None where it concerns no single one.

    `value` is what was found and `expected` what should have been, both in the unit that the sentence names.
    """

    code: str
    severity: Severity
    stream: int | None = None
    frame: int | None = None
    sensor: int | None = None
    value: Told = None
    expected: Told = None

    @property
    def sentence(self) -> str:
        """What happened, in English; `messages.finding_sentence` says it in other languages."""
        return finding_sentence(self, "en")


class FindingLog:
    """Findings of one stream in bounded memory: the first few of each code are kept, the others counted."""

    def __init__(self, stream: int | None, kept_per_code: int) -> None:
        self._stream = stream
        self._kept_per_code = kept_per_code
        self._counts: Counter[str] = Counter()
        self._kept: list[Finding] = []

    @property
    def kept(self) -> tuple[Finding, ...]:
        """In the order in which they were noticed."""
        return tuple(self._kept)

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each code was noticed, those that were not kept included."""
        return self._counts

    def note(
        self,
        code: str,
        *,
        severity: Severity | None = None,
        frame: int | None = None,
        sensor: int | None = None,
        value: Told = None,
        expected: Told = None,
        times: int = 1,
    ) -> None:
        """Take down what was noticed `times` times; the severity is the code's own unless it is given."""
        self._counts[code] += times
        if self._counts[code] - times >= self._kept_per_code:
            return
        self._kept.append(
            Finding(
                code=code,
                severity=severity or Severity(CODES[code].severity),
                stream=self._stream,
                frame=frame,
                sensor=sensor,
                value=value,
                expected=expected,
            )
        )
