"""A stream that is passed on as it is: looked at only for its first content, its usage, its end and its errors.

Keys are found as bytes: inside a JSON string their quotation marks would be escaped. Events that may hold one of them
are decoded, and all up to the first content; everything else goes on unread.
"""

from collections.abc import Iterable

import msgspec

from nexy.contracts.completions import Finished, FinishReason
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.exchange.failures import died, garbage
from nexy.modules.ai_router.openai.reader import decoded
from nexy.modules.ai_router.openai.wire import Frame, decode_identity, finish_reason, usage_of

_DONE = b"[DONE]"
_ENDS = (b"data: [DONE]\n\n", b"data: [DONE]\r\n\r\n", b"data:[DONE]\n\n")


class PassedStream:
    """Gives out whole events: nothing before the first content, then all that came, byte by byte.

    `keep_usage`: the caller asked for the event that holds nothing but the usage; otherwise it is ours alone.
    `max_line_bytes` bounds an event, and how much may come before the first content, `max_bytes` the whole stream.
    """

    __slots__ = (
        "_begun", "_ended", "_held", "_keep_usage", "_left", "_max_held",
        "_model", "_provider", "_tail", "done", "usage",
    )  # fmt: skip

    def __init__(self, *, provider: str, model: str, keep_usage: bool, max_line_bytes: int, max_bytes: int) -> None:
        self._provider = provider
        self._model = model
        self._keep_usage = keep_usage
        self._max_held = max_line_bytes
        self._left = max_bytes
        self._tail = bytearray()
        self._held = bytearray()
        self._begun = False
        self._ended: FinishReason | None = None
        self.done = False
        self.usage: WordsUsage | None = None

    def feed(self, chunk: bytes) -> bytes:
        """What may be passed on now."""
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge("The language model's answer is too long.", code="provider_answer_too_large")
        whole = self._whole_events(chunk)
        if not whole:
            return whole
        if whole.endswith(_ENDS):
            self.done = True
        if not self._begun or _tells(whole):
            whole = self._look(whole)
        return whole if self._begun else self._hold(whole)

    def rest(self) -> bytes:
        """The end of a stream that closes without an empty line; of one that breaks off nothing, since an event that
        nothing ends would run into the one that tells of it.
        """
        last = bytes(self._tail)
        self._tail.clear()
        if last:
            last = self._look_at_the_end(last)
            self.done = self.done or _data_of(last) == _DONE
        return last if self._begun and (self.done or self._ended is not None) else b""

    def finish(self) -> Finished:
        """Why it ended; raises `Unavailable` when the stream ended before its answer did."""
        if self._ended is None and not self.done:
            raise died()
        return Finished(reason=self._ended or FinishReason.STOP)

    def _whole_events(self, chunk: bytes) -> bytes:
        tail = self._tail
        if not tail and chunk.endswith(b"\n\n"):
            return chunk
        start = max(len(tail) - 3, 0)
        tail += chunk
        plain, carriage = tail.rfind(b"\n\n", start), tail.rfind(b"\n\r\n", start)
        cut = max(plain + 2 if plain >= 0 else 0, carriage + 3 if carriage >= 0 else 0)
        whole = bytes(tail[:cut])
        del tail[:cut]
        if len(tail) > self._max_held:
            raise garbage()
        return whole

    def _hold(self, whole: bytes) -> bytes:
        self._held += whole
        if len(self._held) > self._max_held:
            raise Unavailable("The language model server sends nothing of use.", code="provider_garbage")
        return b""

    def _look(self, whole: bytes) -> bytes:
        """Decode these events; all of them again, but for a usage that only we asked for."""
        kept = b"".join([event for event in _events(whole) if self._read(event)])
        if self._begun and self._held:
            kept = bytes(self._held) + kept
            self._held.clear()
        return kept

    def _look_at_the_end(self, last: bytes) -> bytes:
        """Half an event is what is left of a server that died: nobody can say that it sent garbage."""
        try:
            return self._look(last)
        except Unavailable as failure:
            if failure.code == garbage().code:
                raise died() from failure
            raise

    def _read(self, event: bytes) -> bool:
        """Learn from one event; whether it is to be passed on."""
        if self._begun and not _tells(event):
            return True
        data = _data_of(event)
        if not data or data == _DONE:
            return True
        frame = decoded(data)
        if frame.usage is not None:
            try:
                identity = decode_identity(data)
            except ValueError as broken:
                raise garbage() from broken
            self.usage = usage_of(frame.usage, identity, provider=self._provider, model=self._model)
        for choice in frame.choices or ():
            if choice.finish_reason is not None:
                self._ended = finish_reason(choice.finish_reason)
        self._begun = self._begun or _speaks(frame, data)
        return self._keep_usage or frame.usage is None or bool(frame.choices)


class _Thought(msgspec.Struct, gc=False):
    """What servers call the words before the answer; the caller may show them."""

    reasoning_content: str | None = None
    reasoning: str | None = None


class _ThinkingChoice(msgspec.Struct, gc=False):
    delta: _Thought | None = None


class _Thinking(msgspec.Struct, gc=False):
    choices: list[_ThinkingChoice] | None = None


_decode_thinking = msgspec.json.Decoder(_Thinking).decode


def _speaks(frame: Frame, data: bytes) -> bool:
    """Whether somebody at the other end sees anything of this: words, a call, thoughts, or why there are none."""
    for choice in frame.choices or ():
        delta = choice.delta
        if delta is not None and (delta.tool_calls or (delta.content or delta.refusal or "").strip()):
            return True
        if choice.finish_reason is not None and finish_reason(choice.finish_reason) is not FinishReason.STOP:
            return True
    return b'"reasoning' in data and _thinks(data)


def _thinks(data: bytes) -> bool:
    try:
        choices = _decode_thinking(data).choices or ()
    except ValueError:
        return False
    return any(one.delta and (one.delta.reasoning_content or one.delta.reasoning) for one in choices)


def _tells(events: bytes) -> bool:
    """Whether there may be a usage, an end or an error in them."""
    return (
        b'"prompt_tokens"' in events
        or b'"finish_reason":"' in events
        or b'"finish_reason": "' in events
        or b'"error"' in events
    )


def _events(whole: bytes) -> Iterable[bytes]:
    """Each event with the empty line that ends it, its bytes as they came."""
    if b"\r" not in whole:
        *ended, rest = whole.split(b"\n\n")
        yield from [event + b"\n\n" for event in ended]
        if rest:
            yield rest
        return
    event: list[bytes] = []
    for line in whole.splitlines(keepends=True):
        event.append(line)
        if line in (b"\n", b"\r\n"):
            yield b"".join(event)
            event.clear()
    if event:
        yield b"".join(event)


def _data_of(event: bytes) -> bytes:
    lines = [line[5:].strip() for line in event.splitlines() if line.startswith(b"data:")]
    return b"\n".join(lines)
