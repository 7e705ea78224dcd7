"""The whole server with sensor streams, in this process, and the two doors that clients use."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from nexy.application import Application
from nexy.config.database_section import DatabaseConfig
from nexy.config.sections import ApiConfig, GrpcConfig, HttpConfig, SupabaseConfig, UnifiedConfig
from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy_protocol.datastream_pb2_grpc import DataStreamServiceStub

_LARGE = (("grpc.max_receive_message_length", 64 * 1024 * 1024),)


@dataclass(slots=True, kw_only=True)
class SensorServer:
    """The application, its REST address and a stub of its streams."""

    application: Application
    rest: str
    stub: DataStreamServiceStub

    async def ask(self, path: str, body: object = None, method: str | None = None) -> tuple[int, Any]:
        """Status and decoded answer of /focus-server/…"""
        return await asyncio.to_thread(asked, f"{self.rest}/{path}", body, method)

    async def configured(self, **body: Any) -> dict[str, Any]:
        """The configure answer; the request is good, so it must be 200."""
        status, answer = await self.ask("configure", order_body(**body))
        assert status == 200, answer
        told: dict[str, Any] = answer
        return told


def order_body(**other: Any) -> dict[str, Any]:
    """A live job of 4 channels, but for what is given."""
    made = {
        "nfftSelection": 256, "displayInfo": {"height": 64}, "channels": {"min": 0, "max": 3},
        "start_time": None, "end_time": None, "view_type": 0,
    }  # fmt: skip
    return {**made, **other}


def asked(address: str, body: object = None, method: str | None = None) -> tuple[int, Any]:
    """One HTTP request; refusals are answers too."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, method=method), timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


@asynccontextmanager
async def sensor_server(home: Path, sources: str, **bounds: Any) -> AsyncIterator[SensorServer]:
    """Start with these sources and nothing of the voice; drained at the end."""
    config = UnifiedConfig(
        home=str(home),
        database=DatabaseConfig(enabled=False),
        grpc=GrpcConfig(port=0),
        http=HttpConfig(port=0),
        api=ApiConfig(port=0),
        supabase=SupabaseConfig(port=0),
        sensor_streams=SensorStreamsConfig(sources=sources, **bounds),
    )
    application = Application(config, "en", only=("global_flags", "sensor_streams"))
    try:
        await application.listen()
        doors = application.report().addresses
        async with grpc.aio.insecure_channel(doors["grpc"], options=_LARGE) as channel:
            yield SensorServer(
                application=application, rest=f"http://{doors['api']}/focus-server", stub=DataStreamServiceStub(channel)
            )
    finally:
        await application.drain()
