"""A failure is told in the person's language."""

import pytest

from nexy.cli.failures import sentence_of
from nexy.contracts.errors import ErrorType
from nexy.messages.catalogue import LANGUAGES, Catalogue, load_texts
from nexy_client import CallFailed

RUSSIAN = Catalogue("ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_type_has_a_sentence(language: str) -> None:
    """The group holds the closed set of types, and the form that joins sentence and detail."""
    keys = {key.partition(".")[2] for key in load_texts(language) if key.startswith("failure.")}
    assert keys == {kind.value for kind in ErrorType} | {"detail"}


def test_the_servers_own_words_stand_behind_the_sentence() -> None:
    """The sentence is the person's, the detail is the server's English, in brackets."""
    failed = CallFailed(status="UNAVAILABLE", error_message="No language model answered.", error_type="unavailable")
    sentence = RUSSIAN.text("failure.unavailable")
    assert sentence_of(failed, RUSSIAN) == f"{sentence} (No language model answered.)"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["device_token", "device_revoked", "device_unpaired"])
def test_a_refused_device_is_told_what_to_do(code: str, language: str) -> None:
    """One sentence with the command, and no words of the server's behind it."""
    failed = CallFailed(
        status="UNAUTHENTICATED", error_message="metadata", error_type="unauthenticated", error_code=code
    )
    told = sentence_of(failed, Catalogue(language))
    assert "nexy devices pair EMAIL" in told
    assert "metadata" not in told


def test_the_type_decides_before_the_status() -> None:
    """RESOURCE_EXHAUSTED alone may mean four things; the error type says which."""
    failed = CallFailed(status="RESOURCE_EXHAUSTED", error_type="budget_exhausted")
    assert sentence_of(failed, RUSSIAN).startswith(RUSSIAN.text("failure.budget_exhausted"))


def test_a_status_that_means_one_thing_is_enough() -> None:
    """A server that cannot be reached names no type."""
    failed = CallFailed(status="UNAVAILABLE", details="no connection to 127.0.0.1:9")
    told = sentence_of(failed, RUSSIAN)
    assert told == f"{RUSSIAN.text('failure.unavailable')} (UNAVAILABLE: no connection to 127.0.0.1:9)"


@pytest.mark.parametrize(("status", "error_type"), [("RESOURCE_EXHAUSTED", ""), ("DATA_LOSS", "from_the_future")])
def test_what_has_no_sentence_is_told_as_it_came(status: str, error_type: str) -> None:
    """A wrong sentence would be worse than a foreign one."""
    failed = CallFailed(status=status, error_message="something", error_type=error_type)
    assert sentence_of(failed, RUSSIAN) == "something"
