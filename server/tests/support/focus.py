"""The REST door of sensor streams over a scripted module."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from nexy.config.api_section import ApiConfig
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.server_report import ServerReport
from nexy.transport.http_service.api_app import api_app
from nexy.transport.http_service.focus.door import focus_door
from nexy.utils.clock import SystemClock
from nexy.utils.metrics_collector import MetricsCollector
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration
from support.asgi import Answer, fetch
from support.sensor_parts import SensorScript, sensor_workflow

BODY: dict[str, Any] = {
    "displayTimeAxisDuration": 10,
    "nfftSelection": 1024,
    "displayInfo": {"height": 3},
    "channels": {"min": 1, "max": 8},
    "frequencyRange": {"min": 0, "max": 450.5},
    "start_time": None,
    "end_time": None,
    "view_type": 0,
}


@dataclass(slots=True, kw_only=True)
class Focus:
    """The API application with the door, and the workflow behind it."""

    app: Starlette
    script: SensorScript
    workflow: SensorStreamWorkflowIntegration
    metrics: MetricsCollector

    async def ask(self, path: str, method: str = "GET", host: str = "fibre.example:8000", query: str = "") -> Answer:
        """One request without a body."""
        return await fetch(self.app, f"/focus-server/{path}", method=method, host=host, query=query)

    async def post(self, path: str, body: object, host: str = "fibre.example:8000") -> Answer:
        """One request with a body: bytes as they are, anything else as JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await fetch(self.app, f"/focus-server/{path}", method="POST", body=sent, host=host)


@asynccontextmanager
async def focus(home: Path, script: SensorScript | None = None, max_body_bytes: int = 65536) -> AsyncIterator[Focus]:
    """The door over a scripted module, without sockets."""
    told = script or SensorScript(rows=None)
    async with sensor_workflow(home, told) as workflow:
        metrics = MetricsCollector(60, SystemClock())
        report = ServerReport(
            version="1.2.3", environment="dev", uptime_seconds=1.0, accepts_work=True,
            modules={"sensor_streams": ModuleStatus(state=ModuleState.RUNNING)},
        )  # fmt: skip
        door = focus_door(workflow, lambda: 50051, "1.2.3", ApiConfig(max_body_bytes=max_body_bytes))
        app = api_app(lambda: report, metrics, "1.2.3", doors=(door,))
        yield Focus(app=app, script=told, workflow=workflow, metrics=metrics)
