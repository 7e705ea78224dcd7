"""`nexy talk` as a person uses it: once, in conversation, with and without a server, both languages."""

import asyncio
import json
import re
import signal
import sys
import wave
from collections import deque
from pathlib import Path

import pytest

from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Fault, Script
from support.nexy_process import COMMAND, environment, nexy, nexy_serve

pytestmark = pytest.mark.slow
WORD = re.compile(r"\w+")


def words_of(model: FakeOpenAi) -> dict[str, str]:
    """Words from this fake alone, which is on this machine."""
    return {"LLM_PROVIDER": "openai", "OPENAI_BASE_URL": model.base_url, "LLM_ALLOW_PRIVATE_ADDRESSES": "true"}


def sound_of(file: Path) -> tuple[int, int, int, float]:
    with wave.open(str(file)) as sound:
        return (
            sound.getframerate(),
            sound.getsampwidth(),
            sound.getnchannels(),
            sound.getnframes() / sound.getframerate(),
        )


@pytest.mark.parametrize(
    ("question", "expected"), [("Что ты умеешь?", "приложения"), ("What can you do?", "applications")]
)
async def test_the_answer_is_heard_in_the_language_of_the_question(
    tmp_path: Path, question: str, expected: str
) -> None:
    """48 kHz, 16 bit, mono; 0.2 to 0.8 seconds of sound per word; the words printed are those spoken."""
    async with nexy_serve(tmp_path):
        await nexy(tmp_path, "talk", question, "--quiet")
        asked = await nexy(tmp_path, "talk", question, "--wav", "a.wav", "--quiet", "--json")
    assert asked.code == 0
    told = json.loads(asked.out)
    assert expected in told["text"]
    assert "".join(told["text_chunks"]) == told["text"]
    rate, width, channels, seconds = sound_of(tmp_path / "a.wav")
    assert (rate, width, channels) == (48_000, 2, 1)
    assert seconds == pytest.approx(told["sound_seconds"], abs=0.001)
    assert 0.2 <= seconds / len(WORD.findall(told["text"])) <= 0.8
    assert told["first_sound_ms"] < 300


@pytest.mark.parametrize(
    ("said", "command", "app"),
    [("Open Safari please", "open_app", "Safari"), ("Открой Телеграм", "open_app", "Telegram")],
)
async def test_an_action_is_delivered_and_printed(tmp_path: Path, said: str, command: str, app: str) -> None:
    """The action reaches the person's side with its argument, beside the spoken words."""
    async with nexy_serve(tmp_path):
        asked = await nexy(tmp_path, "talk", said, "--quiet")
        assert asked.code == 0
        assert f'{command} {{"app_name": "{app}"}}' in asked.err
        assert app in asked.out or "Телеграм" in asked.out


async def test_without_a_server_the_assistant_answers_by_itself(tmp_path: Path) -> None:
    """No listener is opened, the sound is real, and nothing is left running."""
    asked = await nexy(tmp_path, "talk", "What can you do?", "--wav", "a.wav", "--quiet", "--json")
    assert asked.code == 0
    assert json.loads(asked.out)["sound_seconds"] > 3
    assert sound_of(tmp_path / "a.wav")[0] == 48_000
    assert not (tmp_path / "run" / "server.json").exists()


async def test_a_conversation_takes_line_after_line(tmp_path: Path) -> None:
    """Each typed line is answered in turn; the end of input ends it well."""
    asked = await nexy(tmp_path, "talk", "--quiet", stdin="Открой Сафари\nhow much is 2+2?\n".encode())
    assert asked.code == 0
    assert "Safari" in asked.err
    assert "4" in asked.out


async def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    """Exit code 1, the address, no traceback."""
    asked = await nexy(tmp_path, "talk", "hello", "--server", "127.0.0.1:9", "--quiet")
    assert asked.code == 1
    assert "127.0.0.1:9" in asked.err
    assert "Traceback" not in asked.err


async def test_a_turn_that_fails_is_told_and_is_exit_code_1(tmp_path: Path) -> None:
    """The model is down: the reason is printed, nothing is spoken."""
    async with FakeOpenAi(deque([Script(fault=Fault.SERVER_ERROR)])) as model:
        asked = await nexy(tmp_path, "talk", "hello", "--quiet", **words_of(model))
    assert asked.code == 1
    assert "it did not work:" in asked.err
    assert "Traceback" not in asked.err


@pytest.mark.parametrize("with_server", [True, False])
async def test_ctrl_c_interrupts_the_answer(tmp_path: Path, with_server: bool) -> None:
    """SIGINT while the answer comes: it ends, says so, and the command ends well."""
    endless = Script(answer="This goes on and on. " * 2000, delay_seconds=0.01)
    async with FakeOpenAi(deque([endless])) as model:
        words = words_of(model)
        if with_server:
            async with nexy_serve(tmp_path, **words):
                err = await interrupted_talk(tmp_path, words)
        else:
            err = await interrupted_talk(tmp_path, words)
    assert "interrupted" in err
    assert "Traceback" not in err


async def interrupted_talk(home: Path, words: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "talk", "hello", "--quiet", env=environment(home, **words), cwd=home,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.read(10)
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    return err.decode()


async def test_russian_is_spoken_to_a_russian_terminal(tmp_path: Path) -> None:
    """Messages and help follow the language of the terminal."""
    status = await nexy(tmp_path, "status", LANG="ru_RU.UTF-8")
    assert status.code == 1
    assert "сервер не запущен" in status.out
    helped = await nexy(tmp_path, "talk", "--help", LANG="ru_RU.UTF-8")
    assert "Поговорить с помощником" in helped.out


async def test_the_command_starts_light(tmp_path: Path) -> None:
    """`nexy status` imports neither the HTTP server and client nor a numeric library."""
    probe = "import sys; import nexy.cli.main; print([m for m in ('numpy', 'uvicorn', 'aiohttp') if m in sys.modules])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", probe, env=environment(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.strip() == b"[]"


async def test_a_wav_that_cannot_be_written_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    """One line with the path and the reason, exit code 1, no words spoken."""
    for wrong in ("/nonexistent/a.wav", str(tmp_path)):
        asked = await nexy(tmp_path, "talk", "hello", "--quiet", "--wav", wrong)
        assert asked.code == 1
        assert asked.out == ""
        assert f"--wav {wrong}" in asked.err
        assert "Traceback" not in asked.err


async def test_a_machine_without_a_player_is_told_so(tmp_path: Path) -> None:
    """Words come, and one line says why nothing sounds."""
    asked = await nexy(tmp_path, "talk", "hello", PATH="/nonexistent")
    assert asked.code == 0
    assert "no player is installed" in asked.err


async def test_ctrl_c_silences_a_player_at_once(tmp_path: Path) -> None:
    """The player holds seconds of sound when the answer is interrupted: it is ended, not played out."""
    player = tmp_path / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text("#!/bin/sh\nexec tail -f /dev/null\n", encoding="utf-8")
    player.chmod(0o755)
    path = f"{player.parent}:/usr/bin:/bin"
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "talk", "read your manual", env=environment(tmp_path, PATH=path), cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.read(10)
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"interrupted" in err
