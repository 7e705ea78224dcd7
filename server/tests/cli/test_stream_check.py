"""`nexy stream check` and `nexy stream view` are the light client's, aimed at the server of this home."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nexy.cli.main import app
from support.nexy_process import nexy, serving
from support.recordings import CUTS

READY = b"nexy stream view"


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    """Commands on a home of their own, in English."""
    return CliRunner(env={"NEXY_HOME": str(tmp_path), "LANG": "en_US.UTF-8", "NEXY_LANGUAGE": "en"})


@pytest.mark.parametrize("name", ["check", "view"])
def test_help_is_that_of_the_light_client(name: str, runner: CliRunner) -> None:
    """Under this command's name, with --home; none of it is read by anybody else."""
    page = runner.invoke(app, ["stream", name, "--help"])
    assert page.exit_code == 0
    for words in (f"usage: nexy stream {name} [options]", "--home PATH", "--channels MIN-MAX", "of this NEXY_HOME"):
        assert words in page.output.replace("that runs on", "of"), page.output


@pytest.mark.parametrize("name", ["check", "view"])
def test_without_a_server_it_says_how_to_get_one(name: str, runner: CliRunner, tmp_path: Path) -> None:
    """Exit code 2; also for the home that --home names; a wrong option is told by the light client."""
    for flags in ((), ("--home", str(tmp_path))):
        ended = runner.invoke(app, ["stream", name, *flags])
        assert ended.exit_code == 2
        assert "No server runs on this NEXY_HOME" in ended.output
    assert "--bogus: there is no such option" in runner.invoke(app, ["stream", name, "--bogus"]).output


def test_the_persons_language_is_the_servers(tmp_path: Path) -> None:
    """NEXY_LANGUAGE decides for both."""
    russian = CliRunner(env={"NEXY_HOME": str(tmp_path), "NEXY_LANGUAGE": "ru"})
    assert "сервер не запущен" in russian.invoke(app, ["stream", "check"]).output


@pytest.mark.slow
async def test_a_served_recording_is_checked_and_viewed(tmp_path: Path) -> None:
    """Three commands of a new user: serve, check with reports, view; the reports are there, jobs are not."""
    recording = CUTS / "gdr_1.h5"
    async with serving(tmp_path, ("stream", "serve", str(recording)), READY):
        reports = ("--report", "r.html", "--junit", "r.xml", "--json-file", "r.json")
        checked = await nexy(tmp_path, "stream", "check", "--nfft", "256", *reports)
        assert checked.code == 0, checked.out + checked.err
        assert "PASSED" in checked.out
        told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
        assert (told["passed"], told["source"]) == (True, "gdr_1")
        assert "data:image/png" in (tmp_path / "r.html").read_text(encoding="utf-8")
        viewed = await nexy(tmp_path, "stream", "view", "--nfft", "256", "--lines")
        assert viewed.code == 0, viewed.err
        assert "loudest is channel" in viewed.out
        beyond = await nexy(tmp_path, "stream", "check", "--channels", "0-100000")
        assert (beyond.code, "has the channels" in beyond.err) == (2, True)
