"""The picture in the README is the page that the server prints."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from nexy.core.module_factory import ModuleFactory
from support.markdown import ROOT

PICTURE = ROOT / "docs" / "pictures" / "start-page.svg"


def _shown() -> str:
    return " ".join(ElementTree.parse(PICTURE).getroot().itertext())


def test_the_picture_shows_doors_and_parts() -> None:
    """Every address and every part of the server stands in it."""
    shown = _shown()
    for text in ("127.0.0.1:50051", "127.0.0.1:8080", "127.0.0.1:8000", *ModuleFactory().capabilities):
        assert text in shown


def test_the_picture_needs_nothing_of_others() -> None:
    """It loads no font, image or script, and names nothing of the machine that drew it."""
    text = PICTURE.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert [
        sign for sign in ("http", "url(", "@import", "<script", "<image", "/tmp", "/root", "/work") if sign in text
    ] == []


@pytest.mark.slow
def test_the_picture_is_current() -> None:
    """Drawing it anew changes nothing; otherwise `make docs` mends it."""
    command = (sys.executable, str(ROOT / "docs" / "picture.py"), "--check")
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
