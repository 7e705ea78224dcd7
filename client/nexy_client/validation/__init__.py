"""Proves a sensor stream right while it flows, or says what is wrong with it."""

from nexy_client.validation.codes import CODES, FAMILIES, Code
from nexy_client.validation.expectation import Asked
from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.report import CheckReport, StreamReport
from nexy_client.validation.rule import Figure
from nexy_client.validation.stream_validator import StreamValidator
from nexy_client.validation.thresholds import Thresholds, ThresholdsInvalid

__all__ = [
    "CODES",
    "FAMILIES",
    "Asked",
    "CheckReport",
    "Code",
    "Figure",
    "Finding",
    "Severity",
    "StreamReport",
    "StreamValidator",
    "Thresholds",
    "ThresholdsInvalid",
]
