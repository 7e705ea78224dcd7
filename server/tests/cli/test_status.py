"""The page of `nexy status`."""

import pytest

from nexy.cli.status import _print
from nexy.contracts.demo import DEMO_EMAIL, Demo
from nexy.messages.catalogue import LANGUAGES, Catalogue

STATUS = {"latest_version": "1", "modules": {"access": "running"}, "reasons": {}, "switched_off": []}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("demo", Demo)
def test_a_demo_account_is_told_of(demo: Demo, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As on the start page; nothing is said of one that is off."""
    _print({**STATUS, "demo": demo.value}, 1, {"grpc": "127.0.0.1:1"}, Catalogue(language))
    assert (DEMO_EMAIL in capsys.readouterr().out) is (demo is not Demo.OFF)


def test_an_older_server_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Its page is shown all the same."""
    _print(STATUS, 1, {}, Catalogue("en"))
    assert "access" in capsys.readouterr().out
