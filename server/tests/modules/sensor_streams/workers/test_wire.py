"""What travels between the server and a worker."""

import pytest

from nexy.contracts.errors import (
    ConfigurationInvalid,
    ErrorType,
    Internal,
    NexyError,
    NotFound,
    StreamLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.modules.sensor_streams.sources.errors import SourceBroken, waiting
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.workers.wire import (
    ORDER_HEADER,
    REPLY_HEADER,
    Begin,
    Look,
    More,
    Order,
    ReplyKind,
    Seen,
    Stop,
    decode_order,
    decode_seen,
    decode_trouble,
    encode_order,
    encode_reply,
    trouble_of,
)
from support.fake_fibre import facts, feed_order

SPEC = SourceSpec(name="well", kind="loop", address="/a b.h5", options=(("speed", "2"),))
LIVE = feed_order(facts(live=True, samples=None), start_s=None, end_s=None)
ORDERS: list[Order] = [
    Look(spec=SPEC),
    Look(spec=SPEC, first_channel=7, from_ns=10**18),
    Begin(spec=SPEC, feed=feed_order(), credit=4, first_row=9),
    Begin(spec=SPEC, feed=LIVE, credit=4, from_ns=10**18),
    More(credit=3),
    Stop(),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_an_order_arrives_as_it_was(order: Order) -> None:
    """Kind, number and every field."""
    sent = encode_order(77, order)
    kind, number, length = ORDER_HEADER.unpack(sent[: ORDER_HEADER.size])
    assert (number, length) == (77, len(sent) - ORDER_HEADER.size)
    assert decode_order(kind, sent[ORDER_HEADER.size :]) == order


def test_what_was_seen_arrives_as_it_was() -> None:
    """Flagged channels, too; whether they come as a list or a tuple is nobody's concern."""
    seen = Seen(facts=facts(dead_channels=(1, 2), nan_channels=(3,)), available=5, held=False)
    sent = encode_reply(ReplyKind.SEEN, 3, seen)
    back = decode_seen(bytearray(sent[REPLY_HEADER.size :]))
    assert (back.available, back.held, back.facts.name) == (5, False, "well")
    assert [*back.facts.dead_channels, *back.facts.nan_channels] == [1, 2, 3]


@pytest.mark.parametrize(
    ("problem", "arrives"),
    [
        (ValidationFailed("no", field="source"), ValidationFailed),
        (ConfigurationInvalid("no", field="source"), ValidationFailed),
        (NotFound("no", field="source"), NotFound),
        (Unavailable("no", field="source"), Unavailable),
        (StreamLimitExceeded("no", field="source"), StreamLimitExceeded),
        (Internal("no", field="source"), Internal),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, NexyError) else "",
)
def test_an_error_keeps_its_type_and_words(problem: NexyError, arrives: type[NexyError]) -> None:
    """The message, the field and the code cross the wire."""
    sent = encode_reply(ReplyKind.TROUBLE, 3, trouble_of(problem))
    back = decode_trouble(bytearray(sent[REPLY_HEADER.size :])).error
    assert type(back) is arrives
    assert (back.message, back.field, back.code) == ("no", "source", problem.code)


def test_a_time_to_try_again_arrives() -> None:
    """A folder that waits for its first file says when to ask again."""
    sent = encode_reply(ReplyKind.TROUBLE, 3, trouble_of(waiting("now", "it is empty")))
    back = decode_trouble(bytearray(sent[REPLY_HEADER.size :])).error
    assert (type(back), back.code, back.retry_after_seconds) == (Unavailable, "source_waiting", 5.0)


def test_a_broken_source_is_internal() -> None:
    """Its own words arrive."""
    back = decode_trouble(
        bytearray(encode_reply(ReplyKind.TROUBLE, 3, trouble_of(SourceBroken("it shrank"))))[REPLY_HEADER.size :]
    ).error
    assert (back.error_type, back.message, back.code) == (ErrorType.INTERNAL, "it shrank", "source_broken")


def test_a_defect_tells_its_class_alone() -> None:
    """The words of an unforeseen exception may hold paths or worse."""
    told = trouble_of(RuntimeError("/home/secret"))
    assert told.error_type == ErrorType.INTERNAL
    assert "RuntimeError" in told.message
    assert "secret" not in told.message


def test_a_defect_tells_the_log_where_it_was() -> None:
    """The file and the line cross the wire, for the server's log alone."""
    try:
        raise KeyError("secret")
    except KeyError as problem:
        sent = encode_reply(ReplyKind.TROUBLE, 3, trouble_of(problem))
    back = decode_trouble(bytearray(sent[REPLY_HEADER.size :]))
    assert back.where.startswith("test_wire.py:")
    assert "test_wire" not in back.error.message
