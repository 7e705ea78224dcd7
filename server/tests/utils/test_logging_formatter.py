"""Every line has the documented form and stays one line."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.utils.logging_formatter import LONGEST_MESSAGE, LineFormatter, LineHandler, setup_logging
from nexy.utils.masking import Masker

LINE = re.compile(
    r"ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=[A-Z]+ scope=\S+ method=\S+ decision=\S+ ctx=(\{.*\})"
    r" dur_ms=(\d+) msg=(.*)"
)


@dataclass
class Section:
    level: str = "INFO"
    format: str = "text"


def record(message: str = "hello", *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("nexy.grpc", logging.INFO, "file.py", 7, message, args, None)
    made.__dict__.update(extra)
    return made


def line(made: logging.LogRecord, *, as_json: bool = False) -> str:
    return LineFormatter(Masker(), as_json=as_json).format(made)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)
    logging.captureWarnings(False)


def test_a_line_has_every_field() -> None:
    """The documented form, in the documented order."""
    made = record("call", method="/streaming.StreamingService/StreamAudio", decision="complete",
                  ctx={"first_ms": 12.5, "device": "ada"}, dur_ms=41.6)  # fmt: skip
    made.created = 1_750_000_000.25
    assert line(made) == (
        "ts=2025-06-15T15:06:40.250Z level=INFO scope=grpc method=/streaming.StreamingService/StreamAudio"
        ' decision=complete ctx={"first_ms":12.5,"device":"ada"} dur_ms=42 msg=call'
    )


def test_what_a_record_does_not_say_has_its_documented_place() -> None:
    """Lines of libraries have the same form."""
    made = logging.LogRecord("aiohttp.access", logging.WARNING, "", 0, "%s of %d", ("one", 2), None)
    assert "level=WARNING scope=aiohttp.access method=- decision=note ctx={} dur_ms=0 msg=one of 2" in line(made)


def test_json_has_the_same_names() -> None:
    """One object a line, ready for jq."""
    made = record("call", method="/x/Y", decision="start", ctx={"a": [1, None, True]}, dur_ms=3)
    fields = json.loads(line(made, as_json=True))
    assert {name: fields[name] for name in list(fields)[1:]} == {
        "level": "INFO", "scope": "grpc", "method": "/x/Y", "decision": "start", "ctx": {"a": [1, None, True]},
        "dur_ms": 3, "msg": "call",
    }  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True])
@given(text=st.text(alphabet=st.characters(), max_size=60))
def test_no_text_breaks_a_line(as_json: bool, text: str) -> None:
    """Newlines, separators, bidirectional marks and lone surrogates arrive escaped."""
    written = line(record("%s", text, ctx={"said": text}, method=text, decision=text), as_json=as_json)
    assert len(written.splitlines()) == 1
    assert written.encode("utf-8").isascii() or not re.search("[\u202a-\u202e\u2066-\u2069\x80-\x9f]", written)
    if as_json:
        assert set(json.loads(written)) >= {"ts", "ctx", "msg"}
    else:
        found = LINE.fullmatch(written)
        assert found is not None
        json.loads(found[1])


def test_newlines_are_seen_as_such() -> None:
    """A forged second line stays inside the first."""
    assert line(record("one\nts=fake\ttab\x1b[31m")).endswith("msg=one\\nts=fake\\ttab\\u001b[31m")


def test_an_exception_is_part_of_its_line() -> None:
    """The traceback is there, on the same line, escaped."""
    try:
        raise ValueError("deep\ncause")
    except ValueError as problem:
        made = record("failed")
        made.exc_info = (type(problem), problem, problem.__traceback__)
    text = line(made)
    assert len(text.splitlines()) == 1
    assert "msg=failed exc=Traceback (most recent call last):\\n" in text
    assert text.endswith("ValueError: deep\\ncause")
    assert json.loads(line(made, as_json=True))["exc"].endswith("ValueError: deep\ncause")


def test_arguments_that_do_not_fit_do_not_lose_the_line() -> None:
    """A mistake in a log call is visible and harmless."""
    assert line(record("%d files", "many")).endswith("msg=%d files <its arguments do not fit>")


@pytest.mark.parametrize("duration", [None, "soon", float("nan"), float("inf"), [1]])
def test_a_duration_is_always_a_whole_number(duration: object) -> None:
    """Whoever reads the log by machine gets an integer."""
    assert "dur_ms=0 msg=" in line(record(dur_ms=duration))


@pytest.mark.parametrize(
    ("ctx", "written"),
    [
        ({"b": b"\x00\x01"}, '{"b":"<2 bytes>"}'),
        ({"n": float("nan")}, '{"n":"nan"}'),
        ({1: {2}}, '{"1":[2]}'),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}, '{"a":{"b":{"c":{"d":{"e":{"f":"<too deep>"}}}}}}'),
        (ValueError("x"), '"x"'),
        (None, "{}"),
    ],
)
def test_whatever_stands_in_ctx_becomes_json(ctx: Any, written: str) -> None:
    """A context of odd values never fails the line."""
    assert f"ctx={written} " in line(record(ctx=ctx))


def test_a_context_that_holds_itself_ends() -> None:
    """A circle is cut off."""
    ctx: dict[str, object] = {}
    ctx["self"] = ctx
    assert "<too deep>" in line(record(ctx=ctx))


def test_a_very_long_message_is_cut_and_says_so() -> None:
    """A line stays within bounds, and no secret survives at the cut."""
    text = line(record("x" * 100_000))
    assert len(text) < LONGEST_MESSAGE + 200
    assert text.endswith("… (100000 characters)")
    key = "sk-" + "canary" * 10
    for padding in range(2 * LONGEST_MESSAGE - 70, 2 * LONGEST_MESSAGE + 5):
        assert "canary" not in line(record("y" * padding + " " + key))
        assert "canary" not in line(record((key + " ") * 250 + "z" * (padding - 16_250) + " " + key))


class TestSetup:
    def test_every_logger_writes_to_the_stream(self, root: logging.Logger) -> None:
        """From the level of the section on."""
        stream = io.StringIO()
        setup_logging(Section(level="WARNING"), stream)
        logging.getLogger("nexy.grpc").warning("seen")
        logging.getLogger("nexy.grpc").info("not seen")
        assert stream.getvalue().endswith("scope=grpc method=- decision=note ctx={} dur_ms=0 msg=seen\n")
        assert stream.getvalue().count("\n") == 1

    def test_a_second_call_replaces_the_first(self, root: logging.Logger) -> None:
        """No line is written twice, and handlers of others stay."""
        others, first, second = logging.NullHandler(), io.StringIO(), io.StringIO()
        root.addHandler(others)
        setup_logging(Section(), first)
        setup_logging(Section(format="json"), second)
        logging.getLogger("nexy").info("once")
        assert first.getvalue() == ""
        assert json.loads(second.getvalue())["msg"] == "once"
        assert others in root.handlers

    def test_a_line_that_cannot_be_made_is_replaced(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Neither the argument nor its failure is shown: both may be secrets."""

        class Odd:
            def __str__(self) -> str:
                raise RuntimeError("canary")

        stream = io.StringIO()
        handler = LineHandler(stream)
        handler.setFormatter(LineFormatter(Masker()))
        handler.handle(record("%s", Odd()))
        assert LINE.fullmatch(stream.getvalue().strip()) is not None
        assert '"error":"RuntimeError"' in stream.getvalue()
        assert "canary" not in stream.getvalue() + capsys.readouterr().err

    def test_a_stream_that_is_gone_fails_nobody(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A closed pipe does not end the work that was logged."""
        stream = io.StringIO()
        handler = LineHandler(stream)
        handler.setFormatter(LineFormatter(Masker()))
        stream.close()
        handler.handle(record("hello"))
        assert capsys.readouterr().err == ""

    def test_an_ascii_stream_gets_escapes(self, root: logging.Logger) -> None:
        """Under LANG=C a Russian line is still a line."""
        raw = io.BytesIO()
        stream = io.TextIOWrapper(raw, encoding="ascii")
        setup_logging(Section(), stream)
        logging.getLogger("nexy").info("да")
        stream.flush()
        assert raw.getvalue().endswith(b"msg=\\u0434\\u0430\n")
