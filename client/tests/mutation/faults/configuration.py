"""What may be wrong with the configure answer, or between it and the frames."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import grpc
from client.tests.mutation.case import HISTORIC, TWO_STREAMS, Category, Fault, Watching
from client.tests.mutation.judge import Limits
from client.tests.mutation.proofs import CHANNELS, Proof, ends_with
from client.tests.mutation.topics import Topic
from client.tests.mutation.wire import Wire

from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.playbook import Answer, Playbook, Reply

GOOD = StreamPlan().frequencies()
INDEX = "channel_to_stream_index"
_ANY_FREQUENCY = [Topic.FREQUENCIES]
_ANY_STREAMS = [Topic.STREAMS, Topic.CHANNELS]


def _make(name: str, topics: Iterable[Topic], told: str, playbook: Playbook, proof: Proof, base: Playbook) -> Fault:
    return Fault(name=name, category=Category.CONFIGURATION, topics=frozenset(topics), told=told, playbook=playbook,
                 proof=proof, base=base)  # fmt: skip


def _says(name: str, topics: Iterable[Topic], told: str, **wrong: Any) -> Fault:
    """The answer says something else; the frames are as they were. `over` is another base."""
    base = wrong.pop("over", HISTORIC)

    def bend(answer: Answer) -> Answer:
        return {**answer, **wrong}

    def proof(wire: Wire) -> bool:
        # By their text: NaN is not equal to itself.
        return all(repr(wire.answer.get(field)) == repr(value) for field, value in wrong.items())

    return _make(name, topics, told, replace(base, bend_answer=bend), proof, base)


def _lacks(field: str, topics: Iterable[Topic]) -> Fault:
    def bend(answer: Answer) -> Answer:
        return {key: value for key, value in answer.items() if key != field}

    def proof(wire: Wire) -> bool:
        return bool(wire.answer) and field not in wire.answer

    told = f"the configure answer has no {field}"
    return _make(f"answer_without_{field}", topics, told, replace(HISTORIC, bend_answer=bend), proof, HISTORIC)


def _replies(name: str, told: str, reply: Reply, proof: Callable[[Wire], bool]) -> Fault:
    return _make(name, [Topic.ANSWER], told, replace(HISTORIC, configure_reply=reply), proof, HISTORIC)


def _owners(channels: Iterable[int], stream: Callable[[int], int]) -> dict[str, int]:
    return {str(channel): stream(channel) for channel in channels}


CONFIGURATION_FAULTS: tuple[Fault, ...] = (
    _says("frequencies_descend", _ANY_FREQUENCY, "frequencies_list goes down", frequencies_list=GOOD[::-1]),
    _says("frequencies_repeat", _ANY_FREQUENCY, "two bins have the same frequency",
          frequencies_list=[*GOOD[:5], GOOD[4], *GOOD[6:]]),
    _says("frequencies_outside", _ANY_FREQUENCY, "the last bin lies at 250 Hz, the range ends at 200 Hz",
          frequencies_list=[*GOOD[:-1], 250.0]),
    _says("frequencies_below_the_range", _ANY_FREQUENCY, "the first bin lies at 0 Hz, the range begins at 10 Hz",
          frequencies_list=[0.0, *GOOD[1:]]),
    _says("frequencies_nan", [Topic.FREQUENCIES, Topic.ANSWER], "a frequency is NaN",
          frequencies_list=[*GOOD[:5], math.nan, *GOOD[6:]]),
    _says("frequencies_too_few", _ANY_FREQUENCY, "31 frequencies, frequencies_amount says 32",
          frequencies_list=GOOD[:-1]),
    _says("frequencies_too_many", _ANY_FREQUENCY, "33 frequencies, frequencies_amount says 32",
          frequencies_list=[*GOOD[:-1], 198.0, 200.0]),
    _says("frequencies_empty", [Topic.FREQUENCIES, Topic.ANSWER], "there are no frequencies", frequencies_list=[]),
    _says("frequencies_amount_wrong", [Topic.FREQUENCIES, Topic.BINS], "the answer says 31 bins, the frames have 32",
          frequencies_list=GOOD[:-1], frequencies_amount=31),
    _says("lines_dt_wrong", [Topic.LINES_DT, Topic.ROW_LENGTH], "lines_dt says 50 ms, rows last 39 ms",
          lines_dt=0.05),
    _says("lines_dt_in_milliseconds", [Topic.LINES_DT, Topic.ROW_LENGTH], "lines_dt is 39.0625: milliseconds",
          lines_dt=39.0625),
    _says("lines_dt_zero", [Topic.LINES_DT, Topic.ANSWER], "lines_dt is 0", lines_dt=0.0),
    _says("lines_dt_negative", [Topic.LINES_DT, Topic.ANSWER], "lines_dt is negative", lines_dt=-0.0390625),
    _says("channel_amount_wrong", [Topic.CHANNELS, Topic.SENSORS], "channel_amount says 23, 24 were asked for",
          channel_amount=23),
    _says("index_lacks_a_channel", [*_ANY_STREAMS, Topic.SENSORS, Topic.IDS], "channel 105 is in no stream",
          **{INDEX: _owners([*CHANNELS[:5], *CHANNELS[6:]], lambda _: 0)}),
    _says("index_names_no_stream", _ANY_STREAMS, "channel 105 is in stream 7, there is one stream",
          **{INDEX: _owners(CHANNELS, lambda channel: 7 if channel == 105 else 0)}),
    _says("index_of_other_channels", [*_ANY_STREAMS, Topic.IDS], "the channels are 200 to 223, not 100 to 123",
          **{INDEX: _owners(range(200, 224), lambda _: 0)}),
    _says("index_swaps_streams", [*_ANY_STREAMS, Topic.IDS], "stream 0 is said to have the channels of stream 1",
          over=TWO_STREAMS, **{INDEX: _owners(CHANNELS, lambda channel: 0 if channel >= 112 else 1)}),
    _says("stream_amount_too_large", _ANY_STREAMS, "stream_amount says 2, there is one", stream_amount=2),
    _says("stream_amount_too_small", _ANY_STREAMS, "stream_amount says 1, the index names two", over=TWO_STREAMS,
          stream_amount=1),
    _says("stream_amount_zero", [*_ANY_STREAMS, Topic.ANSWER], "stream_amount says 0", stream_amount=0),
    _says("port_impossible", [Topic.PORT, Topic.ANSWER, Topic.CONNECT], "stream_port is 0", stream_port=0),
    _says("port_negative", [Topic.PORT, Topic.ANSWER, Topic.CONNECT], "stream_port is -1", stream_port=-1),
    _make("port_closed", [Topic.PORT, Topic.CONNECT], "nothing listens at stream_port",
          replace(HISTORIC, closed=True), lambda wire: bool(wire.answer) and not wire.connected, HISTORIC),
    _make("job_unknown_to_the_stream", [Topic.JOB, Topic.STATUS], "the job of the answer is not found",
          replace(HISTORIC, bend_answer=lambda answer: {**answer, "job_id": "12-1"}),
          ends_with(grpc.StatusCode.NOT_FOUND), HISTORIC),
    _lacks("job_id", [Topic.ANSWER, Topic.JOB]),
    _lacks("stream_port", [Topic.ANSWER, Topic.PORT]),
    _lacks("lines_dt", [Topic.ANSWER, Topic.LINES_DT]),
    _lacks("frequencies_list", [Topic.ANSWER, Topic.FREQUENCIES]),
    _lacks(INDEX, [Topic.ANSWER, *_ANY_STREAMS]),
    _replies("configure_fails", "POST /configure was answered with 500",
             Reply(status=500, body=b'{"error": "internal error", "code": "internal", "details": {}}'),
             lambda wire: wire.http_status == 500),
    _replies("configure_in_html", "the configure answer is not JSON", Reply(status=200, body=b"<html>Hello</html>"),
             lambda wire: wire.body.startswith(b"<html>")),
    _replies("configure_cut", "the configure answer breaks off", Reply(status=200, body=b'{"status": "running", "jo'),
             lambda wire: wire.http_status == 200 and not wire.answer),
    _replies("configure_is_a_list", "the configure answer is not an object", Reply(status=200, body=b"[]"),
             lambda wire: wire.body == b"[]"),
    replace(
        _make("configure_slow", [Topic.ANSWER, Topic.CONNECT], "no configure answer within 1 s",
              replace(HISTORIC, configure_reply=Reply(status=200, body=b"{}", seconds=2.5)),
              lambda wire: wire.configure_seconds > 2, HISTORIC),
        watching=Watching(limits=Limits(connect=1.0)),
    ),
)  # fmt: skip
