"""A device's token goes to the server that gave it, and nowhere else by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexy.cli.device_token import VARIABLE, own_server, token_for
from nexy.cli.surroundings import Surroundings
from nexy.contracts.errors import ConfigurationInvalid
from nexy.utils.run_file import RunFile

OWN, GIVEN = "nexy_device_" + "o" * 43, "nexy_device_" + "g" * 43


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """A home with a paired device, and no server."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("NEXY_LANGUAGE", "en")
    (tmp_path / "device.token").write_text(OWN + "\n", encoding="utf-8")
    return Surroundings.read(tmp_path)


@pytest.fixture
def served(surroundings: Surroundings) -> Iterator[Surroundings]:
    """The same while its server runs on every address."""
    run = RunFile(surroundings.loaded.home)
    run.claim()
    run.write({"grpc": "0.0.0.0:50051"})
    yield surroundings
    run.release()


@pytest.mark.parametrize("address", ["127.0.0.1:50051", "localhost:50051", "LOCALHOST:50051"])
def test_the_homes_own_server_gets_the_homes_token(
    served: Surroundings, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """However its address is written, and without a word."""
    assert own_server(served) == "127.0.0.1:50051"
    assert token_for(address, served, None, tls=False) == OWN
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("address", ["127.0.0.1:52999", "10.0.0.1:50051", "localhost:443", "[::1]:50051", "localhost"])
@pytest.mark.parametrize("runs", [True, False])
def test_no_other_server_gets_it(
    surroundings: Surroundings, request: pytest.FixtureRequest, address: str, runs: bool
) -> None:
    """Neither another port of this machine, nor another machine, nor over TLS."""
    if runs:
        request.getfixturevalue("served")
    assert token_for(address, surroundings, None, tls=False) == ""
    assert token_for(address, surroundings, None, tls=True) == ""


def test_where_no_server_runs_whoever_has_its_port_gets_nothing(surroundings: Surroundings) -> None:
    """The address alone proves nothing."""
    assert token_for("127.0.0.1:50051", surroundings, None, tls=False) == ""


def test_what_is_given_on_purpose_is_shown(
    served: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before the variable, and both before the home's own."""
    file = tmp_path / "given"
    file.write_text(f"  {GIVEN}\n", encoding="utf-8")
    assert token_for("127.0.0.1:52999", served, file, tls=False) == GIVEN
    monkeypatch.setenv(VARIABLE, GIVEN[:-1])
    assert token_for("127.0.0.1:52999", served, None, tls=False) == GIVEN[:-1]
    assert token_for("127.0.0.1:50051", served, None, tls=False) == GIVEN[:-1]
    assert token_for("127.0.0.1:52999", served, file, tls=False) == GIVEN


@pytest.mark.parametrize(
    ("address", "tls", "warned"),
    [
        ("10.0.0.1:50051", False, True),
        ("nexy.example.com:50051", False, True),
        ("127.evil.example:50051", False, True),
        ("10.0.0.1:50051", True, False),
        ("nexy.example.com:443", False, False),
        ("127.0.0.2:50051", False, False),
        ("localhost:50051", False, False),
        ("[::1]:50051", False, False),
    ],
)
def test_a_token_that_goes_in_the_open_is_told_of(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    address: str, tls: bool, warned: bool,
) -> None:  # fmt: skip
    """To another machine without TLS; port 443 is encrypted unasked."""
    monkeypatch.setenv(VARIABLE, GIVEN)
    assert token_for(address, surroundings, None, tls=tls) == GIVEN
    told = capsys.readouterr().err
    assert (address in told) is warned
    assert GIVEN not in told


@pytest.mark.parametrize("text", ["", "secret", "nexy_" + "a" * 43, OWN + " " + OWN, OWN + "\n" + OWN, "nexy_device_é"])
def test_a_file_that_holds_no_token_is_sent_to_nobody(surroundings: Surroundings, tmp_path: Path, text: str) -> None:
    """It is named, and nothing of it is shown."""
    file = tmp_path / "given"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationInvalid, match="given: this is no device token") as refused:
        token_for("10.0.0.1:50051", surroundings, file, tls=True)
    assert not text or text not in refused.value.message


def test_a_file_that_cannot_be_read_is_named(surroundings: Surroundings, tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(ConfigurationInvalid, match="No such file"):
        token_for("10.0.0.1:50051", surroundings, tmp_path / "none", tls=True)


def test_a_variable_that_holds_no_token_is_named(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name alone."""
    monkeypatch.setenv(VARIABLE, "hunter2")
    with pytest.raises(ConfigurationInvalid, match=VARIABLE) as refused:
        token_for("10.0.0.1:50051", surroundings, None, tls=True)
    assert "hunter2" not in refused.value.message
