"""The speech worker: `python -m nexy.modules.audio_generation.worker NAME RATE WPM CHUNK_FRAMES PAUSE VOICE...`.

Speaks `wire` over stdin and stdout, one sentence at a time. It ends when stdin closes, so it never outlives its
server, however that ends; signals that a terminal or a supervisor sends to the whole group are the server's to judge.
The voices are loaded while nobody asks, so that no sentence has to wait for its dictionary.
"""

import os
import select
import signal
import sys

from nexy.modules.audio_generation.chunking import Chunker
from nexy.modules.audio_generation.espeak_library import EspeakLibrary
from nexy.modules.audio_generation.resampling import open_resampler
from nexy.modules.audio_generation.trimming import SilenceTrimmer
from nexy.modules.audio_generation.wire import ORDER_HEADER, OrderKind, ReplyKind, encode_reply


class Pipes:
    """Blocking reads and writes of whole messages; raises `EOFError` or `OSError` when the server is gone."""

    def __init__(self, source: int, sink: int) -> None:
        self._source = source
        self._sink = sink
        self._poll = select.poll()
        self._poll.register(source, select.POLLIN | select.POLLHUP)

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        parts: list[bytes] = []
        while size:
            part = os.read(self._source, size)
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def reply(self, kind: ReplyKind, body: bytes = b"") -> None:
        """Send one reply; waits while the server does not read."""
        rest = memoryview(encode_reply(kind, body))
        while rest:
            rest = rest[os.write(self._sink, rest) :]

    def asked(self) -> bool:
        """Whether something waits to be read: during a sentence that is a CANCEL or the end of the server."""
        return bool(self._poll.poll(0))


class SpeechProcess:
    """Turns orders into sound; holds the one engine of this process."""

    def __init__(self, pipes: Pipes, rate: int, words_per_minute: int, chunk_frames: int, pause: float) -> None:
        self._pipes = pipes
        self._engine = EspeakLibrary(words_per_minute, self._take)
        self._trimmer = SilenceTrimmer(self._engine.sample_rate, pause)
        self._resampler = open_resampler(self._engine.sample_rate, rate)
        self._chunker = Chunker(chunk_frames)
        self._failure: OSError | None = None
        self._called_off = False

    def serve(self, voices: list[str]) -> None:
        """Answer orders until the server goes away, which raises `EOFError` or `OSError`; load `voices` in between."""
        while True:
            self._warm(voices)
            kind, voice_length, first_frames, text_length = ORDER_HEADER.unpack(self._pipes.read(ORDER_HEADER.size))
            voice, text = self._pipes.read(voice_length), self._pipes.read(text_length)
            if kind == OrderKind.SPEAK:
                self._speak(voice.decode(), text, first_frames)

    def _warm(self, voices: list[str]) -> None:
        # Nothing is spoken: that would change the pitch of the first sentence.
        while voices and not self._pipes.asked():
            self._engine.use_voice(voices.pop(0))

    def _speak(self, voice: str, text: bytes, first_frames: int) -> None:
        if not self._engine.use_voice(voice):
            self._pipes.reply(ReplyKind.UNKNOWN_VOICE)
            return
        self._pipes.reply(ReplyKind.ACCEPTED)
        self._called_off = False
        self._chunker.begin(first_frames)
        done = self._engine.speak(text)
        rest = self._resampler.feed(self._trimmer.end()) + self._resampler.flush()
        if self._failure is not None:
            raise self._failure
        if self._called_off:
            self._pipes.reply(ReplyKind.CALLED_OFF)
            return
        self._send([*self._chunker.feed(rest), *self._chunker.end()])
        self._pipes.reply(ReplyKind.END if done else ReplyKind.FAILED)

    def _take(self, pcm: bytes) -> bool:
        self._called_off = self._pipes.asked()
        if self._called_off:
            return False
        try:
            self._send(self._chunker.feed(self._resampler.feed(self._trimmer.feed(pcm))))
        except OSError as failure:
            # Raising through the foreign frames would only be printed; `_speak` raises it.
            self._failure = failure
            return False
        return True

    def _send(self, chunks: list[bytes]) -> None:
        for chunk in chunks:
            self._pipes.reply(ReplyKind.SOUND, chunk)


def main(arguments: list[str]) -> int:
    """Serve until stdin closes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    pipes = Pipes(0, os.dup(1))
    # Whatever a library prints must not get between the replies.
    os.dup2(2, 1)
    _name, rate, words_per_minute, chunk_frames, pause, *voices = arguments
    try:
        process = SpeechProcess(pipes, int(rate), int(words_per_minute), int(chunk_frames), float(pause))
    except (OSError, ImportError, RuntimeError, AttributeError) as error:
        pipes.reply(ReplyKind.FAILED, str(error).encode())
        return 1
    try:
        pipes.reply(ReplyKind.READY)
        process.serve(voices)
    except (EOFError, OSError):
        return 0
    return 0


if __name__ == "__main__":
    # Nothing is buffered here, and the library's own clean-up at exit is not worth a crash.
    os._exit(main(sys.argv[1:]))
