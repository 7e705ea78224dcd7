"""Addresses that accounts are known by."""

import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.access.accounts.addresses import checked, usual


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@example.com", "anna@example.com"),
        (" Anna@Example.COM ", "anna@example.com"),
        ("o'neil+nexy{a}@mail.example.co", "o'neil+nexy{a}@mail.example.co"),
        ("root@localhost", "root@localhost"),
        ("a@xn--80ak6aa92e.com", "a@xn--80ak6aa92e.com"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    """Small letters without spaces around."""
    assert checked(typed) == usual(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "@example.com", "anna@", "anna@@example.com", "anna@example..com", "anna@-example.com", "a b@c.de",
        "anna@example.com\n.evil", "anna@exa\x00mple.com", "аnna@example.com", "anna@exämple.com", "\u212a@example.com",
        "x" * 65 + "@example.com", "a@" + "b" * 64 + ".com", "a@" + ".".join(["b" * 60] * 5), "<anna@example.com>",
        "anna@example.com;drop table users", "İ@example.com", "anna\ud800@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Letters of other scripts too: they can look like ours."""
    with pytest.raises(ValidationFailed) as refused:
        checked(typed)
    assert usual(typed) == ""
    assert (refused.value.code, refused.value.field) == ("email_address_invalid", "email")
