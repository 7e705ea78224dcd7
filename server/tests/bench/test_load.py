"""What both servers are asked to say."""

import itertools

import pytest
from bench.voice.load import FRAME_BYTES, SAMPLE_RATE, Load, chunk_sizes

from nexy.config.sections import SentencesConfig, SpeechConfig
from nexy.contracts.speech import Speak
from nexy.modules.audio_generation.scripted_engine import ScriptedEngine
from nexy.modules.text_filtering.cutter import SentenceCutter


def load(sentences: int = 3, sound_seconds: float = 0.36) -> Load:
    return Load(name="test", sentences=sentences, token_seconds=0.03, sound_seconds=sound_seconds)


@pytest.mark.parametrize("sentences", [1, 2, 5])
def test_the_real_cutter_cuts_where_the_load_says(sentences: int) -> None:
    """The agreed pieces are what our own cutter makes of the tokens, each with the deciding token of its end."""
    wanted = load(sentences)
    cutter = SentenceCutter(SentencesConfig())
    pieces, decided = [], []
    for number, token in enumerate(wanted.script.tokens):
        cut = list(cutter.feed(token))
        pieces += cut
        decided += [number] * len(cut)
    pieces += cutter.finish()
    assert pieces == wanted.pieces
    assert decided == wanted.deciding_tokens()


@pytest.mark.parametrize("sound_seconds", [0.02, 0.06, 0.36, 4.0])
@pytest.mark.parametrize("first", [True, False])
async def test_chunk_sizes_are_the_scripted_engine_s(sound_seconds: float, first: bool) -> None:
    """The baseline's chunks are as many and as large as ours."""
    engine = ScriptedEngine(SpeechConfig(engine="scripted", scripted_seconds=sound_seconds))
    await engine.start()
    made = [len(event.data) async for event in engine.speak(Speak(text="Hello.", first_of_turn=first))]
    assert made == chunk_sizes(sound_seconds, first_of_turn=first)
    assert sum(made) == round(sound_seconds * SAMPLE_RATE) * FRAME_BYTES


def test_a_sentence_has_twelve_tokens() -> None:
    """Turns last as long as the documentation of the benchmark says."""
    wanted = load(4)
    assert len(wanted.script.tokens) == 48
    assert wanted.turn_seconds == pytest.approx(1.44)


def test_frames_join_to_the_answer() -> None:
    """What the model says on the wire is the pieces, joined."""
    wanted = load()
    tokens = wanted.frames().tokens[1:]
    assert len(tokens) == len(wanted.script.tokens)
    assert list(itertools.accumulate(wanted.script.tokens))[-1] == "".join(wanted.pieces)
