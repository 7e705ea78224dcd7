"""`nexy db restore|drill`: a backup comes back, for good or for a proof."""

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from nexy.cli.backup_common import AnyBackup, JsonFlag, about, figures_of, refusals_told, shelf_of
from nexy.cli.long_work import shown_progress
from nexy.cli.opened_database import opened_database
from nexy.cli.surroundings import Surroundings, told
from nexy.messages.catalogue import Catalogue
from nexy.modules.database.backup.drilling import Drill, drill
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.restoring import Accepted, Restored, accept, quiet_home, restore


def restore_command(
    wanted: Annotated[str, typer.Argument(help=told("backup.restored_help"), metavar="BACKUP")],
    replace: Annotated[bool, typer.Option("--replace", help=told("backup.replace_help"))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=told("backup.yes_help"))] = False,
    as_json: JsonFlag = False,
) -> None:
    """Put a backup into force; everything is verified before anything is touched."""
    surroundings = Surroundings.read()
    words = surroundings.words

    async def work(backup: Accepted) -> Restored:
        async with opened_database(surroundings) as opened:
            if replace and not yes:
                _ask(opened.owner.database, words)
            with shown_progress(words) as progress:
                return await restore(opened, backup, progress, replace=replace)

    with refusals_told(words):
        folder = shelf_of(surroundings).find(wanted)
        # Before a database is started for it, and before anybody is asked: is there anything to restore?
        backup = asyncio.run(accept(folder))
        with quiet_home(surroundings.loaded.home):
            done = asyncio.run(work(backup))
    if as_json:
        outcome = {"kept": done.kept, "applied": list(done.outcome.applied), "refusals_proven": done.outcome.proven}
        print(json.dumps({**about(done.manifest, folder), "database": done.database, **outcome}, indent=2))
    else:
        _print_restored(done, words)


def _ask(database: str, words: Catalogue) -> None:
    if not sys.stdin.isatty():
        raise BackupRefused("yes_missing")
    if typer.prompt(words.text("backup.ask", database=database)) != database:
        raise BackupRefused("not_confirmed", database=database)


def _print_restored(done: Restored, words: Catalogue) -> None:
    print(words.text("backup.restored", name=done.manifest.name, database=done.database, **figures_of(done.manifest)))
    for step in done.outcome.applied:
        print(words.text("db.applied", step=step))
    print(words.text("db.protected", total=done.outcome.proven))
    if done.kept:
        print(words.text("backup.kept", kept=done.kept))
        print(f"  nexy db psql --owner -d postgres -c 'DROP DATABASE \"{done.kept}\"'")
    if not done.outcome.vectors:
        print(words.text("backup.no_vectors"))


def drill_command(wanted: AnyBackup = "", as_json: JsonFlag = False) -> None:
    """Prove that a backup comes back; exit code 1 on any difference."""
    surroundings = Surroundings.read()
    words = surroundings.words

    async def work(folder: Path) -> Drill:
        async with opened_database(surroundings) as opened:
            with shown_progress(words) as progress:
                return await drill(opened, folder, progress)

    with refusals_told(words):
        folder = shelf_of(surroundings).find(wanted)
        found = asyncio.run(work(folder))
    if as_json:
        print(json.dumps(asdict(found), indent=2, default=datetime.isoformat))
    else:
        _print_drill(found, words)
    if not found.passed:
        raise typer.Exit(1)


def _print_drill(found: Drill, words: Catalogue) -> None:
    for table in found.tables:
        key = "backup.table_differs" if table.name in found.different else "backup.table_same"
        print(words.text(key, name=table.name, rows=table.rows, checksum=table.checksum))
    for name in sorted(set(found.different) - {table.name for table in found.tables}):
        print(words.text("backup.table_missing", name=name))
    for step in found.applied:
        print(words.text("db.applied", step=step))
    for attempt in found.unproven:
        print(words.text("backup.attempt_passed", attempt=attempt))
    if found.problem:
        reason = words.text(f"backup.{found.reason}", **found.values) if found.reason else found.problem
        print(words.text("main.refused", reason=reason), file=sys.stderr)
    key = "backup.drill_passed" if found.passed else "backup.drill_failed"
    rows = sum(table.rows for table in found.tables)
    print(words.text(key, name=found.backup, rows=rows, proven=found.proven, seconds=f"{found.seconds:.1f}"))
