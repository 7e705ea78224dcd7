"""Where a server is, in whatever form it was told."""

import pytest

from nexy_client.streams.address import Address, parse_address
from nexy_client.streams.failure import AddressInvalid


@pytest.mark.parametrize(
    ("url", "port", "wanted"),
    [
        ("10.10.100.100", 50051, ("10.10.100.100", 50051, False)),
        ("localhost", "50051", ("localhost", 50051, False)),
        (" localhost:7 ", None, ("localhost", 7, False)),
        ("http://localhost:8000/focus-server", 50051, ("localhost", 50051, False)),
        ("grpc://host:7/", None, ("host", 7, False)),
        ("GRPCS://host:7", None, ("host", 7, True)),
        ("https://host", 50051, ("host", 50051, True)),
        ("::1", 7, ("::1", 7, False)),
        ("[::1]:9", None, ("::1", 9, False)),
        ("http://[fe80::2]", "9", ("fe80::2", 9, False)),
        ("host", 443, ("host", 443, True)),
    ],
)
def test_an_address_is_read_in_every_form(url: str, port: int | str | None, wanted: tuple[str, int, bool]) -> None:
    """Bare, with a port, with a scheme and a path; an own port gives way to the argument, 443 is encrypted unasked."""
    found = parse_address(url, port)
    assert (found.host, found.port, found.tls) == wanted


@pytest.mark.parametrize("url", ["http://host", "grpc://host", "host"])
def test_nothing_turns_tls_off_again(url: str) -> None:
    """A plain scheme in an answer does not make a client speak in the clear that was told to use TLS."""
    assert parse_address(url, 7, use_tls=True).tls


def test_an_ipv6_target_has_brackets() -> None:
    """gRPC needs them."""
    assert Address(host="::1", port=7, tls=False).target == "[::1]:7"
    assert Address(host="host", port=7, tls=False).target == "host:7"


@pytest.mark.parametrize(
    ("url", "port", "words"),
    [
        ("host", None, "has no port; give it as the second argument"),
        ("ftp://host", 1, "scheme 'ftp' is not known"),
        ("", 1, "names no host"),
        ("http://", 1, "names no host"),
        ("ho st", 1, "names no host"),
        ("user@host", 1, "names no host"),
        ("host:abc", None, "is no address"),
        ("[::1", 1, "is no address"),
        ("a..b", 1, "names no host"),
        (f"{'a' * 64}.example", 1, "names no host"),
        ("host", 0, "from 1 to 65535"),
        ("host", "99999", "from 1 to 65535"),
        ("host", "http", "from 1 to 65535"),
        ("host:0", None, "from 1 to 65535"),
    ],
)
def test_what_names_no_server_is_refused(url: str, port: int | str | None, words: str) -> None:
    """The sentence quotes what was given and says what to give."""
    with pytest.raises(AddressInvalid, match=words):
        parse_address(url, port)
