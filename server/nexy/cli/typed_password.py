"""A new password: typed twice and unseen on a terminal, or the first line of what is piped in. Never an argument."""

import getpass
import sys

from nexy.contracts.errors import ValidationFailed
from nexy.messages.catalogue import Catalogue


def new_password(words: Catalogue) -> str:
    """Raises `ValidationFailed` where there is none, or where she typed two different ones."""
    if not sys.stdin.isatty():
        # Bytes that are no UTF-8 become halves of pairs, which no password has.
        line = sys.stdin.buffer.readline().decode("utf-8", "surrogateescape")
        given = line.removesuffix("\n").removesuffix("\r")
    else:
        given = _typed(words)
    if not given:
        raise ValidationFailed(words.text("users.no_password"), field="password")
    return given


def _typed(words: Catalogue) -> str:
    try:
        given = getpass.getpass(words.text("users.ask_password") + " ")
        again = getpass.getpass(words.text("users.ask_again") + " ")
    except EOFError:
        return ""
    if given != again:
        raise ValidationFailed(words.text("users.differ"), field="password")
    return given
