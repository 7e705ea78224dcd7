"""How soon an interrupted answer ends: from the InterruptSession call to the CANCELLED status at the client.

Run as `python -m bench.barge_in`; it rewrites its own section of docs/benchmarks.md. Real `nexy serve`, real
espeak-ng, a scripted model; the interrupted device speaks beside others that must stay undisturbed.
"""

import asyncio
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from bench.voice.machine import machine_line
from bench.voice.servers import ROOT, ours_as_installed, running

sys.path.insert(0, str(ROOT / "server" / "tests"))

from nexy_client import CallFailed, End, Sound, VoiceClient
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Script

ROUNDS = 60
OTHERS = 6
MUST_MS = 100
BEGIN, END = "<!-- barge-in:begin -->", "<!-- barge-in:end -->"
ANSWER = "This sentence goes on for a while, as sentences do. " * 12


async def interrupted_once(client: VoiceClient) -> float:
    """Milliseconds from the interrupt's call to the end of the stream; raises where it ends otherwise."""
    answer = client.turn("hello")
    async for event in answer:
        if isinstance(event, Sound):
            break
    began = time.perf_counter()
    called = asyncio.ensure_future(client.interrupt())
    try:
        async for _ in answer:
            pass
    except CallFailed as ended:
        took = (time.perf_counter() - began) * 1000
        sessions = (await called).sessions
        if ended.status == "CANCELLED" and len(sessions) == 1:
            return took
        raise
    raise AssertionError("the stream did not end as cancelled")


async def undisturbed(client: VoiceClient, stop: asyncio.Event) -> int:
    """Speak until told to stop; how many whole answers came."""
    whole = 0
    while not stop.is_set():
        events = [event async for event in client.turn("hello")]
        assert isinstance(events[-1], End)
        whole += 1
    return whole


async def measure() -> tuple[list[float], int]:
    """All rounds, and how many answers the other devices heard whole meanwhile."""
    with tempfile.TemporaryDirectory(prefix="nexy-barge-in-") as folder:
        async with FakeOpenAi(deque([Script(answer=ANSWER, delay_seconds=0.005)])) as model:
            settings = {
                "LLM_PROVIDER": "openai",
                "OPENAI_BASE_URL": model.base_url,
                "LLM_ALLOW_PRIVATE_ADDRESSES": "true",
                "TTS_ENGINE": "espeak",
            }
            async with running(ours_as_installed(Path(folder), settings), (0,)) as server:
                stop = asyncio.Event()
                async with VoiceClient(server.address, hardware_id="mac") as client:
                    others = [VoiceClient(server.address, hardware_id=f"other-{n}") for n in range(OTHERS)]
                    speaking = [asyncio.ensure_future(_with(other, stop)) for other in others]
                    took = [await interrupted_once(client) for _ in range(ROUNDS)]
                    stop.set()
                    return sorted(took), sum(await asyncio.gather(*speaking))


async def _with(client: VoiceClient, stop: asyncio.Event) -> int:
    async with client:
        return await undisturbed(client, stop)


def section(took: list[float], whole: int) -> str:
    """What the document says of this run."""
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    return (
        f"`python -m bench.barge_in`. {machine_line()}\n\n"
        f"{ROUNDS} answers interrupted in the middle of their sound while {OTHERS} other devices spoke "
        f"({whole} whole answers, none disturbed), espeak-ng, server pinned to one core. From the call of "
        f"InterruptSession to CANCELLED at the client: p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {took[-1]:.1f} ms "
        f"(must: {MUST_MS} ms).\n"
    )


def write(text: str) -> None:
    """Replace this section of the document, or add it."""
    file = ROOT / "docs" / "benchmarks.md"
    told = file.read_text(encoding="utf-8")
    if BEGIN not in told:
        told = f"{told.rstrip()}\n\n## Barge-in\n\n{BEGIN}\n{END}\n"
    before, _, rest = told.partition(BEGIN)
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> int:
    """Measure, tell, write; exit code 1 when the must is missed."""
    took, whole = asyncio.run(measure())
    text = section(took, whole)
    print(text)
    write(text)
    return 0 if took[-1] <= MUST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
