"""What a backup says about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.migrating import Applied

DUMP = "nexy.dump"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
FORMAT = 1
LEDGER = "public.schema_migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFigures:
    """One table in the snapshot: its rows, and a checksum of their content in whatever order."""

    name: str
    rows: int
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that a restore is compared with; `migrations` is the ledger as it was."""

    format: int
    name: str
    made_at: datetime
    nexy_version: str
    server_version: str
    dump_program: str
    schema_version: int
    migrations: Sequence[Applied]
    tables: Sequence[TableFigures]
    dump_bytes: int
    dump_sha256: str

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)

    def encode(self) -> bytes:
        """As the file holds it."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def decode_manifest(content: bytes, place: object) -> Manifest:
    """The manifest in these bytes; raises `BackupRefused` for what is no manifest of ours or of a later format."""
    try:
        made_by = msgspec.json.decode(content, type=_Format)
        if made_by.format != FORMAT:
            raise BackupRefused("format", place=place, format=made_by.format)
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BackupRefused("manifest", place=place) from problem
    if manifest.made_at.tzinfo is None or not manifest.migrations or LEDGER not in {t.name for t in manifest.tables}:
        raise BackupRefused("manifest", place=place)
    return manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    format: int
