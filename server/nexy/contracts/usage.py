"""A client's report of tokens that it spent itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """Counts for one call of a model, by the device that made it."""

    hardware_id: str
    session_id: str
    source: str
    input_tokens: int
    output_tokens: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReceipt:
    """Whether the report is durably stored, and otherwise why not."""

    success: bool
    message: str
