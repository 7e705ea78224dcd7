"""The configured addresses and keys of every provider."""

import pytest

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.ai_router.exchange.address import Named, checked_base, checked_key, is_private

NAMED = Named(path="ai_router.claude.base_url", variable="ANTHROPIC_BASE_URL")


def base(value: str, *, allow_private: bool = True) -> str:
    return checked_base(value, "https://api.example/v1", NAMED, allow_private=allow_private)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", "https://api.example/v1"),
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        (" https://llm.example/v1/ ", "https://llm.example/v1"),
        ("HTTP://[::1]:8080", "HTTP://[::1]:8080"),
    ],
)
def test_the_base_of_an_address(value: str, url: str) -> None:
    """Without an address it is the vendor's own; a closing slash does not matter."""
    assert base(value) == url


@pytest.mark.parametrize(
    "value",
    [
        "ftp://x",
        "llm.example/v1",
        "http://",
        "http:///v1",
        "http://x:99999",
        "http://[::1",
        "http://a b",
        "https://key@llm.example/v1",
        "https://llm.example/v1?key=1",
        "https://llm.example/v1#x",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_cannot_be_used_names_its_key(value: str) -> None:
    """The error names the key's path and variable, and never repeats the value, which may hold a password."""
    with pytest.raises(ConfigurationInvalid) as caught:
        base(value)
    assert caught.value.field == "ai_router.claude.base_url"
    assert "ANTHROPIC_BASE_URL" in caught.value.message
    assert value not in caught.value.message


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "１２７.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
    ],
)
def test_private_addresses_can_be_forbidden(host: str) -> None:
    """However an address of this machine or a private network is written, it is refused, with the switch named."""
    assert base(f"http://{host}:1")
    with pytest.raises(ConfigurationInvalid) as caught:
        base(f"http://{host}:1", allow_private=False)
    assert caught.value.field == "ai_router.claude.base_url"
    assert "LLM_ALLOW_PRIVATE_ADDRESSES" in caught.value.message


@pytest.mark.parametrize("host", ["8.8.8.8", "api.example", "[2606:4700::1111]", "10.example", "127.0.0.1.example"])
def test_public_addresses_and_names_pass(host: str) -> None:
    """A name is judged when it is resolved."""
    assert base(f"https://{host}", allow_private=False) == f"https://{host}"


@pytest.mark.parametrize(("address", "private"), [("8.8.4.4", False), ("fe80::1%eth0", True), ("nonsense", True)])
def test_what_is_no_public_address_is_private(address: str, *, private: bool) -> None:
    """Zones are passed over; what cannot be read is not trusted."""
    assert is_private(address) is private


@pytest.mark.parametrize("key", ["a b", "a\r\nX-Evil: 1", "ключ", "a\x00"])
def test_a_key_that_would_break_a_header_is_refused(key: str) -> None:
    """A key with line breaks, spaces or letters beyond ASCII is a mistake of copying; it is not shown."""
    with pytest.raises(ConfigurationInvalid) as caught:
        checked_key(key, NAMED)
    assert caught.value.field == "ai_router.claude.base_url"
    assert key not in caught.value.message


def test_space_around_a_key_is_dropped() -> None:
    """A newline at the end of a copied key does no harm."""
    assert checked_key(" sk-1\n", NAMED) == "sk-1"
