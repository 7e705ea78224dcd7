"""The voice benchmark as a whole, and the servers that it starts."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from bench.voice.accounting import Cores
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import ROOT, Recipe, ServerFailed, bare, running
from bench.voice.sessions import open_sessions
from bench.voice.window import Window

TINY = Load(name="test", sentences=2, token_seconds=0.001, sound_seconds=0.06)
QUESTION = b'{"messages":[{"role":"user","content":"@@prompt@@"}],"stream":true}'


@pytest.mark.long
def test_the_quick_benchmark_runs(tmp_path: Path) -> None:
    """It measures every row against the baseline, tells it as JSON, and writes no documents."""
    told, docs = tmp_path / "told.json", tmp_path / "benchmarks.md"
    command = (sys.executable, "-m", "bench.voice", "--quick", "--json", str(told), "--docs", str(docs))
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=55, check=False)
    assert ended.returncode == 0, ended.stderr
    seen = msgspec.json.decode(told.read_bytes())
    assert len(seen["figures"]) == len(ended.stdout.splitlines()) - 1 == 8
    for window in seen["results"]["speech_cpu"]["ours"] + seen["results"]["live_cpu"]["bare"]:
        assert window["errors"] == 0
        assert window["turns"] > 0
        assert window["sound_seconds"] > 0
    assert not docs.exists()


@pytest.mark.long
async def test_a_window_sees_what_the_baseline_sends(tmp_path: Path) -> None:
    """Sound, turns and delays are counted; afterwards the server is gone."""
    async with ScriptedLlm(TINY) as llm:
        recipe = bare(tmp_path, llm_port=llm.port, question=QUESTION, sound_seconds=TINY.sound_seconds)
        cores = Cores.ours()
        async with running(recipe, cores.everything) as server:
            async with open_sessions(server, 1) as (session,):
                turn, again = await session.ask_and_stay(), await session.ask_and_stay()
            seen = await Window(server, llm, sessions=3, seconds=0.2, cores=cores).measure()
    assert turn.texts == again.texts == list(TINY.pieces)
    assert sum(turn.sizes) == TINY.audio_bytes
    assert (seen.errors, seen.recut) == (0, 0)
    assert seen.delays == seen.turns * len(TINY.deciding_tokens()) > 0
    assert 0 < seen.delay_p50_ms <= seen.delay_p95_ms
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


@pytest.mark.long
async def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The last words of the process are in the error."""
    recipe = Recipe(
        name="broken",
        arguments=(sys.executable, "-c", "raise SystemExit('no port for me')"),
        environment={},
        home=tmp_path,
        ready=tmp_path / "never",
    )
    with pytest.raises(ServerFailed, match="no port for me"):
        async with running(recipe, Cores.ours().everything):
            raise AssertionError("it never opened")
