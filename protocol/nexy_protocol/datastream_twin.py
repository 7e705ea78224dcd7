"""The public messages once more, with `bytes intensity = 2`: other classes, the same bytes, a tenth of the CPU.

`repeated float` (packed) and `bytes` are the same on the wire. The twin lives in a descriptor pool of its own, so it
never meets the public classes. It writes sensors of any shape and proves what `frame_codec` writes by template.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from nexy_protocol import datastream_pb2

_FIELD = descriptor_pb2.FieldDescriptorProto


def _twin_file() -> descriptor_pb2.FileDescriptorProto:
    """The public file with one field changed."""
    file = descriptor_pb2.FileDescriptorProto()
    datastream_pb2.DESCRIPTOR.CopyToProto(file)
    sensor = next(message for message in file.message_type if message.name == "SensorIntensity")
    intensity = next(field for field in sensor.field if field.name == "intensity")
    intensity.type = _FIELD.TYPE_BYTES
    intensity.label = _FIELD.LABEL_OPTIONAL
    return file


def _twin_class(name: str) -> Any:  # noqa: ANN401  a class made at run time
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"datastream.{name}"))


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_twin_file())

TwinDataStream: Any = _twin_class("DataStream")
"""DataStream, whose sensors take and give little-endian float32 as bytes."""
TwinSpectrogramRow: Any = _twin_class("SpectrogramRow")
TwinSensorIntensity: Any = _twin_class("SensorIntensity")
