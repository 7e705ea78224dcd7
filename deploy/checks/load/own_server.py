"""A server of one's own with wire-true providers behind it, so that a load run costs nobody any money."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bench.voice.servers import ROOT, ours_as_installed, running

_CODE = (
    "Here is a small endpoint.\n\n```typescript\nimport express from 'express';\n\n"
    "export const router = express.Router();\n\n"
    "router.get('/items', (request, response) => {\n  response.json({ items: [] });\n});\n```\n"
)
# About forty tokens of code: a fifth of a second, as a fast model takes.
_TOKEN_MS = 5


@asynccontextmanager
async def own_server() -> AsyncGenerator[str, None]:
    """The address of its API; all processes and files are gone afterwards."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="nexy-load-", dir="/tmp") as made:
        home, shared = Path(made) / "home", Path(made) / "shared"
        for each in (Path(made), home, shared):
            each.mkdir(mode=0o711, exist_ok=True)
            each.chmod(0o711)
        async with AsyncExitStack() as stack:
            claude = await stack.enter_async_context(_fake("anthropic"))
            ollama = await stack.enter_async_context(_fake("ollama"))
            settings = {
                "DATABASE_ENABLED": "true",
                "DATABASE_SHARED_FOLDER": str(shared),
                "TTS_ENGINE": "scripted",
                # Every user asks the same, and a cached answer would prove nothing.
                "ANSWER_CACHE_SECONDS": "0",
                "ANTHROPIC_API_KEY": "no-key-is-needed",
                "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{claude}",
                "LLM_ALLOW_PRIVATE_ADDRESSES": "true",
                "OLLAMA_URL": f"http://127.0.0.1:{ollama}",
            }
            recipe = ours_as_installed(home, settings)
            await stack.enter_async_context(running(recipe, cores))
            yield f"http://{json.loads(recipe.ready.read_text())['api']}"


@asynccontextmanager
async def _fake(wire: str) -> AsyncGenerator[int, None]:
    """The port of a fake provider in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"support.fake_{wire}", "--answer", _CODE, "--delay-ms", f"{_TOKEN_MS}",
        stdout=asyncio.subprocess.PIPE, cwd=ROOT / "server" / "tests",
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        # Ctrl-C in a terminal has reached it too.
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
