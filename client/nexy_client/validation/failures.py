"""Failures of the stream client as findings."""

from nexy_client.streams.failure import StreamError

_CODES = {
    "address_invalid": "connect_failed",
    "certificate_unreadable": "tls_failed",
    "certificate_rejected": "tls_failed",
    "certificate_name": "tls_failed",
    "wrong_port": "connect_failed",
    "tls_mismatch": "tls_failed",
    "connection_failed": "connect_failed",
    "not_connected": "connection_unusable",
    "job_not_found": "job_not_found",
    "job_not_ready": "job_failed",
    "message_too_large": "message_too_large",
    "stream_stalled": "stall",
    "frame_unreadable": "decode_error",
    "packed_block_unreadable": "packed_block",
    "answer_unreadable": "answer_unreadable",
}


def code_of(error: StreamError) -> str:
    """The finding that stands for this failure of a stream."""
    return _CODES.get(error.code, "stream_failed")
