"""`nexy db backup|verify|gate`: what must last is somewhere else too."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from nexy.cli.backup_common import AnyBackup, JsonFlag, about, figures_of, refusals_told, shelf_of
from nexy.cli.db_restore import drill_command, restore_command
from nexy.cli.long_work import shown_progress
from nexy.cli.opened_database import opened_database
from nexy.cli.surroundings import Surroundings, told
from nexy.modules.database.backup.gate import judge
from nexy.modules.database.backup.keeping import Round, back_up
from nexy.modules.database.backup.manifest import Manifest
from nexy.modules.database.backup.shelf import Shelf
from nexy.modules.database.backup.verifying import verify


def register(app: typer.Typer) -> None:
    """Add the commands to `nexy db`."""
    for command in (backup, verify_command, restore_command, drill_command, gate):
        name = command.__name__.removesuffix("_command")
        app.command(name, help=told(f"backup.{name}_help"))(command)


def backup(
    to: Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help=told("backup.to_help"))] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a backup, remove what has had its time, carry the new one off."""
    surroundings = Surroundings.read()
    words = surroundings.words
    shelf = Shelf(to) if to is not None else shelf_of(surroundings)

    async def work() -> Round:
        async with opened_database(surroundings) as opened:
            with shown_progress(words) as progress:
                return await back_up(opened, shelf, surroundings.config.backup, progress)

    with refusals_told(words):
        done = asyncio.run(work())
    if as_json:
        round_told = {"removed": list(done.removed), "off_site_failure": done.off_site}
        print(json.dumps({**about(done.taken.manifest, done.taken.folder), **round_told}, indent=2))
    else:
        print(words.text("backup.taken", folder=done.taken.folder, **figures_of(done.taken.manifest)))
        for name in done.removed:
            print(words.text("backup.removed", name=name))
    if done.off_site:
        line = words.text("backup.off_site_failed", why=done.off_site, folder=done.taken.folder)
        print(words.text("main.refused", reason=line), file=sys.stderr)
        raise typer.Exit(1)


def verify_command(wanted: AnyBackup = "", as_json: JsonFlag = False) -> None:
    """Say whether a backup is whole and ours."""
    surroundings = Surroundings.read()
    words = surroundings.words

    async def work(folder: Path) -> Manifest:
        with shown_progress(words) as progress:
            return await verify(folder, progress)

    with refusals_told(words):
        folder = shelf_of(surroundings).find(wanted)
        manifest = asyncio.run(work(folder))
    if as_json:
        print(json.dumps(about(manifest, folder), indent=2))
    else:
        print(words.text("backup.verified", name=manifest.name, **figures_of(manifest)))


def gate(as_json: JsonFlag = False) -> None:
    """Exit code 0 only with a fresh, whole backup and a fresh, passed drill."""
    surroundings = Surroundings.read()
    words = surroundings.words
    found = judge(shelf_of(surroundings).folder, surroundings.config.backup, datetime.now(UTC))
    reasons = [reason.in_words(words) for reason in found.reasons]
    if as_json:
        drilled = found.drill.made_at.isoformat() if found.drill is not None else None
        state = {"open": not reasons, "backup": found.backup, "drilled_at": drilled}
        codes = [reason.code for reason in found.reasons]
        print(json.dumps({**state, "codes": codes, "reasons": reasons}, indent=2, ensure_ascii=False))
    else:
        for reason in reasons:
            print(words.text("backup.gate_closed", reason=reason))
        if found.drill is not None and not reasons:
            print(words.text("backup.gate_open", name=found.backup, time=f"{found.drill.made_at:%Y-%m-%d %H:%M} UTC"))
    if reasons:
        raise typer.Exit(1)
