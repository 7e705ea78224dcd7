"""What may be wrong inside a frame of plain floats: rows, sensors, bins."""

from functools import partial

from client.tests.mutation.case import TWO_STREAMS, Category, Fault, fault
from client.tests.mutation.proofs import CHANNELS, bins, every, first_ids, ids, some
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams.bends import at, each, rewritten
from nexy_client.testing.streams.frames import read_intensities
from nexy_client.testing.streams.plan import Amplitudes
from nexy_protocol import datastream_pb2 as pb

FRAME = 30
_content = partial(fault, Category.CONTENT)


def _no_rows(frame: pb.DataStream) -> None:
    del frame.rows[:]


def _no_sensors(frame: pb.DataStream) -> None:
    del frame.rows[0].sensors[:]


def _row_twice(frame: pb.DataStream) -> None:
    frame.rows.add().CopyFrom(frame.rows[0])


def _drop_sensor(frame: pb.DataStream, place: int = -1) -> None:
    del frame.rows[0].sensors[place]


def _extra_sensor(frame: pb.DataStream) -> None:
    sensors = frame.rows[0].sensors
    sensors.add(id=sensors[-1].id + 1, intensity=sensors[-1].intensity)


def _same_id(frame: pb.DataStream) -> None:
    sensors = frame.rows[0].sensors
    sensors[6].id = sensors[5].id


def _swapped_ids(frame: pb.DataStream) -> None:
    sensors = frame.rows[0].sensors
    sensors[5].id, sensors[6].id = sensors[6].id, sensors[5].id


def _move_ids(by: int, frame: pb.DataStream) -> None:
    for sensor in frame.rows[0].sensors:
        sensor.id += by


def _fewer_bins(frame: pb.DataStream) -> None:
    # Not the last sensor, and not its extreme: only the length is wrong.
    sensor = frame.rows[0].sensors[9]
    values = list(sensor.intensity)
    extremes = (frame.current_max_amp, frame.current_min_amp)
    del values[next(place for place, value in enumerate(values) if value not in extremes)]
    sensor.ClearField("intensity")
    sensor.intensity.extend(values)


def _more_bins(frame: pb.DataStream) -> None:
    intensity = frame.rows[0].sensors[9].intensity
    intensity.append(intensity[0])


def _empty_sensor(frame: pb.DataStream) -> None:
    frame.rows[0].sensors[9].ClearField("intensity")


def _last_bin_cut(row: Amplitudes) -> Amplitudes:
    return row[:, :-1]


def _turned(row: Amplitudes) -> Amplitudes:
    return row.T.copy()


SHAPE_FAULTS: tuple[Fault, ...] = (
    _content("frame_without_rows", [Topic.ROWS], "frame 30 has no row", at(FRAME, _no_rows),
             some(lambda frame: not frame.rows)),
    _content("stream_without_rows", [Topic.ROWS], "no frame has a row", each(_no_rows),
             every(lambda frame: not frame.rows)),
    _content("two_rows", [Topic.ROWS, Topic.OVERLAP], "frame 30 has its row twice", at(FRAME, _row_twice),
             some(lambda frame: len(frame.rows) == 2)),
    _content("row_without_sensors", [Topic.SENSORS], "frame 30 has 0 sensors, 24 expected", at(FRAME, _no_sensors),
             some(lambda frame: not frame.rows[0].sensors)),
    _content("sensor_too_few", [Topic.SENSORS, Topic.IDS], "every frame has 23 sensors, 24 expected",
             each(_drop_sensor), first_ids(CHANNELS[:-1])),
    _content("sensor_too_many", [Topic.SENSORS, Topic.IDS], "every frame has 25 sensors, 24 expected",
             each(_extra_sensor), first_ids([*CHANNELS, 124])),
    _content("sensor_missing_once", [Topic.SENSORS, Topic.IDS], "frame 30 lacks channel 105",
             at(FRAME, partial(_drop_sensor, place=5)), first_ids([*CHANNELS[:5], *CHANNELS[6:]])),
    _content("sensor_id_twice", [Topic.IDS], "frame 30 has channel 105 twice and no 106", at(FRAME, _same_id),
             some(lambda frame: ids(frame).count(105) == 2)),
    _content("sensor_ids_out_of_order", [Topic.IDS], "frame 30 has 106 before 105", at(FRAME, _swapped_ids),
             some(lambda frame: ids(frame) != sorted(ids(frame)))),
    _content("sensor_ids_outside", [Topic.IDS], "channels 1100 to 1123 are not those of the stream",
             each(partial(_move_ids, 1000)), some(lambda frame: ids(frame)[0] == 1100)),
    _content("sensor_ids_shifted_by_one", [Topic.IDS], "channels 101 to 124 in place of 100 to 123",
             each(partial(_move_ids, 1)), some(lambda frame: ids(frame)[0] == 101)),
    _content("sensor_ids_from_zero", [Topic.IDS], "channels 0 to 23: positions in place of channel numbers",
             each(partial(_move_ids, -100)), some(lambda frame: ids(frame)[0] == 0)),
    _content("sensors_of_another_stream", [Topic.IDS], "stream 0 brings the channels of stream 1",
             each(partial(_move_ids, 12)), some(lambda frame: ids(frame)[0] == 112), base=TWO_STREAMS),
    _content("one_sensor_bin_too_few", [Topic.BINS], "frame 30, channel 109: 31 bins, 32 expected",
             at(FRAME, _fewer_bins), some(lambda frame: bins(frame) == {31, 32})),
    _content("one_sensor_bin_too_many", [Topic.BINS], "frame 30, channel 109: 33 bins, 32 expected",
             at(FRAME, _more_bins), some(lambda frame: bins(frame) == {32, 33})),
    _content("one_sensor_empty", [Topic.BINS], "frame 30, channel 109: no bins", at(FRAME, _empty_sensor),
             some(lambda frame: bins(frame) == {0, 32})),
    _content("bins_too_few", [Topic.BINS], "every sensor has 31 bins, 32 expected", each(rewritten(_last_bin_cut)),
             every(lambda frame: bins(frame) == {31})),
    _content("bins_change_midway", [Topic.BINS], "from frame 30 on 31 bins, 32 expected",
             each(rewritten(_last_bin_cut), FRAME),
             lambda wire: bins(wire.first.data[0]) == {32} and bins(wire.first.data[-1]) == {31}),
    _content("transposed", [Topic.SENSORS, Topic.BINS, Topic.IDS], "32 sensors of 24 bins in place of 24 of 32",
             each(rewritten(_turned)), some(lambda frame: read_intensities(frame).shape == (32, 24))),
)  # fmt: skip
