"""The whole nightly round: a backup, what has had its time goes, the new one is carried off."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.config.backup_section import BackupConfig
from nexy.modules.database.backup.off_site import carry_off, parsed_command
from nexy.modules.database.backup.retention import Kept, expired
from nexy.modules.database.backup.shelf import Shelf
from nexy.modules.database.backup.steps import Told, silent
from nexy.modules.database.backup.taking import Taken, take
from nexy.modules.database.backup.verifying import dump_bytes, read_manifest
from nexy.modules.database.opening import OpenDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`off_site` says what went wrong there; empty when it worked or is not set."""

    taken: Taken
    removed: Sequence[str]
    off_site: str


async def back_up(opened: OpenDatabase, shelf: Shelf, config: BackupConfig, told: Told = silent) -> Round:
    """Take a backup and look after the shelf; a failure off-site leaves the backup where it is."""
    command = parsed_command(config.off_site_command)
    with shelf.locked():
        taken = await take(opened, shelf, told)
        removed = expired(shelved(shelf), config, taken.folder.name)
        shelf.remove(removed)
    off_site = ""
    if command:
        told("off_site", 0.0)
        off_site = await carry_off(command, taken.folder, config.off_site_timeout_seconds)
        told("off_site", 1.0)
    return Round(taken=taken, removed=removed, off_site=off_site)


def shelved(shelf: Shelf) -> Sequence[Kept]:
    """Every backup as retention sees it; one that cannot say what it is stays until a person has looked at it."""
    manifests = [(folder, read_manifest(folder)) for folder in shelf.backups()]
    return [
        Kept(name=folder.name, made_at=manifest.made_at)
        for folder, manifest in manifests
        if manifest is not None and manifest.name == folder.name and dump_bytes(folder) == manifest.dump_bytes
    ]
