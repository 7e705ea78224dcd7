"""Every log line in one form, on one physical line, without secrets.

`ts=<iso> level=<lvl> scope=<module> method=<rpc> decision=<event> ctx=<json> dur_ms=<int> msg=<text>`

The fields come from `extra={"method", "decision", "ctx", "dur_ms"}`. What a record does not say is `-` for the
method, `note` for the decision, `{}` for ctx and 0 for dur_ms. `msg` runs to the end of the line.
"""

import io
import json
import logging
import math
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol, TextIO

from nexy.utils.masking import Masker

NO_METHOD = "-"
NO_DECISION = "note"
LONGEST_MESSAGE = 8192
_READ_AT_MOST = 2 * LONGEST_MESSAGE
_LONGEST_SECRET = 4096
_OWN_PREFIX = "nexy."
# Control characters, line separators, bidirectional overrides and lone surrogates: what could fake or break a line.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# json.dumps with options of its own would build an encoder for every line.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNREADABLE = "<a log line could not be written>"


class LoggingSection(Protocol):
    """What `config.sections.LoggingConfig` says about the log."""

    @property
    def level(self) -> str:
        """The least level that is written."""
        ...

    @property
    def format(self) -> str:
        """`text` or `json`."""
        ...


class LineFormatter(logging.Formatter):
    """Records as lines; `as_json` gives one JSON object a line with the same names, and `exc` beside `msg`."""

    def __init__(self, masker: Masker, *, as_json: bool = False) -> None:
        super().__init__()
        self._masker = masker
        self._write: Callable[[dict[str, Any]], str] = _json_line if as_json else _text_line

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, without its line end."""
        fields: dict[str, Any] = {
            "ts": _timestamp(record.created),
            "level": record.levelname,
            "scope": _word(record.name.removeprefix(_OWN_PREFIX)),
            "method": self._word_of(record, "method", NO_METHOD),
            "decision": self._word_of(record, "decision", NO_DECISION),
            "ctx": self._masker.value(getattr(record, "ctx", None) or {}),
            "dur_ms": _whole(getattr(record, "dur_ms", 0)),
            "msg": self._hidden(_message_of(record)),
        }
        failure = _failure_of(record)
        if failure:
            fields["exc"] = self._hidden(failure)
        return _escaped(self._write(fields))

    def _word_of(self, record: logging.LogRecord, name: str, fallback: str) -> str:
        given = getattr(record, name, None)
        return _word(self._hidden(str(given))) if given else fallback

    def _hidden(self, text: str) -> str:
        # Masked before it is cut, and cut clear of the end: half a secret has no form to be known by.
        hidden = self._masker.text(text[:_READ_AT_MOST])
        room = LONGEST_MESSAGE if len(text) <= _READ_AT_MOST else min(LONGEST_MESSAGE, len(hidden) - _LONGEST_SECRET)
        return hidden if len(hidden) <= room else f"{hidden[: max(room, 0)]}… ({len(text)} characters)"


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes lines; where one cannot be made, it says only that, since its arguments may be secrets."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is logging's
        """Replace the line; a stream that is gone is given up."""
        kind = sys.exc_info()[0]
        context = {"module": record.module, "line": record.lineno, "error": kind.__name__ if kind else ""}
        report = logging.LogRecord(record.name, logging.ERROR, "", 0, _UNREADABLE, None, None)
        report.ctx, report.decision = context, "error"
        try:
            self.stream.write(self.format(report) + self.terminator)
        except (OSError, ValueError):
            return


def setup_logging(section: LoggingSection, stream: TextIO, secrets: Iterable[str] = ()) -> LineHandler:
    """Let every logger of the process write to `stream` in this form; `secrets` are masked wherever they appear.

    Replaces the handlers of an earlier call, and no others. Python's warnings become log lines too.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    handler = LineHandler(stream)
    handler.setFormatter(LineFormatter(Masker(secrets), as_json=section.format == "json"))
    root = logging.getLogger()
    for earlier in [old for old in root.handlers if isinstance(old, LineHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(section.level)
    logging.captureWarnings(True)
    return handler


def _text_line(fields: dict[str, Any]) -> str:
    failure = f" exc={fields['exc']}" if "exc" in fields else ""
    ctx = _encode(fields["ctx"])
    return (
        f"ts={fields['ts']} level={fields['level']} scope={fields['scope']} method={fields['method']}"
        f" decision={fields['decision']} ctx={ctx} dur_ms={fields['dur_ms']} msg={fields['msg']}{failure}"
    )


def _json_line(fields: dict[str, Any]) -> str:
    return _encode(fields)


def _escaped(line: str) -> str:
    return _UNPRINTABLE.sub(_escape, line) if _UNPRINTABLE.search(line) else line


def _escape(found: "re.Match[str]") -> str:
    return _SHORT_ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _word(text: str) -> str:
    return "_".join(text.split()) or NO_METHOD


def _timestamp(created: float) -> str:
    return datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _whole(duration: object) -> int:
    return round(duration) if isinstance(duration, int | float) and math.isfinite(duration) else 0


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} <its arguments do not fit>"


def _failure_of(record: logging.LogRecord) -> str:
    parts = []
    if record.exc_info and record.exc_info[0] is not None:
        parts += traceback.format_exception(*record.exc_info)
    if record.stack_info:
        parts.append(record.stack_info)
    return "".join(parts).strip()
