"""What differs between the wires: how a question is written, and how the bytes of an answer are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nexy.contracts.completions import Finished, Question, ToolCallDelta
from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Embeddings, OpenAiBody
from nexy.contracts.words import WordsDelta, WordsUsage

Content = WordsDelta | ToolCallDelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A POST to a provider; the headers carry its key.

    `pictures`: how many of the question's images are in it, None for all. `remedies`: what can be done about a
    refusal with this status, a sentence that follows the provider's own reason. `judge`: what the body of an answer
    says that its status (any but 200) does not; None where the status says it all.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    pictures: int | None = None
    remedies: Mapping[int, str] = field(default_factory=dict)
    judge: Callable[[int, bytes], NexyError | None] | None = field(default=None, repr=False)


class AnswerReader(Protocol):
    """Reads one streamed answer from bytes, without a socket; every failure of the wire is a `NexyError`."""

    @property
    def done(self) -> bool:
        """Whether the wire has said that nothing more comes."""
        ...

    @property
    def usage(self) -> WordsUsage | None:
        """What the provider counted, so far."""
        ...

    def feed(self, chunk: bytes) -> Sequence[Content]:
        """The content that this chunk completes, the words of one chunk as one delta; raises what the wire reports."""
        ...

    def finish(self) -> Finished:
        """How the answer ended; raises `Unavailable` (provider_died) when the stream ended before its answer did."""
        ...


class Dialect(Protocol):
    """One wire, with the address, key and limits of one configured provider."""

    @property
    def name(self) -> str:
        """The provider's name."""
        ...

    @property
    def model(self) -> str:
        """The configured model."""
        ...

    def outgoing(self, question: Question, model: str) -> Outgoing:
        """The request for a streamed answer; raises `ValidationFailed` for what this wire cannot carry."""
        ...

    def reader(self, model: str) -> AnswerReader:
        """A reader for one answer of this model."""
        ...


class PassingReader(Protocol):
    """Looks at the bytes of an answer that are passed on as they are; raises like `AnswerReader`."""

    @property
    def done(self) -> bool:
        """Whether the wire has said that nothing more comes."""
        ...

    @property
    def usage(self) -> WordsUsage | None:
        """What the provider counted, so far."""
        ...

    def feed(self, chunk: bytes) -> bytes:
        """What may be passed on now: nothing before the first content, then everything that came."""
        ...

    def rest(self) -> bytes:
        """What is left to pass on at the end; nothing where the whole answer was empty."""
        ...

    def finish(self) -> Finished:
        """How the answer ended, asked for after `rest`; raises `Unavailable` (provider_died) like `AnswerReader`."""
        ...


class Passing(Protocol):
    """The part of a dialect whose callers speak the same wire."""

    def outgoing(self, passed: OpenAiBody, model: str) -> Outgoing:
        """The caller's own request to this model; raises `ValidationFailed` for a body that is no object."""
        ...

    def reader(self, passed: OpenAiBody, model: str) -> PassingReader:
        """A reader for the answer to this request."""
        ...


class EmbeddingDialect(Protocol):
    """The part of a wire that gives vectors."""

    @property
    def name(self) -> str:
        """The provider's name."""
        ...

    @property
    def model(self) -> str:
        """The configured model for vectors."""
        ...

    def outgoing(self, texts: Sequence[str], model: str) -> Outgoing:
        """The request for one vector per text."""
        ...

    def read(self, body: bytes, model: str) -> Embeddings:
        """The vectors of a whole answer; raises `Unavailable` (provider_garbage) for what is no answer."""
        ...
