"""The story of an answer in headers: X-Nexy-Provider and its like."""

import time

from nexy.contracts.routing import Answering
from nexy.transport.http_service.exchange import Headers
from nexy.workflows.code_work import Told, Work

_TRUTH = {True: b"true", False: b"false"}


def facts_of(told: Told) -> Headers:
    """Of an answer that is complete; tokens and cost are empty where nobody knows them."""
    tokens = "" if told.tokens_used is None else str(told.tokens_used)
    return (
        *_of_answering(told, told.added_ms, told.request_id),
        (b"x-nexy-tokens", tokens.encode()),
        (b"x-nexy-cost", _decimal(told.cost)),
    )


def begun_facts(work: Work) -> Headers:
    """Of an answer at its first content: tokens and cost are known at its end, when headers are gone."""
    assert work.answering is not None
    return _of_answering(work.answering, work.added_ms(time.monotonic()), work.task.request_id)


def _of_answering(answering: Answering | Told, added_ms: float, request_id: str) -> Headers:
    return (
        (b"x-nexy-provider", answering.provider.encode()),
        (b"x-nexy-model", _header_text(answering.model)),
        (b"x-nexy-attempts", b"%d" % len(answering.attempts)),
        (b"x-nexy-fallback", _TRUTH[answering.fallback]),
        (b"x-nexy-cached", _TRUTH[answering.cached]),
        (b"x-nexy-added-ms", b"%.3f" % added_ms),
        (b"x-nexy-request-id", request_id.encode()),
    )


def _decimal(cost: float | None) -> bytes:
    return b"" if cost is None else f"{cost:.9f}".rstrip("0").rstrip(".").encode()


def _header_text(value: str) -> bytes:
    """A value as a header can carry it: a model's name may be anything."""
    return value.encode("ascii", "backslashreplace") if value.isprintable() else b"?"
