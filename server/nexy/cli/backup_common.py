"""What the commands of backups share: where they lie, how a refusal reads, which figures are told."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from nexy.cli.surroundings import Surroundings, told
from nexy.messages.catalogue import Catalogue
from nexy.modules.database.backup.manifest import Manifest
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.shelf import Shelf

_MEBIBYTE = 1024 * 1024
JsonFlag = Annotated[bool, typer.Option("--json", help=told("db.json_help"))]
AnyBackup = Annotated[str, typer.Argument(help=told("backup.which_help"), metavar="[BACKUP]")]


@contextmanager
def refusals_told(words: Catalogue) -> Iterator[None]:
    """What is refused becomes one line of the catalogue and exit code 1."""
    try:
        yield
    except BackupRefused as refused:
        print(words.text("main.refused", reason=refused.in_words(words)), file=sys.stderr)
        raise typer.Exit(1) from None


def shelf_of(surroundings: Surroundings) -> Shelf:
    """The configured folder of backups, or the one under the home."""
    configured = surroundings.config.backup.folder
    return Shelf(Path(configured).expanduser() if configured else surroundings.loaded.home / "backups")


def figures_of(manifest: Manifest) -> Mapping[str, object]:
    """The figures that people read."""
    size = f"{manifest.dump_bytes / _MEBIBYTE:.1f}"
    return {
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "size": size,
        "schema": f"{manifest.schema_version:04}",
    }


def about(manifest: Manifest, folder: Path) -> Mapping[str, object]:
    """The whole manifest for scripts."""
    return {"folder": str(folder), **asdict(manifest), "made_at": manifest.made_at.isoformat()}
