"""A bare grpc.aio server with one way of writing: `python -m bench.sensor.wire_server VARIANT SENSORS BINS CORE`."""

import asyncio
import os
import sys
from typing import Any

import grpc
import numpy as np

from bench.sensor.wire_variants import VARIANTS
from nexy_protocol.datastream_pb2 import HealthRequest, HealthResponse, StreamRequest
from nexy_protocol.memory import keep_freed_memory

_SERVICE = "datastream.DataStreamService"
_SEND_BYTES = 64 * 1024 * 1024
_LIFE_SECONDS = 300


async def main(name: str, sensors: int, bins: int, core: int) -> None:
    """Serve until the parent ends this process; the first line printed is the port."""
    if core >= 0:
        os.sched_setaffinity(0, {core})
    # As `nexy serve` does.
    keep_freed_memory()
    variant = VARIANTS[name]
    ready = [np.random.default_rng(seed).random((sensors, bins), np.float32) for seed in range(4)]

    async def stream(request: StreamRequest, context: "grpc.aio.ServicerContext[StreamRequest, bytes]") -> None:
        for number in range(1, request.max_frames + 1):
            await context.write(variant.write(ready[number % len(ready)], number))

    async def health(_: HealthRequest, __: "grpc.aio.ServicerContext[HealthRequest, HealthResponse]") -> HealthResponse:
        return HealthResponse(healthy=True)

    server = grpc.aio.server(options=[("grpc.max_send_message_length", _SEND_BYTES)])
    methods: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "StreamSpectrograms": grpc.unary_stream_rpc_method_handler(
            stream, request_deserializer=StreamRequest.FromString
        ),
        "CheckHealth": grpc.unary_unary_rpc_method_handler(
            health,
            request_deserializer=HealthRequest.FromString,
            response_serializer=HealthResponse.SerializeToString,
        ),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.sleep(_LIFE_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
