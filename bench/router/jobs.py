"""What is asked, and how to know that the whole answer came."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from bench.router.client import Reply, post
from bench.router.provider import ANTHROPIC_MODEL, ANTHROPIC_PATH, OPENAI_MODEL, OPENAI_PATH

KEY = "sk-bench-0123456789abcdef0123456789abcdef"
_PROMPT = "Please write a function that reads a file of numbers, one per line, and gives their sum. " * 8
_MESSAGES = [{"role": "system", "content": "You are brief."}, {"role": "user", "content": _PROMPT}]
_CHAT = OPENAI_PATH.decode()
_ROUTE = "/api/v1/route"
Check = Callable[[Reply], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One kind of request; `baseline` is the same work where nobody translates.

    `check` says of our reply whether it is complete and true; whoever passes on has to give `passed`, byte by byte.
    """

    name: str
    request: bytes
    baseline: bytes
    check: Check
    streamed: bool = False
    passed: bytes = b""

    def passing(self, reply: bytes) -> "Job":
        """The same, once it is known what the provider says to it."""
        same = self.request == self.baseline
        return replace(self, passed=reply, check=_is(reply) if same else self.check)


def _json(**members: object) -> bytes:
    return msgspec.json.encode(members)


def _chat(model: str, *, streamed: bool) -> bytes:
    usage = {"stream_options": {"include_usage": True}} if streamed else {}
    return post(_CHAT, _json(model=model, messages=_MESSAGES, max_tokens=1024, stream=streamed, **usage), KEY)


def _claude() -> bytes:
    """What Claude's own wire is asked for all jobs that it answers: always a stream."""
    body = _json(model=ANTHROPIC_MODEL, max_tokens=1024, messages=_MESSAGES[1:], stream=True)
    return post(ANTHROPIC_PATH.decode(), body, KEY)


def _route(*, streamed: bool) -> bytes:
    return post(_ROUTE, _json(task_type="code_review", prompt=_PROMPT, stream=streamed, max_tokens=1024), KEY)


def jobs(words: str) -> "Jobs":
    """All of them, where the provider's answer is `words`."""
    whole, stream = _chat(OPENAI_MODEL, streamed=False), _chat(OPENAI_MODEL, streamed=True)
    return Jobs(
        whole=Job(name="OpenAI passed on", request=whole, baseline=whole, check=_never),
        stream=Job(name="OpenAI passed on", request=stream, baseline=stream, check=_never, streamed=True),
        others=(
            _translated("Claude answers /v1", _chat(ANTHROPIC_MODEL, streamed=False), _says(words, _text_of_chat)),
            _translated("Claude answers /v1", _chat(ANTHROPIC_MODEL, streamed=True), _streams(words, _text_of_chunk)),
            _translated("/api/v1/route, Claude", _route(streamed=False), _says(words, _text_of_route)),
            _translated("/api/v1/route, Claude", _route(streamed=True), _streams(words, _text_of_delta)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The two that are judged, and the others."""

    whole: Job
    stream: Job
    others: tuple[Job, ...]


def _translated(name: str, request: bytes, check: Check) -> Job:
    return Job(name=name, request=request, baseline=_claude(), check=check, streamed=b'"stream":true' in request)


def _never(_: Reply) -> bool:
    return False


def _is(body: bytes) -> Check:
    return lambda reply: reply.status == 200 and reply.body == body


def _says(words: str, text_of: Callable[[bytes], str]) -> Check:
    return lambda reply: reply.status == 200 and text_of(reply.body) == words


def _streams(words: str, text_of: Callable[[bytes], str]) -> Check:
    def check(reply: Reply) -> bool:
        lines = (line[6:] for line in reply.body.split(b"\n") if line.startswith(b"data: {"))
        return reply.status == 200 and "".join(map(text_of, lines)) == words

    return check


class _Text(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Text = _Text()
    delta: _Text = _Text()


class _Chat(msgspec.Struct):
    choices: list[_Choice] = []


class _Delta(msgspec.Struct):
    text: str = ""


_decode_chat = msgspec.json.Decoder(_Chat).decode
_decode_text = msgspec.json.Decoder(_Text).decode
_decode_delta = msgspec.json.Decoder(_Delta).decode


def _text_of_chat(body: bytes) -> str:
    choices = _decode_chat(body).choices
    return (choices[0].message.content or "") if choices else ""


def _text_of_chunk(body: bytes) -> str:
    choices = _decode_chat(body).choices
    return (choices[0].delta.content or "") if choices else ""


def _text_of_route(body: bytes) -> str:
    return _decode_text(body).content or ""


def _text_of_delta(body: bytes) -> str:
    return _decode_delta(body).text
