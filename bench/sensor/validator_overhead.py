"""What validating costs beside the stream itself: `python -m bench.sensor.validator_overhead [--rounds N] [--json]`.

Twice, for frames of 1000 sensors x 256 bins through the documented schema (FLOAT), by processor time for each frame:

- a stream as it is served: `nexy serve` computes the spectra of 1000 channels at 1 kHz (nfft 1024) of a recording that
  is looped, or of the synthetic fibre where no recordings are at hand, and our client validates what it receives;
- the transport alone: a bare server writes frames that lie ready in memory, the client takes the array of each, with
  and without a validator in turns. Nothing is computed and nothing is read, so the same validator is a larger share.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.sensor.served_stream import Served, ServedLoad, measure_served
from bench.sensor.timed import Timed
from bench.sensor.truthful_server import ROW_MS
from bench.voice.accounting import Cores, own_cpu_seconds
from nexy_client.streams import ConfigureAnswer, Encoding, GrpcStreamClient
from nexy_client.validation import Asked, StreamReport, StreamValidator

MUST_PERCENT = 5.0
SENSORS, BINS, FRAMES = 1000, 256, 400
_WARM = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One stream: milliseconds of CPU for each frame, `validator_ms` that of the validator alone, 0 without one."""

    server_ms: float
    client_ms: float
    validator_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """Milliseconds of CPU a frame, medians of the rounds, and what the validator is of them.

    `server_ms`, `client_ms`, `client_with_ms` and `validator_ms` are those of the transport alone, `transport_percent`,
    `client_percent` and `grown_percent` shares of it; `served_ms` and `served_validator_ms` are those of the stream as
    it is served, server, workers and client together, `stream_percent` the share of that.
    """

    server_ms: float
    client_ms: float
    client_with_ms: float
    validator_ms: float
    stream_percent: float
    client_percent: float
    grown_percent: float
    transport_percent: float = 0.0
    served_ms: float = 0.0
    served_validator_ms: float = 0.0
    source: str = ""

    @property
    def holds(self) -> bool:
        """Whether the stream's CPU grows by less than it may."""
        return self.stream_percent < MUST_PERCENT


@contextmanager
def _server(sensors: int, bins: int, core: int) -> Iterator[tuple[int, int]]:
    """Port and process id."""
    command = [sys.executable, "-m", "bench.sensor.truthful_server", str(sensors), str(bins), str(core)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def answer_for(sensors: int, bins: int, frames: int) -> tuple[ConfigureAnswer, Asked]:
    """What a server would have answered for this stream."""
    answer = ConfigureAnswer(
        status="running",
        job_id="1-1",
        stream_url="127.0.0.1",
        stream_port=1,
        frequencies_list=tuple(float(hertz) for hertz in range(1, bins + 1)),
        frequencies_amount=bins,
        lines_dt=ROW_MS / 1000,
        channel_to_stream_index=dict.fromkeys(range(1, sensors + 1), 0),
        stream_amount=1,
        channel_amount=sensors,
        view_type=0,
        intensity_unit="strain rate",
        hop=40,
        nfft_effective=1024,
    )
    return answer, Asked(live=False, rows=frames)


def one_round(shape: tuple[int, int], frames: int, *, validating: bool, core: int = -1) -> tuple[Round, StreamReport]:
    """One stream to its end; a validator is fed in any case, after the clock has stopped where it is not measured."""
    answer, asked = answer_for(*shape, frames)
    with _server(*shape, core) as (port, pid), GrpcStreamClient().connect_context("127.0.0.1", port) as client:
        validator = StreamValidator(answer, asked=asked, encoding=Encoding.FLOAT)
        feed = Timed(validator.feed) if validating else None
        stream = client.stream_spectrograms("1-1", frames, encoding=Encoding.FLOAT, include_end=True)
        began = (time.process_time(), own_cpu_seconds(pid))
        for frame in stream:
            frame.to_numpy()
            if feed is not None:
                feed(frame)
            if frame.frame_number == _WARM:
                began = (time.process_time(), own_cpu_seconds(pid))
        client_s, server_s = time.process_time() - began[0], own_cpu_seconds(pid) - began[1]
    counted = frames - _WARM if frames > _WARM else frames
    spent = feed.mean_s * 1000 if feed else 0.0
    seen = Round(server_ms=server_s / counted * 1000, client_ms=client_s / counted * 1000, validator_ms=spent)
    return seen, validator.finish()


def measure(
    rounds: int, frames: int = FRAMES, shape: tuple[int, int] = (SENSORS, BINS), served: ServedLoad | None = None
) -> Overhead:
    """Without and with, in turns; server and client on a core each where there are two. Then the stream as served."""
    cores = sorted(os.sched_getaffinity(0))
    core = cores[0] if len(cores) > 1 else -1
    if core >= 0:
        os.sched_setaffinity(0, set(cores[1:2]))
    try:
        pairs = [
            tuple(one_round(shape, frames, validating=validating, core=core)[0] for validating in (False, True))
            for _ in range(rounds)
        ]
        whole = asyncio.run(measure_served(served or ServedLoad.usual(), Cores.ours() if core < 0 else _two(cores)))
    finally:
        os.sched_setaffinity(0, cores)
    return overhead_of([pair[0] for pair in pairs], [pair[1] for pair in pairs], whole)


def _two(cores: Sequence[int]) -> Cores:
    return Cores(server=cores[0], load=cores[1], everything=cores)


def overhead_of(without: Sequence[Round], validating: Sequence[Round], served: Served) -> Overhead:
    """The medians, and what they are of each other."""
    middle = statistics.median
    server, client = middle(one.server_ms for one in without), middle(one.client_ms for one in without)
    with_ms, own = middle(one.client_ms for one in validating), middle(one.validator_ms for one in validating)
    grown = middle(after.client_ms - before.client_ms for before, after in zip(without, validating, strict=True))
    return Overhead(
        server_ms=server,
        client_ms=client,
        client_with_ms=with_ms,
        validator_ms=own,
        stream_percent=100 * served.validator_ms / (served.server_ms + served.client_ms),
        client_percent=100 * own / client,
        grown_percent=100 * grown / (server + client),
        transport_percent=100 * own / (server + client),
        served_ms=served.server_ms + served.client_ms,
        served_validator_ms=served.validator_ms,
        source=served.source,
    )


def told(overhead: Overhead) -> str:
    """For a terminal; milliseconds are CPU for each frame."""
    one = overhead
    lines = (
        f"stream as served ({one.source})",
        f"  server, workers, client {one.served_ms:7.3f} ms",
        f"  validator               {one.served_validator_ms:7.3f} ms: {one.stream_percent:.2f} %, "
        f"must be below {MUST_PERCENT:g} %",
        "transport alone (nothing computed, nothing read)",
        f"  server                  {one.server_ms:7.3f} ms",
        f"  client                  {one.client_ms:7.3f} ms, with a validator {one.client_with_ms:.3f}",
        f"  validator               {one.validator_ms:7.3f} ms: {one.transport_percent:.2f} % of both, "
        f"{one.client_percent:.2f} % of the client; both together grew by {one.grown_percent:.2f} %",
    )
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 where it is too much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    overhead = measure(options.rounds)
    print(json.dumps(asdict(overhead), indent=1) if options.json else told(overhead))
    return 0 if overhead.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
