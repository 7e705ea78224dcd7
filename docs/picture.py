"""Draws the start-up page of `nexy serve`: `python docs/picture.py [--check]` writes docs/pictures/start-page.svg.

The page is printed by the server's own code about an application that really runs in this process; only the
addresses and the home are those of a fresh machine. With --check nothing is written; exit code 1 when it differs.
"""

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from rich.console import Console
from rich.segment import Segment
from rich.terminal_theme import MONOKAI
from rich.text import Text

from nexy.application import Application
from nexy.cli.start_page import print_start_page
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.core.server_report import ServerReport
from nexy.messages.catalogue import Catalogue
from nexy.utils.addresses import joined

PICTURE = Path(__file__).with_name("pictures") / "start-page.svg"
SHOWN_HOME = Path("/home/you/.local/share/nexy")
COLUMNS = 92
LOOKS, LOOK_SECONDS = 100, 0.05
CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 19, 16


def surroundings_of(home: Path, cwd: Path) -> Surroundings:
    """What a command reads on a machine where nothing is set; what the database shares stays in `cwd`."""
    loaded = load_config({"DATABASE_SHARED_FOLDER": str(cwd / "shared")}, home=home, cwd=cwd)
    return Surroundings(loaded=loaded, language="en", words=Catalogue("en"))


async def report_of(surroundings: Surroundings) -> ServerReport:
    """What the parts of a running application say of themselves."""
    application = Application(surroundings.config, surroundings.language)
    try:
        await application.compose()
        return await _settled(application)
    finally:
        await application.stop()


async def _settled(application: Application) -> ServerReport:
    """The report once what the start itself wrote has reached the database; on a busy machine that takes a moment."""
    for _ in range(LOOKS):
        if application.report().modules["outbox"].detail == "0 waiting":
            break
        await asyncio.sleep(LOOK_SECONDS)
    return application.report()


def default_addresses(surroundings: Surroundings) -> dict[str, str]:
    """Where the doors are when nobody moves them."""
    config = surroundings.config
    places = {
        "grpc": (config.grpc.host, config.grpc.port),
        "http": (config.http.host, config.http.port),
        "api": (config.api.host, config.api.port),
        "supabase": (config.supabase.host, config.supabase.port),
    }
    return {name: joined(host, port) for name, (host, port) in places.items()}


def printed_lines() -> list[list[Segment]]:
    """The page as styled pieces, line by line."""
    with tempfile.TemporaryDirectory(prefix="nexy-picture-") as folder:
        here = Path(folder)
        here.chmod(0o711)
        report = asyncio.run(report_of(surroundings_of(here, here)))
        assert report.database is not None
        address = report.database.address.replace(folder, str(SHOWN_HOME))
        shown = surroundings_of(SHOWN_HOME, here)
    database = replace(report.database, address=address)
    page = replace(report, addresses=default_addresses(shown), database=database)
    console = Console(file=io.StringIO(), width=COLUMNS, record=True, highlight=False, markup=False, emoji=False,
                      force_terminal=True, color_system="truecolor", legacy_windows=False)  # fmt: skip
    print_start_page(page, shown, console)
    text = Text.from_ansi(console.export_text(styles=True))
    return [list(line.render(console)) for line in text.wrap(console, COLUMNS)]


def svg(lines: Sequence[Sequence[Segment]]) -> str:
    """The lines as a picture that needs no font and no file of anybody else."""
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, len(lines) * LINE_HEIGHT + 2 * MARGIN
    rows = "\n".join(_row(number, line) for number, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img"'
        ' aria-label="The start-up page of nexy serve">\n'
        '<rect width="100%" height="100%" rx="8" fill="#1e1f22"/>\n'
        '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">\n'
        f"{rows}\n</g>\n</svg>\n"
    )


def _row(number: int, line: Sequence[Segment]) -> str:
    column, parts = 0, []
    for text, style, _ in line:
        shown = text.strip()
        if shown:
            colour = style.color.get_truecolor(MONOKAI).hex if style and style.color else "#d6d6d6"
            strength = ' font-weight="bold"' if style and style.bold else ""
            dimmed = ' opacity="0.6"' if style and style.dim else ""
            indent = len(text) - len(text.lstrip())
            at = f'x="{MARGIN + (column + indent) * CELL_WIDTH:g}" y="{MARGIN + (number + 0.75) * LINE_HEIGHT:g}"'
            length = f'textLength="{len(shown) * CELL_WIDTH:g}"'
            parts.append(f'<text {at} {length} fill="{colour}"{strength}{dimmed}>{escape(shown)}</text>')
        column += len(text)
    return "".join(parts)


def main(arguments: Sequence[str], picture: Path = PICTURE) -> int:
    """Run the command; 0 when the picture is as it ought to be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the picture would change")
    check: bool = parser.parse_args(arguments).check
    drawn = svg(printed_lines())
    if check:
        return 0 if picture.exists() and picture.read_text("utf-8") == drawn else 1
    picture.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
