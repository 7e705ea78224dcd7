"""Replies cut out of whatever arrives."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.sensor_streams.workers.connection import Connection, Reply
from nexy.modules.sensor_streams.workers.wire import REPLY_HEADER, More, ReplyKind


@given(
    bodies=st.lists(st.binary(max_size=300), min_size=1, max_size=6),
    cuts=st.lists(st.integers(1, 200), min_size=1),
)
def test_any_cutting_gives_the_same_replies(bodies: list[bytes], cuts: list[int]) -> None:
    """Headers and bodies arrive in any pieces; each reply is whole, in order, in a buffer of its own."""
    sent = b"".join(
        REPLY_HEADER.pack(ReplyKind.ROW, number, len(body), number, number + 1, 2.5, -1.0) + body
        for number, body in enumerate(bodies)
    )
    got: list[Reply] = []
    connection = Connection(got.append, lambda: None)
    turn = 0
    while sent:
        room = connection.get_buffer(-1)
        assert len(room) > 0
        size = min(len(room), len(sent), cuts[turn % len(cuts)])
        room[:size] = sent[:size]
        connection.buffer_updated(size)
        sent, turn = sent[size:], turn + 1
    assert [bytes(reply.body) for reply in got] == bodies
    assert [(reply.number, reply.start_ns, reply.end_ns) for reply in got] == [
        (n, n, n + 1) for n in range(len(bodies))
    ]
    assert all((reply.highest, reply.lowest) == (2.5, -1.0) for reply in got)


def test_an_order_to_nobody_is_lost() -> None:
    """Before the socket is open and after it has closed, sending and closing are harmless."""
    lost: list[int] = []
    connection = Connection(lambda _reply: None, lambda: lost.append(1))
    connection.send(1, More(credit=1))
    connection.close()
    connection.connection_lost(None)
    assert lost == [1]
