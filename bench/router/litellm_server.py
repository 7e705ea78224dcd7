"""Starts LiteLLM's proxy from a virtual environment of its own, and tells where it listens once it answers."""

import argparse
import asyncio
import json
import os
import signal
import socket
from pathlib import Path

import aiohttp

from bench.router.jobs import KEY
from bench.router.provider import OPENAI_MODEL

_ALIVE = "/health/liveliness"
START_SECONDS = 120.0


def configuration(upstream: str) -> str:
    """One model at the provider of the benchmark; JSON is YAML too."""
    params = {"model": f"openai/{OPENAI_MODEL}", "api_base": f"{upstream}/v1", "api_key": "no-key-is-needed"}
    return json.dumps({"model_list": [{"model_name": OPENAI_MODEL, "litellm_params": params}]})


async def serve(environment: Path, upstream: str, ready: Path) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    config, port = ready.with_name("litellm.yaml"), _free_port()
    config.write_text(configuration(upstream), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        environment / "bin" / "litellm", "--config", config, "--host", "127.0.0.1", "--port", f"{port}",
        "--num_workers", "1", "--telemetry", "False",
        # Otherwise it fetches its price list from the net.
        env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MASTER_KEY": KEY},
    )  # fmt: skip
    try:
        await _until_alive(f"http://127.0.0.1:{port}")
        partial = ready.with_suffix(".tmp")
        address = f"127.0.0.1:{port}"
        partial.write_text(json.dumps({"pid": os.getpid(), "grpc": address, "api": address}))
        partial.replace(ready)
        await stop.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
        return port


async def _until_alive(url: str) -> None:
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url + _ALIVE) as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="LiteLLM as bench.router measures it")
    parser.add_argument("--environment", type=Path, required=True)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--ready", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.environment, given.upstream, given.ready))


if __name__ == "__main__":
    main()
