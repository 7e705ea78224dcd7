"""Where Gemini's requests go, and what refusals mean."""

import msgspec
import pytest

from nexy.config.ai_router_section import GeminiConfig, WordsConfig
from nexy.contracts.completions import Message, Question, Role
from nexy.contracts.errors import ConfigurationInvalid, NexyError
from nexy.modules.ai_router.gemini.dialect import GeminiDialect
from support.fake_gemini import FakeGemini
from support.fake_script import Script
from support.provider_wires import ANSWER, QUESTION, WIRES, Heard, speaking

ASKED = Question(messages=(Message(role=Role.USER, text="Hello?"),))
[WIRE] = [wire for wire in WIRES if wire.name == "gemini"]


def dialect(*, private: bool = True, **gemini: str) -> GeminiDialect:
    return GeminiDialect(WordsConfig(gemini=GeminiConfig(**gemini), allow_private_addresses=private))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "begin"),
    [
        ("", "https://generativelanguage.googleapis.com/v1beta/models/"),
        ("https://gateway.example/google/", "https://gateway.example/google/v1beta/models/"),
        ("https://gateway.example/v1beta", "https://gateway.example/v1beta/models/"),
    ],
)
def test_the_address(base: str, begin: str) -> None:
    """The vendor's own unless another one is set, with or without the version; the stream as events."""
    url = dialect(base_url=base).outgoing(ASKED, "gemini-x").url
    assert url == begin + "gemini-x:streamGenerateContent?alt=sse"


def test_the_key_stands_in_a_header_alone() -> None:
    """Gemini API overview: x-goog-api-key; addresses are logged everywhere, and a request may be printed."""
    outgoing = dialect(api_key=" AIza1 ").outgoing(ASKED, "m")
    assert outgoing.headers["x-goog-api-key"] == "AIza1"
    assert "AIza1" not in outgoing.url + repr(outgoing) + outgoing.body.decode()
    assert "x-goog-api-key" not in dialect().outgoing(ASKED, "m").headers


@pytest.mark.parametrize(
    "model", ["a/../../b", "a?key=1#x", "a b:c", "модель", "..", "a%2Fb", "x\r\ny", "\ud83d", "models/gemini-x"]
)
async def test_odd_names_of_models_stay_one_segment_of_the_path(model: str) -> None:
    """Whatever a model is called, the request arrives at the route of models, with nothing but `alt` in its query."""
    async with FakeGemini() as fake:
        fake.play(Script(answer=ANSWER))
        async with speaking(WIRE, fake) as provider:
            heard = await Heard().listen(provider, QUESTION, model)
        [asked] = fake.requests
    assert heard.text == ANSWER
    path, _, query = asked.path.partition("?")
    assert query == "alt=sse"
    assert path.startswith("/v1beta/models/")
    assert path.endswith(":streamGenerateContent")
    assert path.count("/") == 3


def test_an_empty_model_is_the_configured_one() -> None:
    """Whoever does not care leaves it empty."""
    assert "/gemini-y:" in dialect(model="gemini-y").outgoing(ASKED, "").url


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ai_router.gemini.base_url", {"base_url": "ftp://x"}),
        ("ai_router.gemini.base_url", {"base_url": "https://x?key=secret"}),
        ("ai_router.gemini.base_url", {"base_url": "http://10.0.0.1"}),
        ("ai_router.gemini.api_key", {"api_key": "ключ"}),
    ],
)
def test_values_that_cannot_be_used_are_named(field: str, values: dict[str, str]) -> None:
    """The key's path and its variable, never the value."""
    with pytest.raises(ConfigurationInvalid) as caught:
        dialect(private=False, **values)
    assert caught.value.field == field
    assert "GEMINI_" in caught.value.message
    assert "secret" not in caught.value.message


def judged(status: int, body: bytes) -> NexyError | None:
    judge = dialect().outgoing(ASKED, "m").judge
    assert judge is not None
    return judge(status, body)


def error(status: str, *details: object) -> bytes:
    return msgspec.json.encode({"error": {"code": 400, "message": "no", "status": status, "details": details}})


def test_a_bad_key_comes_as_a_bad_request() -> None:
    """google.rpc.ErrorInfo: the operator's matter, so the next provider is asked."""
    failure = judged(400, error("INVALID_ARGUMENT", {"@type": "…ErrorInfo", "reason": "API_KEY_INVALID"}))
    assert failure is not None
    assert failure.code == "provider_auth"


def test_a_country_without_the_free_tier_is_a_matter_of_payment() -> None:
    """Gemini docs, "Troubleshooting guide": FAILED_PRECONDITION wants billing."""
    failure = judged(400, error("FAILED_PRECONDITION"))
    assert failure is not None
    assert failure.code == "provider_402"


@pytest.mark.parametrize(("delay", "seconds"), [("7s", 7.0), ("37.5s", 37.5), ("0s", 0.0)])
def test_the_time_to_wait_stands_in_the_body(delay: str, seconds: float) -> None:
    """google.rpc.RetryInfo: Google sends no Retry-After."""
    failure = judged(429, error("RESOURCE_EXHAUSTED", {"@type": "…QuotaFailure"}, {"retryDelay": delay}))
    assert failure is not None
    assert (failure.code, failure.retry_after_seconds) == ("provider_429", seconds)


@pytest.mark.parametrize("delay", ["", "s", "7", "nans", "-3s", "1e9s", "٣s", "9" * 30 + "s", "1.2.3s"])
def test_strange_times_to_wait_are_none(delay: str) -> None:
    """Then the status says it all."""
    assert judged(429, error("RESOURCE_EXHAUSTED", {"retryDelay": delay})) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"error": {}}', b'{"error": "no"}', b"[" * 9000, b"{}"])
def test_other_bodies_leave_it_to_the_status(body: bytes) -> None:
    """Whatever a gateway in between writes."""
    assert judged(500, body) is None


@pytest.mark.parametrize(("wanted", "budget"), [(0, {"thinkingBudget": 0}), (-1, None)])
def test_the_configuration_says_how_much_is_thought(wanted: int, budget: object) -> None:
    """Nothing by default, so that a short answer is not spent on thoughts; -1 leaves it to the model."""
    made = GeminiDialect(WordsConfig(gemini=GeminiConfig(thinking_tokens=wanted)))
    chosen = msgspec.json.decode(made.outgoing(ASKED, "gemini-2.5-flash").body)["generationConfig"]
    assert chosen.get("thinkingConfig") == budget
    assert GeminiConfig().thinking_tokens == 0
