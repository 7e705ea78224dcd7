"""Where the mapped indexes of a home lie: one folder for each revision of a project."""

import shutil
from pathlib import Path

INDEXES = "code_index"
REPOSITORIES = "repositories"


def index_folder(home: Path, project_id: str, revision: int) -> Path:
    """The folder of a revision; it need not be there: whoever misses it makes it again from the database."""
    return home / INDEXES / project_id / str(revision)


def remove_older(home: Path, project_id: str, *, but: frozenset[int]) -> None:
    """Remove a project's folders below the newest of `but`, apart from those themselves.

    Who has one of them mapped keeps what is mapped; newer ones belong to runs that have not published yet.
    """
    newest = max(but, default=0)
    for folder in _folders(home, project_id):
        number = int(folder.name) if folder.name.isdecimal() else 0
        if number < newest and number not in but:
            shutil.rmtree(folder, ignore_errors=True)


def remove_folders(home: Path, project_id: str) -> None:
    """Every revision of a project."""
    shutil.rmtree(home / INDEXES / project_id, ignore_errors=True)


def _folders(home: Path, project_id: str) -> list[Path]:
    try:
        return [folder for folder in (home / INDEXES / project_id).iterdir() if folder.is_dir()]
    except OSError:
        return []
