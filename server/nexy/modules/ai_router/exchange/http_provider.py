"""A source of words behind HTTP, whatever its wire."""

from collections.abc import AsyncGenerator, Sequence

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.completions import Question
from nexy.contracts.routing import OpenAiBody, PassedBytes
from nexy.contracts.words import WordsBegun, WordsDelta
from nexy.modules.ai_router.exchange.dialect import Content, Dialect, Outgoing, Passing
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.exchange.post import Post
from nexy.modules.ai_router.provider import Enquiry, ProviderEvent


class HttpProvider:
    """Streams one answer per enquiry over the shared connections; a delta holds all that came in one read.

    An enquiry that is `passed` goes out as it came, and its answer comes back as it is, where the wire is the caller's.
    """

    free = False

    def __init__(
        self, dialect: Dialect, limits: WordsConfig, clock: Clock, pool: ConnectionPool, passing: Passing | None = None
    ) -> None:
        self._dialect = dialect
        self._limits = limits
        self._clock = clock
        self._pool = pool
        self._passing = passing

    @property
    def name(self) -> str:
        """The dialect's name."""
        return self._dialect.name

    @property
    def model(self) -> str:
        """The configured model."""
        return self._dialect.model

    def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
        """That it began, the answer as it comes, its usage where the server counts it, how it ended."""
        model = model or self.model
        if enquiry.passed is not None and self._passing is not None:
            return self._pass_on(self._passing, enquiry.passed, enquiry.question, model)
        return self._say(enquiry.question, model)

    async def close(self) -> None:
        """Nothing: the connections belong to whoever made the pool."""

    async def _say(self, question: Question, model: str) -> AsyncGenerator[ProviderEvent, None]:
        outgoing = self._dialect.outgoing(question, model)
        async with self._post(streamed=True) as post:
            await post.open(outgoing, question.texts)
            yield self._begun(question, outgoing, model)
            answer = self._dialect.reader(model)
            while not answer.done and (chunk := await post.read()):
                if contents := answer.feed(chunk):
                    if _speaks(contents):
                        post.heard()
                    for content in contents:
                        yield content
            finished = answer.finish()
            if answer.usage is not None:
                yield answer.usage
            yield finished
            await post.drain()

    async def _pass_on(
        self, passing: Passing, passed: OpenAiBody, question: Question, model: str
    ) -> AsyncGenerator[ProviderEvent, None]:
        outgoing = passing.outgoing(passed, model)
        async with self._post(streamed=passed.streamed) as post:
            await post.open(outgoing, question.texts)
            yield self._begun(question, outgoing, model)
            answer = passing.reader(passed, model)
            while not answer.done and (chunk := await post.read()):
                if data := answer.feed(chunk):
                    post.heard()
                    yield PassedBytes(data=data)
            if data := answer.rest():
                yield PassedBytes(data=data)
            finished = answer.finish()
            if answer.usage is not None:
                yield answer.usage
            yield finished
            await post.drain()

    def _post(self, *, streamed: bool) -> Post:
        return Post(self.name, self._limits, self._clock, self._pool, streamed=streamed)

    def _begun(self, question: Question, outgoing: Outgoing, model: str) -> WordsBegun:
        pictures = question.pictures if outgoing.pictures is None else outgoing.pictures
        return WordsBegun(provider=self.name, model=model, asked=question.texts, pictures=pictures)


def _speaks(contents: Sequence[Content]) -> bool:
    """Whether anything in it can be seen; blanks alone do not end the wait for the first token."""
    return any(not isinstance(one, WordsDelta) or not one.text.isspace() for one in contents)
