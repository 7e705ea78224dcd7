"""The options of both commands."""

from argparse import BooleanOptionalAction, _ArgumentGroup
from dataclasses import fields
from pathlib import Path

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import LOOPBACK, Invocation
from nexy_client.stream_cli.parser import Parser
from nexy_client.stream_cli.values import Values
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.encoding import Encoding


def check_parser(invocation: Invocation, words: Catalogue) -> Parser:
    """`check` with everything that it knows."""
    parser = _parser("check", invocation, words)
    values = Values(words)
    _server(parser, values, invocation)
    _job(parser, values)
    extent = parser.group("extent")
    extent.add_argument("--seconds", metavar="S", type=values.seconds, default=30.0, help=words.text("help.seconds"))
    extent.add_argument("--frames", metavar="N", type=values.whole, default=0, help=words.text("help.frames"))
    _encoding(parser, extent, values, Encoding.FLOAT)
    extent.add_argument("--no-probes", action="store_true", help=words.text("help.no_probes"))
    extent.add_argument("--no-progress", action="store_true", help=words.text("help.no_progress"))
    limits = parser.group("limits")
    limits.add_argument(
        "--threshold", metavar="NAME=VALUE", type=values.threshold, action="append", default=[],
        help=words.text("help.threshold"),
    )  # fmt: skip
    limits.add_argument("--thresholds", metavar="FILE", type=Path, help=words.text("help.thresholds"))
    reports = parser.group("reports")
    reports.add_argument("--report", metavar="FILE.html", type=Path, help=words.text("help.report"))
    reports.add_argument("--junit", metavar="FILE.xml", type=Path, help=words.text("help.junit"))
    reports.add_argument("--json-file", metavar="FILE.json", type=Path, help=words.text("help.json_file"))
    reports.add_argument("--json", action="store_true", help=words.text("help.json"))
    _person(parser, values)
    parser.epilog = thresholds_help(words)
    return parser


def view_parser(invocation: Invocation, words: Catalogue) -> Parser:
    """`view` with everything that it knows."""
    parser = _parser("view", invocation, words)
    values = Values(words)
    _server(parser, values, invocation)
    _job(parser, values)
    picture = parser.group("picture")
    picture.add_argument("--stream", metavar="N", type=values.stream, help=words.text("help.stream"))
    picture.add_argument("--seconds", metavar="S", type=values.seconds, help=words.text("help.view_seconds"))
    picture.add_argument("--frames", metavar="N", type=values.whole, default=0, help=words.text("help.view_frames"))
    picture.add_argument("--speed", metavar="X", type=values.speed, help=words.text("help.speed"))
    picture.add_argument("--lines", "--speak", action="store_true", help=words.text("help.lines"))
    _encoding(parser, picture, values, Encoding.PACKED_F32)
    _person(parser, values)
    return parser


def thresholds_help(words: Catalogue) -> str:
    """Every threshold with its usual value and what it limits."""
    usual = Thresholds()
    lines = [
        f"  {f'{one.name}={getattr(usual, one.name):g}':<31} {words.text(f'threshold.{one.name}')}"
        for one in fields(Thresholds)
    ]
    return "\n".join((words.text("usage.thresholds"), *lines, "", words.text("usage.codes")))


def _parser(name: str, invocation: Invocation, words: Catalogue) -> Parser:
    program = f"{invocation.program} {name}"
    description = words.text(f"usage.{name}", program=program)
    return Parser(program, words, usage=words.text("usage.form", program=program), description=description)


def _server(parser: Parser, values: Values, invocation: Invocation) -> None:
    words, group = parser.words, parser.group("server")
    where = words.text("usage.of_home") if invocation.find_server else LOOPBACK
    group.add_argument(
        "--server", metavar="HOST[:PORT]|URL", type=values.address, help=words.text("help.server", where=where)
    )
    if invocation.find_server:
        group.add_argument("--home", metavar="PATH", type=Path, help=words.text("help.home"))
    group.add_argument("--tls", action=BooleanOptionalAction, default=None, help=words.text("help.tls"))
    group.add_argument("--ca", metavar="FILE.pem", type=Path, help=words.text("help.ca"))
    group.add_argument("--server-name", metavar="NAME", default="", help=words.text("help.server_name"))
    group.add_argument("--api-key", metavar="KEY", help=words.text("help.api_key"))


def _job(parser: Parser, values: Values) -> None:
    words, group = parser.words, parser.group("job")
    group.add_argument("--job", metavar="ID", default="", help=words.text("help.job"))
    group.add_argument("--source", metavar="NAME", default="", help=words.text("help.source"))
    group.add_argument("--channels", metavar="MIN-MAX", type=values.channels, help=words.text("help.channels"))
    group.add_argument("--frequencies", metavar="MIN-MAX", type=values.frequencies, help=words.text("help.frequencies"))
    group.add_argument("--nfft", metavar="N", type=values.nfft, help=words.text("help.nfft"))
    group.add_argument("--height", metavar="N", type=values.whole, help=words.text("help.height"))
    group.add_argument("--view-type", metavar="TYPE", type=values.view, help=words.text("help.view_type"))
    group.add_argument("--live", action="store_true", help=words.text("help.live"))
    group.add_argument("--from", metavar="TIME", dest="begin", type=values.when, help=words.text("help.from"))
    group.add_argument("--to", metavar="TIME", dest="end", type=values.when, help=words.text("help.to"))


def _encoding(parser: Parser, group: _ArgumentGroup, values: Values, usual: Encoding) -> None:
    group.add_argument(
        "--encoding", metavar="float|f32|u8", type=values.encoding, default=usual,
        help=parser.words.text(f"help.encoding_{usual.name.lower()}"),
    )  # fmt: skip


def _person(parser: Parser, values: Values) -> None:
    words, group = parser.words, parser.group("person")
    group.add_argument("--language", metavar="en|ru", type=values.language, help=words.text("help.language"))
    group.add_argument("--color", metavar="WHEN", type=values.color, default="auto", help=words.text("help.color"))
    group.add_argument("-h", "--help", action="store_true", help=words.text("help.help"))
