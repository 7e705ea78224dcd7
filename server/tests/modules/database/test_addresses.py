"""DATABASE_URL taken apart."""

import pytest

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.database.addresses import Address, parse_url

KEY, VARIABLE = "outside.database_url", "DATABASE_URL"


def parsed(url: str) -> Address:
    return parse_url(url, KEY, VARIABLE)


def test_every_part_is_found_and_unquoted() -> None:
    """User, password, host, port, database and TLS, with their escapes undone."""
    address = parsed("postgresql://ann%40x:p%2Fw%3A@db.example:6543/nexy%20db?sslmode=require")
    assert (address.user, address.password, address.host) == ("ann@x", "p/w:", "db.example")
    assert (address.port, address.database, address.ssl) == (6543, "nexy db", "require")


def test_a_socket_folder_stands_in_the_query() -> None:
    """`?host=/folder` is a Unix socket; the port has its default."""
    address = parsed("postgres://ann:x@/nexy?host=/run/postgresql")
    assert (address.host, address.port) == ("/run/postgresql", 5432)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:canary@h/d", "postgresql://a:canary@h", "postgresql:///d", "postgresql://h/d", "canary",
        "postgresql://a:canary@h:99999/d", "postgresql://a:canary@h:x/d", "postgresql://a:canary@h/d?sslmode=maybe",
    ],
)  # fmt: skip
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    """The key and the variable are named in one line, the URL is not quoted."""
    with pytest.raises(ConfigurationInvalid) as refused:
        parsed(url)
    assert refused.value.field == KEY
    assert VARIABLE in refused.value.message
    assert "canary" not in refused.value.message
    assert "\n" not in refused.value.message


def test_the_password_is_never_shown() -> None:
    """Neither in the name for people nor in the representation; libpq's programs get it by the environment."""
    address = parsed("postgresql://ann:canary@h/d")
    assert "canary" not in address.named() + repr(address)
    environment = address.as_user("bob", "other").environment()
    assert environment == {
        "PGHOST": "h", "PGPORT": "5432", "PGDATABASE": "d", "PGUSER": "bob", "PGPASSWORD": "other",
    }  # fmt: skip
