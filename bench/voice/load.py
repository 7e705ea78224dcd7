"""What a load looks like: the words of an answer, their pace, and the sound that they become."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from server.tests.support.fake_openai_script import Frames, Script, encode

SAMPLE_RATE = 48_000
FRAME_BYTES = 2
FIRST_CHUNK_SECONDS = 0.03
CHUNK_SECONDS = 0.2

_QUALITIES = ("little", "patient", "quiet", "honest")
_SENTENCE = "The {} server reads every word and speaks it while more arrive."


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One answer: sentences of twelve tokens; `token_seconds` apart (0: all at once), each `sound_seconds` long."""

    name: str
    sentences: int
    token_seconds: float
    sound_seconds: float

    @property
    def pieces(self) -> Sequence[str]:
        """The text_chunks that both servers have to send."""
        words = [_SENTENCE.format(_QUALITIES[n % len(_QUALITIES)]) for n in range(self.sentences)]
        return [word + " " for word in words[:-1]] + words[-1:]

    @property
    def script(self) -> Script:
        """What the scripted model says."""
        return Script(answer="".join(self.pieces), delay_seconds=self.token_seconds, prompt_tokens=400)

    def frames(self) -> Frames:
        """The answer on the wire of the model."""
        return encode(self.script)

    def deciding_tokens(self) -> Sequence[int]:
        """For every piece but the last the number of the token that decided its end.

        A full stop ends a sentence only with the character after the space, so it is the token that begins the
        next sentence. The last sentence ends with the stream; no token decides it.
        """
        ends = list(itertools.accumulate(len(token) for token in self.script.tokens))
        starts = list(itertools.accumulate(len(piece) for piece in self.pieces))[:-1]
        return [next(n for n, end in enumerate(ends) if end > start) for start in starts]

    @property
    def turn_seconds(self) -> float:
        """How long the words of one answer take to arrive."""
        return self.token_seconds * len(self.script.tokens)

    @property
    def audio_bytes(self) -> int:
        """The sound of one answer."""
        return self.sentences * round(self.sound_seconds * SAMPLE_RATE) * FRAME_BYTES


def chunk_sizes(sound_seconds: float, *, first_of_turn: bool) -> Sequence[int]:
    """Bytes of each audio_chunk of a sentence: a short first one in a turn, then fifths of a second, then the rest."""
    left = round(sound_seconds * SAMPLE_RATE)
    want = round((FIRST_CHUNK_SECONDS if first_of_turn else CHUNK_SECONDS) * SAMPLE_RATE)
    sizes: list[int] = []
    while left > 0:
        sizes.append(min(want, left) * FRAME_BYTES)
        left, want = left - want, round(CHUNK_SECONDS * SAMPLE_RATE)
    return sizes
