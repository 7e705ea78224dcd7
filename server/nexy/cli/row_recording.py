"""Rows of a job's spectrogram, on their way from the running server into a file."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from nexy.cli.recording import Progress, Recorded, progress_bar
from nexy.cli.recording_file import Axis, RecordingFile
from nexy.cli.served import ask_focus
from nexy.cli.surroundings import Surroundings
from nexy.contracts.errors import Unavailable
from nexy.transport.http_service.focus.shapes import LiveMetadataReply, MetadataReply
from nexy.utils.addresses import reachable
from nexy_client.streams.failure import StreamError
from nexy_client.streams.grpc_stream_client import GrpcStreamClient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nexy_protocol.frame import Frame

_LATE_SECONDS = 300.0
_MS_PER_SECOND = 1000.0


def record_rows(job_id: str, seconds: float, file: RecordingFile, surroundings: Surroundings) -> Recorded:
    """The rows of all streams of a job by their time; what was lost on the way is NaN. Ctrl-C keeps what there is.

    Raises `Unavailable` where no server runs or it refuses, in its own words.
    """
    server = surroundings.running_server()
    if server is None:
        raise Unavailable(surroundings.words.text("stream.no_job_server", home=surroundings.config.home))
    job = ask_focus(server.doors, f"metadata/{job_id}", MetadataReply)
    fibre = ask_focus(server.doors, f"live_metadata?source={job.source}", LiveMetadataReply)
    wanted = max(1, math.ceil(seconds / job.lines_dt))
    short = job.rows is not None and job.rows < wanted
    wanted = min(wanted, job.rows) if short and job.rows is not None else wanted
    with file.values((wanted, job.channel_amount, job.frequencies_amount)) as values:
        rows = _Rows(job, values)
        with progress_bar(surroundings.words.text("stream.recording", name=job_id), wanted) as told:
            cut = _taken(rows, reachable(server.doors["grpc"]), seconds, told)
        if not rows.done:
            raise Unavailable(surroundings.words.text("stream.silent", seconds=f"{seconds:g}"))
        axes = _axes(job, fibre, rows.began_ms)
        file.write(values[: rows.done], axes, job.intensity_unit, tag="spectrogram")
    shape = (rows.done, job.channel_amount, job.frequencies_amount)
    seconds = rows.done * job.lines_dt
    return Recorded(name=job_id, seconds=seconds, file=file.target, shape=shape, cut=cut, short=short and not cut)


def _axes(job: MetadataReply, fibre: LiveMetadataReply, began_ms: int) -> tuple[Axis, Axis, Axis]:
    first = min(int(channel) for channel in job.channel_to_stream_index)
    step = fibre.dx or 1.0
    start = fibre.fiber_start_meters + (first - fibre.lowest_channel) * step
    return (
        Axis(name="time", first=began_ms * 1_000_000, step=job.lines_dt * 1e9),
        Axis(name="distance", first=start, step=step),
        Axis(name="frequency", values=tuple(job.frequencies_list)),
    )


class _Rows:
    """Where each row of each stream belongs; streams arrive in threads of their own."""

    def __init__(self, job: MetadataReply, values: "NDArray[np.float32]") -> None:
        self.job = job
        self._values = values
        self._values[:] = np.nan
        self._first_channel = min(int(channel) for channel in job.channel_to_stream_index)
        self._lock = threading.Lock()
        self._began_ms: int | None = None
        self.done = 0

    @property
    def began_ms(self) -> int:
        """When the first row began."""
        return self._began_ms or 0

    def put(self, frame: "Frame") -> bool:
        """Put the frame's row where it belongs; false where it lies behind the end."""
        row = frame.rows[0]
        with self._lock:
            if self._began_ms is None:
                self._began_ms = row.startTimestamp
            index = round((row.startTimestamp - self._began_ms) / (self.job.lines_dt * _MS_PER_SECOND))
            if index >= len(self._values):
                return False
            self.done = max(self.done, index + 1)
        if index >= 0:
            column = int(row.sensor_ids[0]) - self._first_channel
            self._values[index, column : column + len(row.sensor_ids)] = row.to_numpy()
        return True


def _taken(rows: _Rows, address: str, seconds: float, told: Progress) -> bool:
    """Follow every stream to the end; true where Ctrl-C came first."""
    client = GrpcStreamClient(stream_timeout=seconds + _LATE_SECONDS)

    def follow(stream_id: int) -> None:
        for frame in client.stream_spectrograms(rows.job.job_id, stream_id=stream_id):
            if not rows.put(frame):
                return
            told(rows.done)

    try:
        with client.connect_context(address), ThreadPoolExecutor(rows.job.stream_amount) as threads:
            following = [threads.submit(follow, stream_id) for stream_id in range(rows.job.stream_amount)]
            try:
                for one in following:
                    one.result()
            except KeyboardInterrupt:
                client.disconnect()
                return True
            except StreamError:
                # The other streams would go on to their end before this one's failure is told.
                client.disconnect()
                raise
    except StreamError as failed:
        raise Unavailable(str(failed)) from failed
    return False
