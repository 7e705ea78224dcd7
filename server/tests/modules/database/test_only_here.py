"""The driver stays inside this module."""

import re
from pathlib import Path

import nexy

SERVER = Path(nexy.__file__).parent


def test_asyncpg_is_imported_by_the_database_module_alone() -> None:
    """Everybody else sees `contracts.Database`."""
    imports = re.compile(r"^\s*(?:import|from)\s+asyncpg\b", re.MULTILINE)
    found = {file.relative_to(SERVER) for file in SERVER.rglob("*.py") if imports.search(file.read_text("utf-8"))}
    assert found
    assert {file.parts[:2] for file in found} == {("modules", "database")}
