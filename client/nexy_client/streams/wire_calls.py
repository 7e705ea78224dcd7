"""The calls of DataStreamService as both of gRPC's interfaces make them: frames stay bytes until they are read."""

from collections.abc import Mapping

from nexy_client.streams.address import Address
from nexy_client.streams.settings import StreamSettings
from nexy_client.streams.trust import Trust
from nexy_protocol.datastream_pb2 import DESCRIPTOR

DATA_STREAM_SERVICE = DESCRIPTOR.services_by_name["DataStreamService"].full_name
STREAM_SPECTROGRAMS = f"/{DATA_STREAM_SERVICE}/StreamSpectrograms"
CHECK_HEALTH = f"/{DATA_STREAM_SERVICE}/CheckHealth"
MAX_FRAME_BYTES = 64 * 1024 * 1024
_MAX_HTTP2_FRAME = 16 * 1024 * 1024 - 1
_LOOK_AHEAD_BYTES = 8 * 1024 * 1024


def channel_options(settings: StreamSettings, trust: Trust, address: Address) -> list[tuple[str, int | str]]:
    """Room for large frames, reconnection no slower than our own retries, and no proxy to this very machine."""
    backoff_ms = max(int(settings.retry_delay * 1000), 100)
    options: Mapping[str, int | str] = {
        "grpc.max_receive_message_length": MAX_FRAME_BYTES,
        "grpc.http2.max_frame_size": _MAX_HTTP2_FRAME,
        "grpc.http2.lookahead_bytes": _LOOK_AHEAD_BYTES,
        "grpc.initial_reconnect_backoff_ms": max(backoff_ms // 2, 100),
        # By this name gRPC understands how long one connection may take; our own deadline comes first.
        "grpc.min_reconnect_backoff_ms": int(settings.connection_timeout * 1000) + 1000,
        "grpc.max_reconnect_backoff_ms": backoff_ms,
        # A connection of another client that is just backing off must not decide for this one.
        "grpc.use_local_subchannel_pool": 1,
    }
    named = {"grpc.ssl_target_name_override": trust.server_name} if address.tls and trust.server_name else {}
    direct = {"grpc.enable_http_proxy": 0} if address.is_loopback else {}
    return [*options.items(), *named.items(), *direct.items()]
