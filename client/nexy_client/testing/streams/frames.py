"""Frames built with the plain protobuf classes alone, so that no codec of ours judges itself."""

import numpy as np

from nexy_client.testing.streams.plan import Amplitudes, StreamPlan
from nexy_protocol import datastream_pb2 as pb

STEPS = 255
RANGE_DB = 96.0


def good_frame(plan: StreamPlan, request: pb.StreamRequest, index: int, begin_ms: int) -> pb.DataStream:
    """One row, truthful in every field; `server_timestamp` is set when it is sent."""
    intensities = plan.intensities(request.stream_id, index)
    start, end = plan.row_span_ms(begin_ms, index)
    row = pb.SpectrogramRow(canvasId=request.job_id, startTimestamp=start, endTimestamp=end)
    fill(row, plan.channels(request.stream_id).start, intensities, request.encoding)
    return pb.DataStream(
        rows=[row],
        current_max_amp=float(intensities.max()),
        current_min_amp=float(intensities.min()),
        frame_number=plan.first_number + index,
    )


def end_of_stream(number: int, dropped: int = 0) -> pb.DataStream:
    """What follows the last row."""
    return pb.DataStream(end_of_stream=True, frame_number=number, dropped_frames=dropped)


def fill(row: pb.SpectrogramRow, first: int, intensities: Amplitudes, encoding: int) -> None:
    """Replace what the row holds."""
    row.ClearField("sensors")
    row.ClearField("packed")
    if encoding == pb.FLOAT:
        for channel, values in enumerate(intensities, first):
            row.sensors.add(id=channel, intensity=values.tolist())
        return
    row.packed.CopyFrom(packed_f32(intensities) if encoding == pb.PACKED_F32 else packed_u8(intensities))
    row.packed.first_id = first


def packed_f32(intensities: Amplitudes) -> pb.PackedIntensity:
    """One block of little-endian floats."""
    sensors, bins = intensities.shape
    data = intensities.astype("<f4").tobytes()
    return pb.PackedIntensity(sensor_count=sensors, bin_count=bins, encoding=pb.PACKED_F32, data=data)


def packed_u8(intensities: Amplitudes) -> pb.PackedIntensity:
    """One block of bytes in dB; what is zero becomes byte 0, RANGE_DB below the loudest."""
    sensors, bins = intensities.shape
    heard = intensities.astype(np.float64)
    top = 20 * np.log10(heard.max())
    decibels = 20 * np.log10(np.where(heard > 0, heard, 10 ** ((top - RANGE_DB) / 20)))
    offset = float(np.float32(decibels.min()))
    scale = float(np.float32((top - offset) / STEPS)) or 1.0
    steps = np.rint((decibels - offset) / scale).clip(0, STEPS).astype(np.uint8)
    return pb.PackedIntensity(
        sensor_count=sensors,
        bin_count=bins,
        encoding=pb.PACKED_U8,
        scale=scale,
        offset=offset,
        data=steps.tobytes(),
    )


def read_intensities(frame: pb.DataStream) -> Amplitudes:
    """[sensor][bin] of the first row as it lies on the wire, u8 as dB; empty where it has none or is ragged."""
    if not frame.rows:
        return np.empty((0, 0), np.float32)
    row = frame.rows[0]
    if not row.HasField("packed"):
        lengths = {len(sensor.intensity) for sensor in row.sensors}
        if len(lengths) != 1:
            return np.empty((0, 0), np.float32)
        return np.array([list(sensor.intensity) for sensor in row.sensors], np.float32)
    packed = row.packed
    if packed.encoding == pb.PACKED_F32:
        values = np.frombuffer(packed.data[: len(packed.data) // 4 * 4], "<f4")
    else:
        values = (packed.offset + packed.scale * np.frombuffer(packed.data, np.uint8)).astype(np.float32)
    shape = (packed.sensor_count, packed.bin_count)
    return values.reshape(shape) if values.size == shape[0] * shape[1] else np.empty((0, 0), np.float32)


def set_extremes(frame: pb.DataStream, intensities: Amplitudes) -> None:
    """Make the extremes true again after the content was changed."""
    frame.current_max_amp, frame.current_min_amp = float(intensities.max()), float(intensities.min())
