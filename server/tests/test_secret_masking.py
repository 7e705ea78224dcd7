"""No secret reaches a log line or `nexy config show`, by whatever way it comes."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.unified_config import load_config, masked
from nexy.contracts.errors import ConfigurationInvalid
from nexy.utils.logging_formatter import LineFormatter, setup_logging
from nexy.utils.masking import Masker

TAIL = "CanaryCanaryCanaryCanaryCanary00"

# Every text holds "Canary" only inside its secret.
FORMS = {
    "openai": f"sk-{TAIL}",
    "openai project": f"sk-proj-{TAIL}_{TAIL}-AA",
    "anthropic": f"sk-ant-api03-{TAIL}-AA",
    "gemini": f"AIzaSy{TAIL}",
    "gemini new": f"AQ.Ab8{TAIL}",
    "google oauth": f"ya29.a0{TAIL}",
    "azure": f"{TAIL}{'x' * 20}JQQJ99{TAIL}",
    "azure header": f"Ocp-Apim-Subscription-Key: {TAIL}",
    "azure storage": f"DefaultEndpointsProtocol=https;AccountName=nexy;AccountKey={TAIL}==;EndpointSuffix=x",
    "azure shared access": f"https://x.blob.core.windows.net/a?sv=2024&sig={TAIL}%3D&se=2027",
    "own key": f"nexy_{TAIL}{TAIL}",
    "own device token": f"sent nexy_device_{TAIL}{TAIL} by",
    "stripe secret": f"sk_live_{TAIL}",
    "stripe restricted": f"rk_test_{TAIL}",
    "stripe webhook": f"whsec_{TAIL}",
    "slack bot": f"xoxb-123456-{TAIL}",
    "slack app": f"xapp-1-{TAIL}",
    "slack webhook": f"https://hooks.slack.com/services/T0/B0/{TAIL}",
    "discord webhook": f"https://discord.com/api/webhooks/123/{TAIL}",
    "github classic": f"ghp_{TAIL}",
    "github server": f"ghs_{TAIL}",
    "github fine": f"github_pat_11AA_{TAIL}",
    "gitlab": f"glpat-{TAIL}",
    "hugging face": f"hf_{TAIL}",
    "telegram": f"1234567890:AAH{TAIL}",
    "bearer": f"Bearer {TAIL}",
    "authorization": f"Authorization: Basic {TAIL}",
    "cookie": f"Cookie: session={TAIL}; other=1",
    "jwt": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0{TAIL}.{TAIL}",
    "jwt unsigned": f"eyJhbGciOiJub25lIn0.eyJ{TAIL}.",
    "jwe": f"eyJhbGciOiJkaXIifQ..{TAIL}.{TAIL}.{TAIL}",
    "url password": f"postgresql://nexy:{TAIL}@db.example:5432/nexy",
    "url password with at": f"redis://:{TAIL}@{TAIL}@cache:6379/0",
    "url password with slash": f"amqp://nexy:{TAIL}/{TAIL}@queue/",
    "query key": f"https://example.test/v1/models?key={TAIL}&alt=sse",
    "password=": f"password={TAIL}",
    "passwd quoted": f"passwd = '{TAIL} {TAIL}'",
    "json password": f'{{"password": "{TAIL} {TAIL}", "user": "ada"}}',
    "json in json": json.dumps(json.dumps({"api_key": f"{TAIL} {TAIL}"})),
    "python repr": repr({"client_secret": f"{TAIL} {TAIL}"}),
    "variable": f"OPENAI_API_KEY={TAIL}",
    "x-api-key": f"x-api-key: {TAIL}",
    "camel case": f'{{"accessToken":"{TAIL}"}}',
    "secret access key": f"aws_secret_access_key={TAIL}",
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{TAIL}\n{TAIL}\n-----END RSA PRIVATE KEY-----",
    "private key cut": f"-----BEGIN PRIVATE KEY-----\n{TAIL}",
}

HARMLESS = (
    "session 0b1f7a0e-8a51-4f0e-9c37-2f7d4bb6c9aa",
    "trace 4bf92f3577b34da6a3ce929d0e0e4736",
    "task-1234567890123456 desk-abcdefghijklmnop",
    "max_tokens=1024 tokens: 12",
    "http://127.0.0.1:8080/status",
    "peer ipv4:127.0.0.1:50051",
    "scripts/check_grpc_health.py localhost 8080",
    "the key of the door is under the mat",
    "nexy_outbox_records_waiting_for_the_database_seconds_bucket",
    "Открываю Телеграм: пароль не нужен",
)


@dataclass
class Section:
    level: str = "INFO"
    format: str = "text"


@dataclass
class Log:
    """A real logger with a real stream."""

    stream: io.StringIO
    logger: logging.Logger

    @property
    def written(self) -> str:
        return self.stream.getvalue()

    def lines_of(self, way: str, secret: str) -> str:
        """What this way of logging this secret adds."""
        before = len(self.written)
        WAYS[way](self.logger, secret)
        return self.written[before:]


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    handler = setup_logging(Section(format=request.param), stream, ["Known Canary 7", 'quoted"Canary', "Ca#nary/+"])
    # A logger of its own: pytest's handler fails a test whose log call has arguments that do not fit.
    logger = logging.Logger("nexy.test")
    logger.addHandler(handler)
    yield Log(stream, logger)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def raised(secret: str) -> Exception:
    try:
        try:
            raise OSError(f"inner {secret}")
        except OSError as inner:
            raise RuntimeError(secret) from inner
    except RuntimeError as failure:
        return failure


WAYS: dict[str, Callable[[logging.Logger, str], None]] = {
    "message": lambda log, secret: log.info(f"found {secret} here"),
    "argument": lambda log, secret: log.info("found %s here", secret),
    "argument repr": lambda log, secret: log.info("found %r here", {"x": secret}),
    "ctx": lambda log, secret: log.info("x", extra={"ctx": {"seen": secret}}),
    "ctx nested": lambda log, secret: log.info("x", extra={"ctx": {"a": [{"b": (f"<{secret}>",)}]}}),
    "ctx key": lambda log, secret: log.info("x", extra={"ctx": {secret: 1}}),
    "ctx object": lambda log, secret: log.info("x", extra={"ctx": {"e": ValueError(secret)}}),
    "ctx alone": lambda log, secret: log.info("x", extra={"ctx": secret}),
    "method": lambda log, secret: log.info("x", extra={"method": secret}),
    "decision": lambda log, secret: log.info("x", extra={"decision": secret}),
    "exception": lambda log, secret: log.error("x", exc_info=raised(secret)),
    "bad arguments": lambda log, secret: log.info(f"%d {secret}", secret),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_form_of_secret_passes(way: str, log: Log) -> None:
    """Every form of secret, by every way into a line."""
    lines = {form: log.lines_of(way, secret) for form, secret in FORMS.items()}
    assert all(lines.values())
    assert [form for form, line in lines.items() if "Canary" in line] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_read_in_full(text: str, log: Log) -> None:
    """A log that hides everything helps nobody."""
    log.logger.info(text)
    assert text in log.written


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "api_key", "apiKey", "X-Api-Key", "access_token", "client_secret", "Authorization",
     "cookie", "database_url", "AZURE_SPEECH_KEY_PRIVATE_KEY", "credentials", "webhook_secret"],
)  # fmt: skip
def test_what_stands_under_a_secret_name_is_hidden(name: str, log: Log) -> None:
    """The name is enough, whatever the value looks like."""
    for value in ("Canary", "x", ["Canary"], {"a": "Canary"}, b"Canary"):
        log.logger.info("x", extra={"ctx": {"outer": {name: value}}})
        assert "Canary" not in log.written
    assert log.written.count(f'"{name}":"***"') == 5


def test_counts_of_tokens_are_no_secrets(log: Log) -> None:
    """Usage stays readable; a number under another secret name does not."""
    log.logger.info("x", extra={"ctx": {"output_tokens": 12, "ms_to_first_token": 3.5, "password": 424242}})
    assert '"output_tokens":12' in log.written
    assert '"ms_to_first_token":3.5' in log.written
    assert "424242" not in log.written


@pytest.mark.parametrize("way", WAYS)
def test_configured_secrets_are_known_by_heart(way: str, log: Log) -> None:
    """A secret without any form is hidden too, also where it was written into an address."""
    for known in ("Known Canary 7", 'quoted"Canary', "Ca#nary/+", "Ca%23nary%2F%2B"):
        assert "anary" not in log.lines_of(way, known)


def test_lines_of_libraries_are_masked_too(log: Log) -> None:
    """An HTTP client that logs its address does not give the key away."""
    logging.getLogger("aiohttp.client").warning("GET %s", FORMS["query key"])
    assert "Canary" not in log.written
    assert "https://example.test/v1/models?key=***&alt=sse" in log.written


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_the_surroundings_of_a_key_do_not_matter(before: str, after: str) -> None:
    """A key is found between any two texts, if it begins as a word of its own."""
    record = logging.LogRecord("nexy", logging.INFO, "", 0, "%s sk-%s %s", (before, TAIL, after), None)
    assert "Canary" not in LineFormatter(Masker()).format(record)


class TestConfiguration:
    def test_no_secret_is_shown(self, tmp_path: Path) -> None:
        """Every secret key of the configuration at once, by every kind of source."""
        (tmp_path / "config.yaml").write_text("outside: {n8n_api_key: Canary-yaml, lightrag_url: 'http://u:Canary@h'}")
        (tmp_path / "config.env").write_text("OPENAI_API_KEY=Canary-env\nREDIS_URL=redis://:Canary@h")
        environ = {"GEMINI_API_KEY": "Canary-1", "ANTHROPIC_API_KEY": "Canary-2", "DATABASE_URL": "Canary-3"}
        rows = masked(load_config(environ, tmp_path, tmp_path))
        assert "Canary" not in str(rows)
        assert sum("***" in row.value for row in rows) == 7

    def test_no_complaint_quotes_a_secret(self, tmp_path: Path) -> None:
        """Wrong types, broken lines and passwords inside addresses stay hidden in errors."""
        (tmp_path / "config.yaml").write_text(
            "outside: {n8n_api_key: [Canary]}\nai_router: {openai: {api_key: {x: Canary}}}"
        )
        with pytest.raises(ConfigurationInvalid) as problem:
            load_config({"LLM_PROVIDER": "http://u:Canary@h"}, tmp_path, tmp_path)
        assert len(problem.value.message.splitlines()) == 3
        assert "Canary" not in problem.value.message

    def test_secrets_are_not_in_the_representation_of_origins(self, tmp_path: Path) -> None:
        """What is logged or printed by accident shows where a value comes from, not what it is."""
        loaded = load_config({"OPENAI_API_KEY": "Canary"}, tmp_path, tmp_path)
        assert "Canary" not in repr(loaded.origins)
        assert "Canary" not in repr(loaded)
