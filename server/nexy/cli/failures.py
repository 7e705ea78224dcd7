"""What went wrong with a call, in the person's language."""

from nexy.contracts.errors import TAXONOMY, ErrorType
from nexy.messages.catalogue import Catalogue
from nexy_client import CallFailed

_REMEDIES = frozenset(("device_token", "device_revoked", "device_unpaired"))


def sentence_of(failed: CallFailed, words: Catalogue) -> str:
    """A sentence for the kind of failure, behind it the server's own words, which are English.

    Where a person can do something herself, the sentence says what, and nothing stands behind it.
    """
    if failed.error_code in _REMEDIES:
        return words.text(f"remedy.{failed.error_code}")
    detail = failed.error_message or str(failed)
    kind = _kind_of(failed)
    if kind is None:
        return detail
    return words.text("failure.detail", sentence=words.text(f"failure.{kind.value}"), detail=detail)


def _kind_of(failed: CallFailed) -> ErrorType | None:
    """What the server said that it was, else what the status alone stands for, if that is one thing."""
    named = [kind for kind in ErrorType if kind.value == failed.error_type]
    kinds = named or [kind for kind, row in TAXONOMY.items() if row.grpc_status == failed.status]
    return kinds[0] if len(kinds) == 1 else None
