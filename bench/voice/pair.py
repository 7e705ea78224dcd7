"""Both servers side by side, proven to say the same."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.voice.bare_server import PROMPT_MARK
from bench.voice.load import Load, chunk_sizes
from bench.voice.scripted_llm import ScriptedLlm, question
from bench.voice.servers import Server, bare, ours, running, says_serving
from bench.voice.sessions import Heard, open_sessions


class NotTheSame(Exception):
    """The two servers did not send the same messages: nothing that is measured would mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is measured and what it is measured against."""

    ours: Server
    bare: Server

    def in_turns(self, first: int) -> Sequence[Server]:
        """Both, the order alternating with `first`."""
        return (self.ours, self.bare) if first % 2 == 0 else (self.bare, self.ours)


@asynccontextmanager
async def both(folder: Path, llm: ScriptedLlm, load: Load, cores: Sequence[int]) -> AsyncGenerator[Pair, None]:
    """Start both on `cores` for this load; raises `NotTheSame` or `ServerFailed`."""
    llm.play(load)
    folder.mkdir(parents=True)
    async with AsyncExitStack() as stack:
        recipe = ours(folder, llm_port=llm.port, sound_seconds=load.sound_seconds)
        measured = await stack.enter_async_context(running(recipe, cores))
        await says_serving(measured)
        heard = await _one_turn(measured)
        asked = llm.last_body.replace(question(heard.number).encode(), PROMPT_MARK)
        if PROMPT_MARK not in asked:
            raise NotTheSame("the question did not reach the model as it was asked")
        baseline = bare(folder, llm_port=llm.port, question=asked, sound_seconds=load.sound_seconds)
        beside = await stack.enter_async_context(running(baseline, cores))
        check_same(load, heard, await _one_turn(beside))
        yield Pair(ours=measured, bare=beside)


async def _one_turn(server: Server) -> Heard:
    async with open_sessions(server, 1) as (session,):
        return await session.ask()


def check_same(load: Load, heard: Heard, baseline: Heard) -> None:
    """Both sent every message of `load`: kinds in order, words, and bytes of sound chunk by chunk."""
    later = chunk_sizes(load.sound_seconds, first_of_turn=False)
    first = chunk_sizes(load.sound_seconds, first_of_turn=True)
    sizes = [*first, *(list(later) * (load.sentences - 1))]
    for name, turn in (("ours", heard), ("the baseline", baseline)):
        _require(name, "words", turn.texts, list(load.pieces))
        _require(name, "sound", turn.sizes, sizes)
        _require(name, "order", turn.kinds, _order(load))


def _require(name: str, part: str, sent: object, agreed: object) -> None:
    if sent != agreed:
        raise NotTheSame(f"{name} sent other {part} than agreed: {str(sent)[:300]} instead of {str(agreed)[:300]}")


def _order(load: Load) -> Sequence[str]:
    kinds: list[str] = []
    for sentence in range(load.sentences):
        chunks = len(chunk_sizes(load.sound_seconds, first_of_turn=sentence == 0))
        kinds += ["text_chunk", *(["audio_chunk"] * chunks)]
    return [*kinds, "end_message"]
