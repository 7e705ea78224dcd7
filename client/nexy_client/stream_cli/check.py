"""`check`: proves a stream right, or says what is wrong with it."""

import asyncio
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.files import refuse_where_unwritable, write
from nexy_client.stream_cli.invocation import Invocation
from nexy_client.stream_cli.ordering import Wanted, limits_of, wanted
from nexy_client.stream_cli.preparing import prepared
from nexy_client.stream_cli.problem import CannotDo, cannot, in_options
from nexy_client.stream_cli.progress import ProgressBar
from nexy_client.stream_cli.style import printable, style_for
from nexy_client.stream_cli.summary import Summary
from nexy_client.streams.failure import StreamError
from nexy_client.validation.checker import CheckOrder, check_streams
from nexy_client.validation.messages import finding_text, short
from nexy_client.validation.outputs import html_report, json_report, junit_report
from nexy_client.validation.report import CheckReport

RIGHT, WRONG, CANNOT = 0, 1, 2
# Without a stream these say that there was nothing to judge, not that it was judged to be wrong.
_PREVENTED = ("connect_failed", "tls_failed", "configure_refused", "job_not_found", "connection_unusable")


def check(options: Namespace, call: Invocation, words: Catalogue) -> int:
    """Check as the options say and tell the outcome; raises `CannotDo`."""
    files = [file for file in (options.report, options.junit, options.json_file) if file]
    refuse_where_unwritable(files, words)
    want = wanted(options, call, words)
    bar = ProgressBar(call.err, words, shown=not options.no_progress and call.environment.get("TERM") != "dumb")
    report = replace(_checked(_order(options, want, words), want, bar, words), command=options.command_line)
    _write_reports(report, options, words)
    prevented = _prevention(report, words)
    if options.json:
        call.out.write(json_report(report, words.language) + "\n")
    elif not prevented:
        style = style_for(call.colours(options.color, call.out))
        summary = Summary(report, words, style, limits_of(options.thresholds, dict(options.threshold), words))
        call.out.write(printable_unless(style.colours, summary.text()) + "\n")
        call.out.write("".join(f"{words.text('summary.written', file=file)}\n" for file in files))
    if prevented:
        raise CannotDo(prevented)
    return RIGHT if report.passed else WRONG


def printable_unless(colours: bool, text: str) -> str:
    """Findings are cleaned one by one; plain text once more as a whole."""
    return text if colours else printable(text)


def _order(options: Namespace, want: Wanted, words: Catalogue) -> CheckOrder:
    return CheckOrder(
        api=want.api,
        job=want.job,
        seconds=options.seconds,
        frames=options.frames,
        encoding=options.encoding,
        security=want.security,
        api_key=want.api_key,
        limits=limits_of(options.thresholds, dict(options.threshold), words),
        probes=not options.no_probes,
    )


def _checked(order: CheckOrder, want: Wanted, bar: ProgressBar, words: Catalogue) -> CheckReport:
    bar.say(words.text("progress.asking", where=order.api))
    try:
        return asyncio.run(check_streams(prepared(order, want, words), bar))
    except StreamError as error:
        raise cannot(error, order.api, words) from error
    finally:
        bar.clear()


def _prevention(report: CheckReport, words: Catalogue) -> str:
    """Why no stream could be judged; empty where one was."""
    if report.streams or not report.findings:
        return ""
    first = next((one for one in report.findings if one.code in _PREVENTED), None)
    if first is None:
        return ""
    told = finding_text(first.code, words.language)
    detail = printable(in_options(short(first.value)))
    sentence = words.text("summary.prevented", title=told.title, remedy=told.remedy)
    return words.text("failure.detail", sentence=sentence, detail=detail)


def _write_reports(report: CheckReport, options: Namespace, words: Catalogue) -> None:
    limits = limits_of(options.thresholds, dict(options.threshold), words)
    made: list[tuple[Path | None, str]] = [
        (options.report, html_report(report, words.language, limits) if options.report else ""),
        (options.junit, junit_report(report, words.language) if options.junit else ""),
        (options.json_file, json_report(report, words.language) + "\n" if options.json_file else ""),
    ]
    for file, text in made:
        if file is not None:
            write(file, text, words)
