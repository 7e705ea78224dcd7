"""The tables of AI_ROUTER.md, read off the router and the HTTP doors."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from markdown_table import code, table

from nexy.config.ai_router_section import WordsConfig
from nexy.config.leaf import all_leaves
from nexy.config.routing_file import TASK_TYPES, packaged_routing
from nexy.contracts.errors import DeadlineExceeded, ErrorType, NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import AllProvidersFailed
from nexy.contracts.routing_table import PROVIDERS
from nexy.modules.ai_router.anthropic import dialect as claude
from nexy.modules.ai_router.exchange import failures
from nexy.modules.ai_router.gemini import dialect as gemini
from nexy.modules.ai_router.openai import dialect as openai
from nexy.modules.ai_router.routing.blame import is_callers_own, may_be_asked_again
from nexy.modules.ai_router.variables import variables_of
from nexy.transport.http_service.api import shapes as api
from nexy.transport.http_service.api.refusals import refusal_of
from nexy.transport.http_service.http_errors import _STATUS_OF_CODE, status_of
from nexy.transport.http_service.openai import shapes as wire
from nexy.transport.http_service.openai.refusals import openai_refusal, openai_status
from nexy.transport.http_service.shape_words import fields_of

_BODIES: Mapping[str, type[msgspec.Struct]] = {
    "/api/v1/route": api.RouteBody,
    "/api/v1/generate": api.GenerateBody,
    "/api/v1/analyze": api.AnalyzeBody,
    "/api/v1/complete": api.CompleteBody,
    "/api/v1/explain": api.ExplainBody,
    "/api/v1/search": api.SearchBody,
    "/api/v1/feedback": api.FeedbackBody,
    "/v1/chat/completions": wire.ChatBody,
    "/v1/embeddings": wire.EmbeddingsBody,
}
_WIRES = {
    "claude": ("Anthropic Messages", claude._ANTHROPIC),
    "openai": ("OpenAI chat completions; on `/v1/*` its events are passed on untouched", openai._OPENAI),
    "gemini": ("Gemini generateContent", gemini._GOOGLE),
    "ollama": ("Ollama chat", ""),
}


def providers() -> str:
    """Every provider of a model: what makes it a provider here, where it is asked and for which model."""
    rows = []
    for name in PROVIDERS:
        wire, address = _WIRES[name]
        variables = {key: all_leaves()[f"ai_router.{name}.{key}"].env for key in ("base_url", "model")}
        model = getattr(WordsConfig(), name).model
        set_it = " or ".join(code(variable) for variable in variables_of(name).split(" or "))
        where = code(variables["base_url"]) + (f", else {code(address)}" if address else "")
        rows.append((code(name), wire, set_it, where, f"{code(variables['model'])}, else {code(model)}"))
    return table(("provider", "wire", "used when set", "address", "model"), rows)


def routing_rules() -> str:
    """The packaged rules, first to last."""
    rows = [
        (", ".join(code(name) for name in TASK_TYPES if name in rule.task_types),
         " → ".join((*rule.providers, "offline")), str(rule.prefer))
        for rule in packaged_routing().rules
    ]  # fmt: skip
    return table(("task types", "asked in this order", "prefer"), rows)


def api_errors() -> str:
    """Every refusal of the HTTP API in both of its forms."""
    rows = [
        (f"{status_of(error)} {code(refusal_of(error, '').error.code)}", _on_the_openai_wire(error),
         error.taxonomy.client_action)
        for error in _refusals()
    ]  # fmt: skip
    return table(("/api/v1/*: status, `error.code`", "/v1/*: status, `error.type`, `error.code`", "what to do"), rows)


def _on_the_openai_wire(error: NexyError) -> str:
    body = msgspec.json.decode(openai_refusal(error))["error"]
    return f"{openai_status(error)} {code(body['type'])} {code(body['code'])}"


def _refusals() -> Iterator[NexyError]:
    for name in _STATUS_OF_CODE:
        yield DeadlineExceeded("", code=name) if name == "body_timeout" else ValidationFailed("", code=name)
    for kind in sorted(_classes(), key=lambda kind: kind("").taxonomy.http_status):
        if kind.error_type not in (ErrorType.CANCELLED_BY_USER, ErrorType.STREAM_LIMIT_EXCEEDED):
            yield kind("")
    yield ValidationFailed("", code="unknown_model", field="model")
    yield ValidationFailed("", code="not_able", field="response_format")
    yield Unavailable("", code="no_embedder")
    yield AllProvidersFailed("", ())


def _classes() -> Sequence[type[NexyError]]:
    """One class of each type, the first that was written."""
    found: dict[ErrorType, type[NexyError]] = {}
    for kind in NexyError.__subclasses__():
        found.setdefault(kind.error_type, kind)
    return list(found.values())


_FAILURES: Mapping[NexyError, str] = {
    Unavailable("", code="provider_unreachable"): "no connection: refused, name not found, TLS failed",
    DeadlineExceeded("", code="provider_connect_timeout"): "no connection in time",
    DeadlineExceeded("", code="provider_first_token_timeout"): "connected, and said nothing in time",
    DeadlineExceeded("", code="provider_between_tokens_timeout"): "fell silent amid the answer",
    DeadlineExceeded("", code="provider_whole_answer_timeout"): "the whole answer took too long",
    failures.failed_with(429, 1): "rate limit, with Retry-After",
    failures.failed_with(402): "no credit left at the provider",
    failures.failed_with(503): "its own fault; likewise every 5xx",
    Unavailable("", code="provider_error"): "an error of a kind that has no status, in a stream",
    failures.died(): "the answer broke off",
    failures.garbage(): "what came is not of the wire",
    Unavailable("", code="provider_empty"): "an answer without content",
    ValidationFailed("", code="provider_blocked"): "its own filter withholds the answer, or the question",
    Unavailable("", code="provider_answer_too_large"): "longer than `ai_router.max_answer_bytes`",
    failures.failed_with(401): "the configured key is refused (401, 403)",
    failures.refusal(400, "", ""): "the request itself is refused (other 4xx)",
    Unavailable("", code="provider_private_address"): "its name leads into a private network, which is forbidden",
}


def attempt_errors() -> str:
    """Why a try came to nothing, whether the same provider is asked again, and whether its breaker counts it."""
    rows = [
        (code(failure.code), meaning, _yes(may_be_asked_again(failure)), _yes(not is_callers_own(failure)))
        for failure, meaning in _FAILURES.items()
    ]
    rows += [
        (code("not_configured"), "left out: its variable is not set", "–", "–"),
        (code("not_allowed"), "left out: LLM_PROVIDER names another", "–", "–"),
        (code("breaker_open"), "left out: it failed too often in a row", "–", "–"),
        (code("context_too_small"), "left out: its model reads less than the question has", "–", "–"),
        (code("not_able"), "left out: only a model can do what the request asks for", "–", "–"),
    ]
    return table(("`attempts[].error`", "meaning", "asked again", "counts for the breaker"), rows)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def door_fields() -> str:
    """What every door takes, field by field; a field may stand in several shapes, so each has its own rows."""
    rows = [
        (
            code(door) if first else "",
            code(field.name) + (" *" if field.required else ""),
            field.takes,
            code(field.default),
        )
        for door, shape in _BODIES.items()
        for first, field in ((field is fields[0], field) for fields in (fields_of(shape),) for field in fields)
    ]
    return table(("door", "field", "what it takes", "default"), rows)


ROUTER_BLOCKS: Mapping[str, Callable[[], str]] = {
    "providers": providers,
    "routing-rules": routing_rules,
    "api-errors": api_errors,
    "attempt-errors": attempt_errors,
    "door-fields": door_fields,
}
