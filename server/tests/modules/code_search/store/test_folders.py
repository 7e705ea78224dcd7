"""Folders of mapped indexes, revision by revision."""

from pathlib import Path

from nexy.modules.code_search.store.folders import index_folder, remove_folders, remove_older


def made(home: Path, project: str, *revisions: int) -> None:
    for revision in revisions:
        folder = index_folder(home, project, revision)
        folder.mkdir(parents=True)
        (folder / "index").write_text("x")


def there(home: Path, project: str) -> set[str]:
    parent = index_folder(home, project, 0).parent
    return {folder.name for folder in parent.iterdir()} if parent.is_dir() else set()


def test_older_ones_go_and_those_of_unfinished_runs_stay(tmp_path: Path) -> None:
    """What is named stays, and so does what is newer: its run has not published yet."""
    made(tmp_path, "p", 1, 2, 5, 7, 9)
    made(tmp_path, "q", 1)
    (index_folder(tmp_path, "p", 0).parent / "leftover").mkdir()
    remove_older(tmp_path, "p", but=frozenset((2, 7)))
    assert there(tmp_path, "p") == {"2", "7", "9"}
    assert there(tmp_path, "q") == {"1"}


def test_a_project_without_folders_has_nothing_to_remove(tmp_path: Path) -> None:
    """Neither old ones nor all of them."""
    remove_older(tmp_path, "p", but=frozenset((1,)))
    remove_folders(tmp_path, "p")
    assert there(tmp_path, "p") == set()


def test_a_removed_project_leaves_no_folder(tmp_path: Path) -> None:
    """Those of others stay."""
    made(tmp_path, "p", 1, 2)
    made(tmp_path, "q", 1)
    remove_folders(tmp_path, "p")
    assert (there(tmp_path, "p"), there(tmp_path, "q")) == (set(), {"1"})
