"""The operator's command: called as it stands, bounded, its failure told."""

import stat
from pathlib import Path

import pytest

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.database.backup.off_site import carry_off, parsed_command
from support.proc import ends


def program(folder: Path, text: str) -> str:
    path = folder / "hook"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def test_it_gets_its_words_and_the_folder(tmp_path: Path) -> None:
    """No shell reads them: what looks like a command in the folder's name is a name."""
    hook = program(tmp_path, f'printf "%s|" "$@" > {tmp_path}/told')
    folder = tmp_path / "x; touch harm"
    assert await carry_off(parsed_command(f"{hook} 'a b' $HOME"), folder, 10) == ""
    assert (tmp_path / "told").read_text() == f"a b|$HOME|{folder}|"


@pytest.mark.parametrize(("text", "told"), [("exit 3", "exit code 3"), ("kill -9 $$", "exit code -9")])
async def test_its_failure_is_told(tmp_path: Path, text: str, told: str) -> None:
    """By its exit code; what it says itself goes to the standard error."""
    assert await carry_off([program(tmp_path, text)], tmp_path, 10) == f"{tmp_path}/hook: {told}"


async def test_one_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    """After its time, and nothing of it goes on."""
    hook = program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    assert "not done after 0.5 s" in await carry_off([hook], tmp_path, 0.5)
    assert ends(int((tmp_path / "child").read_text()), 10)


async def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By the system's own words."""
    assert await carry_off(["/nowhere/hook"], tmp_path, 10) == "/nowhere/hook: No such file or directory"


def test_a_quotation_without_end_is_a_configuration_error() -> None:
    """Found before a backup is begun."""
    with pytest.raises(ConfigurationInvalid, match=r"backup\.off_site_command: No closing quotation"):
        parsed_command('scp "a')
