"""Streams that are good, each with something that a hasty judge could take for a fault."""

import random
import time
from dataclasses import replace
from typing import Any

import grpc
import numpy as np
from client.tests.mutation.case import HISTORIC, LIVE, WATCH_LIVE, GoodStream, Watching
from client.tests.mutation.certificates import NAME, OPENSSL, self_signed

from nexy_client.testing.streams import bends
from nexy_client.testing.streams.plan import Amplitudes, StreamPlan
from nexy_client.testing.streams.playbook import Playbook, ServerTls
from nexy_client.testing.streams.steps import Bend, Call, Send, Step
from nexy_protocol import datastream_pb2 as pb

STARTING_SECONDS = 1.0
F32, U8 = int(pb.PACKED_F32), int(pb.PACKED_U8)


def in_decibels(noise: Amplitudes) -> Amplitudes:
    """Negative values: -66 to -54."""
    return (20 * np.log10(noise) - 60).astype(np.float32)


def tiny(noise: Amplitudes) -> Amplitudes:
    """Amplitudes of 1e-9."""
    return (noise * np.float32(1e-9)).astype(np.float32)


def coarse(noise: Amplitudes) -> Amplitudes:
    """Three values only, zero among them."""
    return np.round(noise * 1.3 - 0.6).astype(np.float32)


def _muted(row: Amplitudes, sensor: int) -> Amplitudes:
    row = row.copy()
    row[sensor] = 0.0
    return row


def _planned(**changes: Any) -> Playbook:
    return replace(HISTORIC, plan=replace(HISTORIC.plan, **changes))


def _live(bend: Bend, **changes: Any) -> Playbook:
    return replace(LIVE, plan=replace(LIVE.plan, **changes), bend=bend)


def _shaken(steps: list[Step], _: Call) -> list[Step]:
    dice = random.Random(4)
    for step in bends.frames_of(steps):
        step.at += dice.uniform(-0.3, 0.3) * StreamPlan().row_seconds
    return steps


def _chunked(steps: list[Step], _: Call) -> list[Step]:
    for place, step in enumerate(steps):
        if isinstance(step, Send):
            step.at = (place // 20) * 0.25
    return steps


def _honest_drops(steps: list[Step], call: Call) -> list[Step]:
    kept = bends.without(range(21, 24))(steps, call)
    return bends.each(lambda frame: setattr(frame, "dropped_frames", 3), 24)(kept, call)


_unavailable = bends.failed(grpc.StatusCode.UNAVAILABLE, "the connection was reset")
_starting = bends.failed(grpc.StatusCode.UNAVAILABLE, "job 12-70788 is still starting")


class _StartsLater:
    """UNAVAILABLE until some seconds after the first call."""

    def __init__(self) -> None:
        self._ready = 0.0

    def __call__(self, steps: list[Step], call: Call) -> list[Step]:
        now = time.monotonic()
        if call.attempt == 0:
            self._ready = now + STARTING_SECONDS
        return [_starting] if now < self._ready else steps


def _encrypted() -> GoodStream:
    pair = self_signed("nexy")
    return GoodStream(
        name="tls_with_a_self_signed_root",
        why="the root is given and the name is overridden",
        playbook=replace(HISTORIC, tls=ServerTls(key=pair.key, certificate=pair.certificate)),
        watching=Watching(root_certificate=pair.certificate, server_name=NAME),
    )


def _good(name: str, why: str, playbook: Playbook, watching: Watching = Watching()) -> GoodStream:  # noqa: B008
    return GoodStream(name=name, why=why, playbook=playbook, watching=watching)


GOOD_STREAMS: tuple[GoodStream, ...] = (
    _good("historic", "linear amplitudes; it ends by itself", HISTORIC),
    _good("decibels", "every value is negative", _planned(tint=in_decibels)),
    _good("decibels_packed", "every value is negative", _planned(tint=in_decibels), Watching(encoding=F32)),
    _good("tiny_amplitudes", "1e-9 is not zero", _planned(tint=tiny)),
    _good("coarse_amplitudes", "many values are zero or equal", _planned(tint=coarse)),
    _good("packed_f32", "one block for the row", HISTORIC, Watching(encoding=F32)),
    _good("packed_u8", "dB in bytes: extremes agree within half a step", HISTORIC, Watching(encoding=U8)),
    _good("packed_u8_tiny", "-180 dB is a level", _planned(tint=tiny), Watching(encoding=U8)),
    _good("packed_u8_dead_sensor", "zero has no place on a dB scale: it is byte 0",
          _planned(dead_channels=(107,)), Watching(encoding=U8)),
    _good("dead_sensor", "one in 24 is zero and named in the metadata", _planned(dead_channels=(107,))),
    _good("dead_sensor_unnamed", "one in 24 is zero and nobody says so: a warning at most",
          replace(HISTORIC, bend=bends.each(bends.rewritten(lambda row: _muted(row, 7))))),
    _good("nan_sensor", "its zeros stand for NaN, and the metadata names it", _planned(nan_channels=(111,))),
    _good("one_sensor", "a row of one", _planned(sensors=1)),
    _good("one_bin", "a column of one", _planned(bins=1)),
    _good("widest", "2222 sensors", _planned(sensors=2222, rows=30)),
    _good("three_streams", "eight channels each", _planned(streams=3)),
    _good("uneven_streams", "the last stream is shorter", _planned(sensors=23, streams=3)),
    _good("row_rate_of_1_khz", "lines_dt 0.039: rows of exactly 39 ms",
          _planned(row_seconds=0.039, sample_rate_hz=1000.0)),
    _good("odd_row_rate", "lines_dt 0.0391547: rows of 39 and 40 ms in turn",
          _planned(row_seconds=126 / 3218, sample_rate_hz=3218.0)),
    _good("short", "three rows are a stream", _planned(rows=3)),
    _good("max_frames", "it stops where it was told to, without end_of_stream", HISTORIC, Watching(max_frames=30)),
    _good("historic_in_bursts", "a recording is read in chunks", replace(HISTORIC, bend=_chunked)),
    _good("blip_before", "one UNAVAILABLE before the first frame",
          replace(HISTORIC, bend=bends.first_call(bends.cut_after(0, _unavailable)))),
    _good("blip_in_the_middle", "one UNAVAILABLE after frame 40, then resumed",
          replace(HISTORIC, bend=bends.first_call(bends.cut_after(40, _unavailable)))),
    _good("starting_job", "UNAVAILABLE for a second", replace(HISTORIC, bend=_StartsLater())),
    _good("live", "one row when it is over", LIVE, WATCH_LIVE),
    _good("live_jitter", "30 % of a row early or late", _live(_shaken), WATCH_LIVE),
    _good("live_late_joiner", "the first number is 501", replace(LIVE, plan=replace(LIVE.plan, first_number=501)),
          WATCH_LIVE),
    _good("live_honest_drops", "three frames are missing and dropped_frames says three", _live(_honest_drops),
          WATCH_LIVE),
    _good("live_clock_ahead", "the server's clock is 100 ms ahead",
          _live(bends.both(bends.sent(lambda send: setattr(send, "skew_ms", 100)), bends.each(bends.moved(100)))),
          WATCH_LIVE),
    _good("live_two_streams", "both at once", replace(LIVE, plan=replace(LIVE.plan, streams=2)), WATCH_LIVE),
    *((_encrypted(),) if OPENSSL else ()),
)  # fmt: skip
