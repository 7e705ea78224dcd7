"""Statuses as sentences."""

import pytest

from nexy_client.streams import failure
from nexy_client.streams.address import Address
from nexy_client.streams.settings import StreamSettings
from nexy_client.streams.trouble import Teller, Trouble

TELLER = Teller(address=Address(host="server", port=7, tls=False), settings=StreamSettings())


@pytest.mark.parametrize(
    ("status", "details", "kind", "words"),
    [
        ("NOT_FOUND", "job 1-2 not found", failure.JobNotFound, "job 1-2 is not known to server:7"),
        ("RESOURCE_EXHAUSTED", "30 jobs run", failure.ServerBusy, "no room: 30 jobs run. Try again in 60 s"),
        ("DEADLINE_EXCEEDED", "Deadline Exceeded", failure.StreamTimedOut, "stream_timeout=300 s"),
        ("DEADLINE_EXCEEDED", "the client has read nothing for 180 s", failure.StreamStalled, "Read the frames sooner"),
        ("DEADLINE_EXCEEDED", "the source has given nothing for 180 s", failure.StreamStalled, "server's log say more"),
        ("INVALID_ARGUMENT", "stream_id: 9", failure.RequestRefused, "server:7 refuses: stream_id: 9"),
        ("PERMISSION_DENIED", "no", failure.RequestRefused, "pass the API key as metadata"),
        ("INTERNAL", "the file shrank", failure.StreamFailed, r"broke the stream off: the file shrank \(INTERNAL\)"),
        ("UNKNOWN", "", failure.StreamFailed, "no reason given"),
        ("UNIMPLEMENTED", "", failure.StreamFailed, "does not serve"),
    ],
)
def test_each_status_is_an_error_that_says_what_to_do(
    status: str, details: str, kind: type[failure.StreamError], words: str
) -> None:
    """The kind for programs, the words for people, the status beside them."""
    error = TELLER.told(Trouble(status=status, details=details, trailers={"retry-after": "60"}), "1-2")
    assert type(error) is kind
    assert error.status == status
    with pytest.raises(kind, match=words):
        raise error


def test_a_busy_server_says_when_to_come_back() -> None:
    """As a number; without one, or with a date, just later."""
    told = TELLER.told(Trouble(status="RESOURCE_EXHAUSTED", trailers={"retry-after": "60"}))
    vague = TELLER.told(Trouble(status="RESOURCE_EXHAUSTED", trailers={"retry-after": "tomorrow"}))
    assert isinstance(told, failure.ServerBusy)
    assert isinstance(vague, failure.ServerBusy)
    assert (told.retry_after_seconds, vague.retry_after_seconds) == (60.0, None)
    assert "Try again later" in str(vague)


def test_codes_are_stable_and_differ() -> None:
    """Programs decide by them."""
    kinds = [
        kind for kind in vars(failure).values() if isinstance(kind, type) and issubclass(kind, failure.StreamError)
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("details", "starting"),
    [
        ("job 12-1 is still starting", True),
        ("job not ready", True),
        ("the server is shutting down", False),
        ("failed to connect to all addresses; last error: starting", False),
    ],
)
def test_a_starting_job_is_told_from_a_missing_server(details: str, starting: bool) -> None:
    """Only a server's own answer can say so."""
    assert Trouble(status="UNAVAILABLE", details=details).starting is starting
