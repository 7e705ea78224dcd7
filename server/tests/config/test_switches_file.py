"""Writing and reading NEXY_HOME/switches.yaml."""

import threading
from pathlib import Path

import pytest

from nexy.config.switches_file import LIVE_KEYS, full_key, read_switches, switched, switches_path, write_switch
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard

BOARD = SwitchBoard(features=FeaturesConfig(), kill_switches=KillSwitches())


def test_without_a_file_nothing_is_switched(tmp_path: Path) -> None:
    """A fresh home has only configured values."""
    assert read_switches(tmp_path) == {}


@pytest.mark.parametrize(("word", "value"), [("on", True), ("off", False), ("true", True), ("0", False), (True, True)])
def test_what_was_written_is_read(word: str | bool, value: bool, tmp_path: Path) -> None:
    """Every way of saying on and off is taken."""
    assert write_switch(tmp_path, "features.messages", word) == "features.messages"
    assert read_switches(tmp_path) == {"features.messages": value}


def test_other_switches_stay(tmp_path: Path) -> None:
    """Setting one key leaves the others as they are, and None takes only its own away."""
    write_switch(tmp_path, "features.messages", "off")
    write_switch(tmp_path, "disable_module_coordinator", "on")
    write_switch(tmp_path, "messages", None)
    assert read_switches(tmp_path) == {"kill_switches.disable_module_coordinator": True}


def test_a_home_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    """A switch may be set before the first start."""
    write_switch(tmp_path / "new" / "home", "whatsapp", "on")
    assert read_switches(tmp_path / "new" / "home") == {"features.whatsapp": True}


@pytest.mark.parametrize("home", ["file", "file/below"])
def test_a_home_that_cannot_be_used_is_told(home: str, tmp_path: Path) -> None:
    """The line names the variable and the reason, and the field is the key."""
    (tmp_path / "file").touch()
    with pytest.raises(
        ConfigurationInvalid, match=r"^NEXY_HOME: cannot use .*: (File exists|Not a directory)$"
    ) as raised:
        write_switch(tmp_path / home, "messages", "on")
    assert raised.value.field == "home"


def test_nothing_else_is_left_in_the_home(tmp_path: Path) -> None:
    """The temporary file becomes the file itself."""
    write_switch(tmp_path, "whatsapp", "on")
    assert [entry.name for entry in tmp_path.iterdir()] == ["switches.yaml"]


@pytest.mark.parametrize("key", LIVE_KEYS)
def test_every_live_key_has_a_short_form(key: str) -> None:
    """The last part is enough, because it is unique."""
    assert full_key(key) == full_key(key.partition(".")[2]) == key


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """A mistyped switch writes nothing."""
    with pytest.raises(ConfigurationInvalid, match=r"mesages: not a live switch; did you mean messages\?"):
        write_switch(tmp_path, "mesages", "off")
    assert not switches_path(tmp_path).exists()


def test_a_configured_key_that_is_not_live_is_refused(tmp_path: Path) -> None:
    """A port cannot change while the server runs."""
    with pytest.raises(ConfigurationInvalid, match="there are features"):
        write_switch(tmp_path, "grpc.port", "1")


def test_a_wrong_value_is_refused(tmp_path: Path) -> None:
    """Only on and off can be said."""
    with pytest.raises(ConfigurationInvalid) as raised:
        write_switch(tmp_path, "messages", "perhaps")
    assert raised.value.field == "features.messages"


@pytest.mark.parametrize("text", ["features: [", "features.nonsense: true", "features.messages: 7"])
def test_a_broken_file_is_reported_and_never_overwritten(text: str, tmp_path: Path) -> None:
    """What somebody wrote by hand is theirs to mend."""
    switches_path(tmp_path).write_text(text)
    with pytest.raises(ConfigurationInvalid):
        read_switches(tmp_path)
    with pytest.raises(ConfigurationInvalid):
        write_switch(tmp_path, "whatsapp", "on")
    assert switches_path(tmp_path).read_text() == text


def test_a_file_written_by_hand_may_be_nested(tmp_path: Path) -> None:
    """Sections and dotted paths mean the same."""
    switches_path(tmp_path).write_text("features:\n  messages: off\nkill_switches.disable_module_coordinator: yes\n")
    assert read_switches(tmp_path) == {"features.messages": False, "kill_switches.disable_module_coordinator": True}


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Each of several commands at once keeps what the others wrote."""
    threads = [threading.Thread(target=write_switch, args=(tmp_path, key, "on")) for key in LIVE_KEYS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_switches(tmp_path) == dict.fromkeys(LIVE_KEYS, True)


def test_switches_stand_above_the_configured_board() -> None:
    """What is not switched keeps its configured value."""
    board = switched(
        BOARD, {"features.forward_assistant_actions": True, "kill_switches.disable_module_coordinator": True}
    )
    assert board.actions_forwarded is True
    assert board.accepts_work is False
    assert board.features.messages is True
