"""Addresses are written one way everywhere."""

import pytest

from nexy.utils.addresses import bare_host, host_of, joined, reachable


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1:1"), ("::1", "[::1]:1"), ("[::1]", "[::1]:1"), ("::", "[::]:1"), ("nexy", "nexy:1")],
)
def test_an_ipv6_host_stands_in_brackets(host: str, address: str) -> None:
    """However the host was written, the port can be told from it."""
    assert joined(host, 1) == address


@pytest.mark.parametrize(("host", "bare"), [("[::1]", "::1"), ("::1", "::1"), ("localhost", "localhost")])
def test_sockets_take_the_host_without_brackets(host: str, bare: str) -> None:
    """Both ways of writing mean the same host."""
    assert bare_host(host) == bare


@pytest.mark.parametrize(
    ("address", "asked"),
    [("0.0.0.0:5", "127.0.0.1:5"), ("[::]:5", "[::1]:5"), ("[::1]:5", "[::1]:5"), ("10.0.0.7:5", "10.0.0.7:5")],
)
def test_a_door_that_is_open_everywhere_is_found_on_this_machine(address: str, asked: str) -> None:
    """Nobody can connect to "every address"; other addresses stay."""
    assert reachable(address) == asked


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("nexy:8000", "nexy"), ("nexy", "nexy"), ("10.0.0.7:1", "10.0.0.7"), ("[::1]:8000", "::1"), ("[::1]", "::1"),
        ("fe80::1", "fe80::1"), ("", ""),
    ],
)  # fmt: skip
def test_a_host_is_told_from_its_port(address: str, host: str) -> None:
    """Brackets go with the port; an address of colons alone is all host."""
    assert host_of(address) == host
