"""Check of /health and /status, of the versions they name, and of the gRPC and update ports.

Usage: python server/scripts/check_grpc_health.py [HOST PORT]   (443 is https)
"""

import argparse
import asyncio
import socket
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from http_reply import Reply, fetch
from operator_checks import Checks, Target, guarded, parser, target_of

from nexy_client import CallFailed, Health

SUCCESS = "Все проверки пройдены успешно!"
CACHE = "public, max-age=30"
GRPC_PORT = 50051
DOORS = ("health", "status", "grpc", "updates")
VERSIONS = ("latest_version", "latest_build")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """The check of one server; ports that are None are taken from what /status says."""

    grpc_port: int | None = None
    update_port: int | None = None
    seconds: float = 10.0
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def __call__(self, checks: Checks, target: Target) -> None:
        """The documented checks in their order."""
        base = f"{'https' if target.encrypted else 'http'}://{target.address}"
        health = await self.ask(f"{base}/health")
        head = await self.ask(f"{base}/health", "HEAD")
        checks.require("Health endpoint доступен: HTTP 200", endpoint_problems(health, head), about="Health endpoint")
        version = health.document.get("latest_version")
        checks.require(f"Health содержит версии: {version}", health_problems(health.document), about="Health")
        status = await self.ask(f"{base}/status")
        checks.require("Status endpoint доступен: HTTP 200", http_problems(status), about="Status endpoint")
        checks.require("Status возвращает JSON", status_problems(status.document), about="Status")
        await self.check_grpc_port(checks, target, status.document)
        problems = agreement_problems(health.document, status.document)
        checks.require(f"Версии согласованы: {version}", problems, about="Версии")
        await self.check_updates(checks, self.update_url(target, base, status.document), health.document)

    async def check_grpc_port(self, checks: Checks, target: Target, status: dict[str, Any]) -> None:
        """A closed port is normal behind an ingress; an open one must serve."""
        port = self.grpc_port or port_of(_endpoint(status, "grpc")) or GRPC_PORT
        if not await asyncio.to_thread(is_open, target.host, port, self.seconds):
            checks.warn(f"Порт {port} недоступен (может быть нормально, если используется Nginx reverse proxy)")
            return
        voice = Target(host=target.host, port=port, timeout=self.seconds)
        try:
            async with voice.client() as client:
                state: str = await client.health()
        except CallFailed as failed:
            state = str(failed)
        problems = [] if state == Health.SERVING else [f"открыт, но grpc.health.v1 отвечает {state}"]
        checks.require(f"Порт {port} доступен", problems, about=f"Порт {port}")

    async def check_updates(self, checks: Checks, url: str, health: dict[str, Any]) -> None:
        """Updates need not be published; where they are, they name the same release."""
        reply = await self.ask(url)
        if reply.status in (0, 404, 502, 503):
            checks.warn("Updates health endpoint недоступен (обновления не опубликованы)")
            return
        problems = [*http_problems(reply), *cache_problems(reply)]
        if not problems and reply.document.get("status") != "healthy":
            problems.append("status не healthy")
        problems += [] if problems else agreement_problems(health, reply.document)
        checks.require("Updates health endpoint доступен: HTTP 200", problems, about="Updates health endpoint")

    def update_url(self, target: Target, base: str, status: dict[str, Any]) -> str:
        """Behind an ingress updates live under /updates, else on a port of their own."""
        port = self.update_port or port_of(_endpoint(status, "updates"))
        if port and not target.encrypted:
            return f"http://{Target(host=target.host, port=port).address}/health"
        return f"{base}/updates/health"

    async def ask(self, url: str, method: str = "GET") -> Reply:
        """One request, never through a proxy and never for longer than `seconds`."""
        return await asyncio.to_thread(fetch, url, method=method, seconds=self.seconds, context=self.context)


def http_problems(reply: Reply) -> list[str]:
    """Whether the address answered with 200."""
    return [] if reply.status == 200 else [f"HTTP {reply.status}" if reply.status else f"нет ответа, {reply.reason}"]


def cache_problems(reply: Reply) -> list[str]:
    """Whether an ingress may keep the answer for 30 s, and no longer."""
    return [] if reply.cache_control == CACHE else [f"Cache-Control {reply.cache_control!r} вместо {CACHE!r}"]


def endpoint_problems(health: Reply, head: Reply) -> list[str]:
    """/health answers GET and HEAD, and may be cached for 30 s."""
    problems = http_problems(health)
    if problems:
        return problems
    problems += cache_problems(health)
    if head.status != 200:
        problems.append(f"HEAD: HTTP {head.status}")
    return problems


def health_problems(health: dict[str, Any]) -> list[str]:
    """The documented object: OK and two equal strings."""
    problems = [] if health.get("status") == "OK" else [f"status {health.get('status')!r} вместо 'OK'"]
    problems += [f"{name} не строка" for name in VERSIONS if not isinstance(health.get(name), str) or not health[name]]
    if not problems and health["latest_version"] != health["latest_build"]:
        problems.append("latest_version и latest_build различаются")
    return problems


def status_problems(status: dict[str, Any]) -> list[str]:
    """The documented object with every key, running, of this service."""
    if not status:
        return ["не JSON-объект"]
    problems = [] if status.get("status") == "running" else [f"status {status.get('status')!r} вместо 'running'"]
    if status.get("service") != "voice-assistant":
        problems.append("service не voice-assistant")
    problems += [
        f"нет endpoints.{name}" for name in ("health", "status", "grpc", "updates") if name not in _door(status)
    ]
    modules = status.get("modules")
    if not isinstance(modules, dict) or not all(isinstance(state, str) for state in modules.values()):
        problems.append("modules не {имя: состояние}")
    texts = (*VERSIONS, "update_server", "environment")
    return problems + [f"{name} не строка" for name in texts if not isinstance(status.get(name), str)]


def agreement_problems(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Versions are strings, and both answers name the same ones."""
    problems = []
    for name in VERSIONS:
        first, second = one.get(name), other.get(name)
        if not isinstance(first, str) or not isinstance(second, str):
            problems.append(f"{name} не строка")
        elif first != second:
            problems.append(f"{name}: {first} и {second}")
    return problems


def is_open(host: str, port: int, seconds: float) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except OSError:
        return False
    return True


def port_of(address: str) -> int | None:
    """The port that an address of /status names, if any."""
    try:
        return urlsplit(f"//{address.split('//')[-1]}").port
    except ValueError:
        return None


def _door(status: dict[str, Any]) -> dict[str, Any]:
    doors = status.get("endpoints")
    return doors if isinstance(doors, dict) else {}


def _endpoint(status: dict[str, Any], name: str) -> str:
    return str(_door(status).get(name, ""))


def main(given: Sequence[str]) -> int:
    """The whole program."""
    arguments = parser(__doc__, port=8080)
    arguments.add_argument("--grpc-port", type=int, help="default: what /status says, else 50051")
    arguments.add_argument("--update-port", type=int, help="default: what /status says, else /updates on the same port")
    options: argparse.Namespace = arguments.parse_args(given)
    target = target_of(arguments, options)
    checks = Checks(as_json=options.json)
    context = ssl.create_default_context(cafile=str(options.ca) if options.ca else None)
    seconds = min(10.0, target.timeout)
    check = HealthCheck(grpc_port=options.grpc_port, update_port=options.update_port, seconds=seconds, context=context)
    asyncio.run(guarded(check, checks, target))
    return checks.finish(SUCCESS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
