"""A bare grpc.aio server whose frames are right: `python -m bench.sensor.truthful_server SENSORS BINS CORE`."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import grpc
import numpy as np

from nexy_protocol.datastream_pb2 import HealthRequest, HealthResponse, StreamRequest
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import encode_end, encode_frame
from nexy_protocol.memory import keep_freed_memory

ROW_MS = 39.0625
_BEGAN_MS = 1_700_000_000_000
_SERVICE, _SEND_BYTES, _LIFE_SECONDS = "datastream.DataStreamService", 64 * 1024 * 1024, 300


async def serve(sensors: int, bins: int, core: int) -> None:
    """Serve until the parent ends this process; the first line printed is the port."""
    if core >= 0:
        os.sched_setaffinity(0, {core})
    keep_freed_memory()
    noise = [np.random.default_rng(seed).uniform(0.5, 2.0, (sensors, bins)).astype(np.float32) for seed in range(4)]
    ready = [(one, float(one.max()), float(one.min())) for one in noise]

    async def stream(request: StreamRequest, context: "grpc.aio.ServicerContext[StreamRequest, bytes]") -> None:
        for number in range(1, request.max_frames + 1):
            matrix, highest, lowest = ready[number % len(ready)]
            start_ms, end_ms = (_BEGAN_MS + round(edge * ROW_MS) for edge in (number - 1, number))
            # fmt: off
            await context.write(encode_frame(
                matrix, first_id=1, sensors=sensors, bins=bins, start_ms=start_ms, end_ms=end_ms, highest=highest,
                lowest=lowest, number=number, sent_ms=time.time_ns() // 1_000_000, encoding=Encoding.FLOAT,
            ))
            # fmt: on
        await context.write(encode_end(number=request.max_frames))

    server = grpc.aio.server(options=[("grpc.max_send_message_length", _SEND_BYTES)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, _methods(stream)),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.sleep(_LIFE_SECONDS)


def _methods(stream: Callable[..., Any]) -> dict[str, "grpc.RpcMethodHandler[Any, Any]"]:
    async def health(_: HealthRequest, __: "grpc.aio.ServicerContext[HealthRequest, HealthResponse]") -> HealthResponse:
        return HealthResponse(healthy=True)

    return {
        "StreamSpectrograms": grpc.unary_stream_rpc_method_handler(
            stream, request_deserializer=StreamRequest.FromString
        ),
        "CheckHealth": grpc.unary_unary_rpc_method_handler(
            health, request_deserializer=HealthRequest.FromString, response_serializer=HealthResponse.SerializeToString
        ),
    }


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
