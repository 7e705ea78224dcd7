"""Failures of the client as findings."""

import pytest

from nexy_client.streams import failure
from nexy_client.validation import CODES
from nexy_client.validation.failures import code_of


def kinds(base: type[failure.StreamError]) -> list[type[failure.StreamError]]:
    """It and all below it."""
    return [base, *(one for child in base.__subclasses__() for one in kinds(child))]


@pytest.mark.parametrize("kind", kinds(failure.StreamError), ids=lambda kind: kind.__name__)
def test_every_failure_has_a_code(kind: type[failure.StreamError]) -> None:
    """Whatever the client may raise one day."""
    assert code_of(kind("x")) in CODES


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (failure.JobNotFound, "job_not_found"),
        (failure.StreamStalled, "stall"),
        (failure.FrameUnreadable, "decode_error"),
        (failure.PackedBlockUnreadable, "packed_block"),
        (failure.CertificateRejected, "tls_failed"),
        (failure.TlsMismatch, "tls_failed"),
        (failure.ConnectionFailed, "connect_failed"),
        (failure.MessageTooLarge, "message_too_large"),
        (failure.StreamFailed, "stream_failed"),
        (failure.ServerLost, "stream_failed"),
    ],
)
def test_the_kind_of_failure_is_kept(kind: type[failure.StreamError], code: str) -> None:
    """A reader of findings need not know our exceptions."""
    assert code_of(kind("x")) == code
