"""Secrets that somebody chose, and what only stands where one could."""

import pytest

from nexy.modules.code_search.reading.secret_values import (
    looks_chosen,
    looks_like_key,
    looks_like_login,
    looks_unlike_code,
)


@pytest.mark.parametrize(
    "value",
    ["hunter2", "p@$$w0rd!9xyz", "aB3{kfj9f2", "Abc$def9gh", "Tr0ub4dor&3%", "$ecret9X", "ab{x}Cd9efg", "p@ss!word",
     "${NAME:-changeme1}", "Summer2024.*"],
)  # fmt: skip
def test_chosen(value: str) -> None:
    """Digits, both cases or signs among the letters; a part that is filled in does not hide the rest."""
    assert looks_chosen(value)


@pytest.mark.parametrize(
    "value",
    ["${DB_PASSWORD1}", "$DB_PASSWORD_2", "$dbPass2", "$user:$pass2", "{{ vault.db1 }}", "{user1}:{password2}",
     "%(pass1)s", "%s:%s", "<your-password-2024>", "***", "...", "required", "OPENAI_API_KEY", "settings.passwordField",
     "see RFC 6750", "https://example.com/a1", "^(?=.*[A-Z]).{8,}$", "[a-z0-9]+\\d", "key_1"],
)  # fmt: skip
def test_not_chosen(value: str) -> None:
    """Whole templates, names, sentences, addresses and patterns are code."""
    assert not looks_chosen(value)


def test_keys() -> None:
    """A long stretch with a digit; names have shorter words, templates none."""
    assert looks_like_key("prefix-0123456789abcdef")
    assert not looks_like_key("identifier_v2_of_token")
    assert not looks_like_key("{uuid4_of_the_user_1}")


def test_logins() -> None:
    """A port before a path is none, though digits stand there."""
    assert looks_like_login("s3cret")
    assert not looks_like_login("8080/user1")
    assert not looks_like_login("{password}")


def test_what_no_program_means() -> None:
    """Names and numbers are code; signs among them with a digit are not."""
    assert looks_unlike_code("Qw3rty!99")
    assert not looks_unlike_code("Passw0rd")
    assert not looks_unlike_code("first@second")
