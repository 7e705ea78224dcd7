"""The endpoints of /v1/*."""

import base64
from array import array
from collections.abc import Sequence

import msgspec

from nexy.config.api_section import ApiConfig
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import Embeddings, ProviderFacts
from nexy.contracts.routing_table import OFFLINE
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.exchange import JSON, Exchange
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.json_bodies import BodyReader
from nexy.transport.http_service.openai import chat, shapes
from nexy.transport.http_service.openai.questions import chat_task
from nexy.transport.http_service.openai.refusals import refuse
from nexy.workflows.code_assistance import CodeAssistance

_encode = msgspec.json.Encoder().encode
_POSTED = (400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 503, 504)
_READ = (401, 403, 404, 405, 429, 500, 503)
OPENAI_PREFIX = "/v1/"
_MODELS = "/v1/models"
_HI = {"model": "auto", "messages": [{"role": "user", "content": "Write a debounce helper in TypeScript"}]}
_TEXTS = {"model": "auto", "input": ["retry with back-off", "exponential wait"]}
_AUTO = "auto"
_ANY_MODEL = frozenset(("", _AUTO, "default", "nexy"))


def openai_routes(assistance: CodeAssistance, callers: Callers, config: ApiConfig) -> tuple[FastRoute, ...]:
    """All of them."""
    door = _Door(assistance, callers, config)
    return (
        FastRoute(path="/v1/chat/completions", summary="Chat completions of the OpenAI wire", handler=door.chat,
                  refuse=refuse, body=shapes.ChatBody, reply=shapes.Completion, refusal=shapes.OpenAiError,
                  streams=True, statuses=_POSTED, example=_HI),
        FastRoute(path="/v1/embeddings", summary="Vectors of texts", handler=door.embeddings, refuse=refuse,
                  body=shapes.EmbeddingsBody, reply=shapes.EmbeddingList, refusal=shapes.OpenAiError,
                  statuses=_POSTED, example=_TEXTS),
        FastRoute(path=_MODELS, summary="Models that can be asked", handler=door.models, refuse=refuse, method="GET",
                  reply=shapes.ModelList, refusal=shapes.OpenAiError, statuses=_READ),
        FastRoute(path=f"{_MODELS}/{{model}}", summary="One model", handler=door.model, refuse=refuse, method="GET",
                  reply=shapes.ModelShape, refusal=shapes.OpenAiError, statuses=_READ,
                  places={"model": "its id, which may hold slashes"}),
    )  # fmt: skip


class _Door:
    """Read, hand down, write."""

    def __init__(self, assistance: CodeAssistance, callers: Callers, config: ApiConfig) -> None:
        self._assistance = assistance
        self._callers = callers
        self._config = config
        self._chats = BodyReader(shapes.ChatBody, config.limits)
        self._texts = BodyReader(shapes.EmbeddingsBody, config.limits)

    async def chat(self, exchange: Exchange) -> None:
        """A conversation."""
        payer = await self._callers.admit(exchange)
        raw = await exchange.body(self._config.max_body_bytes, self._config.limits.body_seconds)
        body = self._chats.read(raw, exchange.heads.get(b"content-type", b""))
        task = chat_task(body, raw, exchange.request_id, payer)
        async with exchange.watched():
            if body.stream:
                options = body.stream_options
                with_usage = options is not None and bool(options.include_usage)
                await chat.stream(exchange, self._assistance, task, with_usage=with_usage)
            else:
                await chat.whole(exchange, self._assistance, task)

    async def embeddings(self, exchange: Exchange) -> None:
        """Vectors."""
        payer = await self._callers.admit(exchange)
        raw = await exchange.body(self._config.max_body_bytes, self._config.limits.body_seconds)
        body = self._texts.read(raw, exchange.heads.get(b"content-type", b""))
        texts = [body.input] if isinstance(body.input, str) else body.input
        model = "" if body.model in _ANY_MODEL else body.model
        async with exchange.watched():
            found = await self._assistance.embed(payer, exchange.request_id, texts, model)
        await exchange.reply(200, _encode(_embedding_list(found, body.encoding_format)), JSON)

    async def models(self, exchange: Exchange) -> None:
        """Every configured model, and `auto`, which leaves the choice to the routing table."""
        await self._callers.admit(exchange)
        known = _models_of(await self._assistance.providers())
        await exchange.reply(200, _encode(shapes.ModelList(data=known)))

    async def model(self, exchange: Exchange) -> None:
        """One of them, by its id or by the model's name alone."""
        await self._callers.admit(exchange)
        name = exchange.path.removeprefix(f"{_MODELS}/")
        known = _models_of(await self._assistance.providers())
        found = next((one for one in known if name in (one.id, one.id.partition("/")[2])), None)
        if found is None:
            raise ValidationFailed("There is no such model.", code="unknown_model", field="model")
        await exchange.reply(200, _encode(found))


def _models_of(facts: Sequence[ProviderFacts]) -> Sequence[shapes.ModelShape]:
    models = [shapes.ModelShape(id=_AUTO, owned_by="nexy")]
    for one in facts:
        if one.configured and one.allowed:
            name = OFFLINE if one.name == OFFLINE else f"{one.name}/{one.model}"
            models.append(shapes.ModelShape(id=name, owned_by=one.name))
    return models


def _embedding_list(found: Embeddings, form: str) -> shapes.EmbeddingList:
    return shapes.EmbeddingList(
        data=[
            shapes.EmbeddingShape(embedding=_packed(vector) if form == "base64" else list(vector), index=index)
            for index, vector in enumerate(found.vectors)
        ],
        model=found.model,
        usage=shapes.Spent(prompt_tokens=found.input_tokens, total_tokens=found.input_tokens),
    )


def _packed(vector: Sequence[float]) -> str:
    """32-bit numbers, the lowest byte first."""
    return base64.b64encode(array("f", vector).tobytes()).decode()
