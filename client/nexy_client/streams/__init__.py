"""Sensor streams for programs: spectrograms over gRPC, jobs over REST."""

from nexy_client.streams.async_grpc_stream_client import AsyncGrpcStreamClient
from nexy_client.streams.client_core import ServiceHealth
from nexy_client.streams.failure import (
    AddressInvalid,
    AnswerUnreadable,
    CertificateNameMismatch,
    CertificateRejected,
    CertificateUnreadable,
    ConnectionFailed,
    FrameUnreadable,
    JobNotFound,
    JobNotReady,
    MessageTooLarge,
    NotConnected,
    PackedBlockUnreadable,
    RequestRefused,
    ServerBusy,
    ServerLost,
    StreamError,
    StreamFailed,
    StreamStalled,
    StreamTimedOut,
    TlsMismatch,
    WrongPort,
)
from nexy_client.streams.focus_answers import (
    Ack,
    ChannelRange,
    ConfigureAnswer,
    FocusJob,
    FocusSource,
    JobMetadata,
    LiveMetadata,
    RefusedSource,
    SourceList,
)
from nexy_client.streams.focus_client import FocusClient
from nexy_client.streams.grpc_stream_client import GrpcStreamClient
from nexy_client.streams.metrics import StreamMetrics
from nexy_client.streams.settings import Clock
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame, Row, Sensor, UnevenSensors

__all__ = [
    "Ack",
    "AddressInvalid",
    "AnswerUnreadable",
    "AsyncGrpcStreamClient",
    "CertificateNameMismatch",
    "CertificateRejected",
    "CertificateUnreadable",
    "ChannelRange",
    "Clock",
    "ConfigureAnswer",
    "ConnectionFailed",
    "Encoding",
    "FocusClient",
    "FocusJob",
    "FocusSource",
    "Frame",
    "FrameUnreadable",
    "GrpcStreamClient",
    "JobMetadata",
    "JobNotFound",
    "JobNotReady",
    "LiveMetadata",
    "MessageTooLarge",
    "NotConnected",
    "PackedBlockUnreadable",
    "RefusedSource",
    "RequestRefused",
    "Row",
    "Sensor",
    "ServerBusy",
    "ServerLost",
    "ServiceHealth",
    "SourceList",
    "StreamError",
    "StreamFailed",
    "StreamMetrics",
    "StreamStalled",
    "StreamTimedOut",
    "TlsMismatch",
    "UnevenSensors",
    "WrongPort",
]
