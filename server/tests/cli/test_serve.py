"""`nexy serve` as a process: start, doors, refusals, shutdown."""

import asyncio
import json
import signal
import socket
import time
import urllib.request
from collections import deque
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from nexy_client import Sound, VoiceClient
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Script as ModelScript
from support.nexy_process import LASTING, NexyProcess, nexy, nexy_serve

pytestmark = pytest.mark.slow


def get(server: NexyProcess, door: str, path: str, method: str = "GET") -> tuple[dict[str, str], bytes]:
    wanted = urllib.request.Request(f"http://{server.doors[door]}{path}", method=method)
    with urllib.request.urlopen(wanted, timeout=5) as reply:
        return dict(reply.headers), reply.read()


async def test_a_server_shows_its_doors_and_parts(tmp_path: Path) -> None:
    """The start-up page, /health, /status, /metrics and the OpenAPI agree about what runs."""
    async with nexy_serve(tmp_path, **LASTING) as server:
        for door in ("grpc", "http", "api"):
            assert server.doors[door] in server.start_page
        assert ", embedded: nexy_app@" in server.start_page
        assert "not built yet:" in server.start_page
        headers, body = await asyncio.to_thread(get, server, "http", "/health")
        assert headers["cache-control"] == "public, max-age=30"
        for door, path in (("http", "/health"), ("http", "/status"), ("api", "/health")):
            assert (await asyncio.to_thread(get, server, door, path, "HEAD"))[1] == b""
        health = json.loads(body)
        assert health["status"] == "OK"
        assert health["latest_version"] == health["latest_build"]
        status = json.loads((await asyncio.to_thread(get, server, "http", "/status"))[1])
        assert status["service"] == "voice-assistant"
        assert status["modules"]["audio_generation"] == "running"
        assert status["modules"]["memory_management"] == "running"
        assert status["endpoints"]["grpc"] == server.doors["grpc"]
        api = json.loads((await asyncio.to_thread(get, server, "api", "/health"))[1])
        assert api["status"] == "healthy"
        assert b"nexy_rpc_latency_seconds" in (await asyncio.to_thread(get, server, "api", "/metrics"))[1]
        described = json.loads((await asyncio.to_thread(get, server, "api", "/openapi.json"))[1])
        assert "/health" in described["paths"]


async def test_sigterm_ends_an_idle_server_at_once(tmp_path: Path) -> None:
    """Exit code 0 in under two seconds, the run file is gone, no speech worker and no PostgreSQL stays."""
    async with nexy_serve(tmp_path, **LASTING) as server:
        children = children_of(server.process.pid)
        assert len(children) == 2
        began = time.monotonic()
        assert await server.stopped_by(signal.SIGTERM) == 0
        assert time.monotonic() - began < 2
        assert not (tmp_path / "run" / "server.json").exists()
        assert not [pid for pid in children if alive(pid)]
        assert not [path for path in Path("/proc").glob("[0-9]*/cwd") if str(tmp_path) in linked(path)]


async def test_sigterm_lets_a_running_turn_finish_also_with_an_open_watch(tmp_path: Path) -> None:
    """The answer is whole, the health watcher is let go, exit code 0."""
    script = ModelScript(answer="One is here. Two is here. Three is here.", delay_seconds=0.05)
    async with FakeOpenAi(deque([script])) as model, nexy_serve(tmp_path, **words_from(model.base_url)) as server:
        async with VoiceClient(server.doors["grpc"], hardware_id="test") as client:
            async with grpc.aio.insecure_channel(server.doors["grpc"]) as channel:
                watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
                await watch.read()
                answer = client.turn("hello")
                heard = [await anext(answer)]
                server.process.send_signal(signal.SIGTERM)
                heard += [event async for event in answer]
                assert "".join(getattr(event, "text", "") for event in heard).startswith(script.answer)
                assert any(isinstance(event, Sound) for event in heard)
                last = await watch.read()
                assert last == health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.NOT_SERVING)
                assert await watch.code() is grpc.StatusCode.OK
                assert await asyncio.wait_for(server.process.wait(), 12) == 0


async def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    """With a turn that would take a minute the second signal ends the server at once."""
    script = ModelScript(answer="One is here. Two is here.", delay_seconds=20)
    async with FakeOpenAi(deque([script])) as model, nexy_serve(tmp_path, **words_from(model.base_url)) as server:
        async with VoiceClient(server.doors["grpc"], hardware_id="test") as client:
            turn = asyncio.ensure_future(anext(client.turn("hello")))
            await model.busy.wait()
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            await written(tmp_path / "server.log", b"stopping")
            assert await server.stopped_by(signal.SIGTERM) == 0
            assert time.monotonic() - began < 5
            with pytest.raises(Exception, match=r"UNAVAILABLE|CANCELLED"):
                await turn


async def test_workers_do_not_outlive_a_killed_server(tmp_path: Path) -> None:
    """SIGKILL of the server: its speech workers see their pipe close and end."""
    async with nexy_serve(tmp_path) as server:
        children = children_of(server.process.pid)
        await server.stopped_by(signal.SIGKILL)
        async with asyncio.timeout(10):
            while [pid for pid in children if alive(pid)]:
                await asyncio.sleep(0)
    async with nexy_serve(tmp_path) as again:
        assert again.doors["grpc"]


@pytest.mark.parametrize(("door", "variable"), [("grpc", "GRPC_PORT"), ("http", "HTTP_PORT"), ("api", "API_PORT")])
async def test_a_taken_port_is_one_line_that_names_it(tmp_path: Path, door: str, variable: str) -> None:
    """The start ends within five seconds with exit code 1, one line for the person, and nothing left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        began = time.monotonic()
        ended = await nexy(tmp_path, "serve", **{variable: str(port)})
        assert time.monotonic() - began < 5
    assert ended.code == 1
    (line,) = [line for line in ended.err.splitlines() if not line.startswith("ts=")]
    assert line.startswith("nexy serve:")
    assert f"{door}.port" in line
    assert str(port) in line
    assert variable in line


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("GRPC_PORT", "many", "grpc.port"),
        ("AUDIO_SAMPLE_RATE", "47999", "audio_generation.sample_rate"),
        ("LLM_PROVIDER", "oracle", "ai_router.provider"),
        ("LLM_PROVIDER", "gemini", "ai_router.provider"),
        ("TTS_ENGINE", "azure", "audio_generation.engine"),
        ("NEXY_ENV", "moon", "environment"),
        ("OPENAI_BASE_URL", "ftp://nowhere", "ai_router.openai.base_url"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1", "set LLM_ALLOW_PRIVATE_ADDRESSES=true"),
    ],
)
async def test_a_wrong_value_names_its_key(tmp_path: Path, variable: str, value: str, key: str) -> None:
    """Exit code 1, the key's path and the remedy, no traceback; a missing voice alone does not end the start."""
    wanted = {"LLM_PROVIDER": "openai", variable: value} if variable == "OPENAI_BASE_URL" else {variable: value}
    ended = await nexy(tmp_path, "serve", **wanted)
    assert ended.code == 1
    assert key in ended.err
    assert "Traceback" not in ended.err


async def test_several_workers_are_refused_in_one_line(tmp_path: Path) -> None:
    """Until sessions are shared between processes more than one would break interrupts."""
    ended = await nexy(tmp_path, "serve", "--workers", "2")
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert "--workers" in ended.err


async def test_production_offers_no_reflection_and_listens_on_loopback(tmp_path: Path) -> None:
    """NEXY_ENV=prod: 127.0.0.1 everywhere, and the service list is not told to strangers."""
    async with nexy_serve(tmp_path, NEXY_ENV="prod") as server:
        assert all(address.startswith("127.0.0.1:") for name, address in server.doors.items() if name != "pid")
        async with grpc.aio.insecure_channel(server.doors["grpc"]) as channel:
            call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(
                iter([reflection_pb2.ServerReflectionRequest(list_services="")])
            )
            assert await call.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_one_home_has_one_server(tmp_path: Path) -> None:
    """A second server on the same NEXY_HOME is refused and the first one goes on."""
    async with nexy_serve(tmp_path) as server:
        second = await nexy(tmp_path, "serve")
        assert second.code == 1
        assert "NEXY_HOME" in second.err
        assert json.loads((await asyncio.to_thread(get, server, "http", "/health"))[1])["status"] == "OK"


async def test_flags_stand_above_the_environment(tmp_path: Path) -> None:
    """`--home` and `--set` move the state and a door; commands with the same home find the server."""
    (tmp_path / "mine").mkdir()
    flags = ("--home", "mine", "--set", "logging.format=json", "--set", "api.host=::1")
    async with nexy_serve(tmp_path, *flags, API_HOST="127.0.0.1") as server:
        assert server.doors["api"].startswith("[::1]:")
        assert (await nexy(tmp_path, "status", "--home", "mine")).code == 0
        assert (await nexy(tmp_path, "status")).code == 1


async def test_ipv6_doors_are_printed_and_found(tmp_path: Path) -> None:
    """Hosts with colons stand in brackets on the page and in the run file; every command reaches them."""
    hosts = {"GRPC_HOST": "::1", "HTTP_HOST": "::", "API_HOST": "[::1]"}
    async with nexy_serve(tmp_path, **hosts) as server:
        for door, host in (("grpc", "[::1]:"), ("http", "[::]:"), ("api", "[::1]:")):
            assert server.doors[door].startswith(host)
            assert server.doors[door] in server.start_page
        assert json.loads((await asyncio.to_thread(get, server, "api", "/health"))[1])["status"] == "healthy"
        status = await nexy(tmp_path, "status", "--json")
        assert json.loads(status.out)["doors"]["grpc"] == server.doors["grpc"]
        asked = await nexy(tmp_path, "talk", "how much is 2+2?", "--quiet")
        assert (asked.code, "4" in asked.out) == (0, True)


async def test_a_taken_ipv6_port_is_told_with_its_address(tmp_path: Path) -> None:
    """The line holds an address that can be read."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        ended = await nexy(tmp_path, "serve", HTTP_HOST="::1", HTTP_PORT=str(port))
    assert ended.code == 1
    assert f"http.port: cannot listen on [::1]:{port}: " in ended.err


async def test_pages_show_names_as_they_are(tmp_path: Path) -> None:
    """A home whose name looks like markup is printed by `nexy serve` and found by `nexy status`."""
    home = tmp_path / "[/x]"
    home.mkdir(parents=True)
    async with nexy_serve(home, COLUMNS="500") as server:
        assert str(home) in server.start_page
        status = await nexy(home, "status")
        assert (status.code, server.doors["grpc"] in status.out) == (0, True)


async def written(file: Path, words: bytes) -> None:
    """Wait until the file holds the words."""
    async with asyncio.timeout(10):
        while words not in await asyncio.to_thread(file.read_bytes):
            await asyncio.sleep(0)


def words_from(base_url: str) -> dict[str, str]:
    return {"LLM_PROVIDER": "openai", "OPENAI_BASE_URL": base_url, "LLM_ALLOW_PRIVATE_ADDRESSES": "true"}


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def linked(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
