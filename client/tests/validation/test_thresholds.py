"""Limits are settings, and a wrong setting names itself."""

import math
from dataclasses import fields
from pathlib import Path

import pytest

from nexy_client.validation import Thresholds, ThresholdsInvalid


def test_defaults_are_those_of_the_contract() -> None:
    """Ten seconds to connect, five to the first frame, ten frames a second, p95 below one second."""
    usual = Thresholds()
    assert (usual.connect_s, usual.first_frame_s, usual.rate_fps, usual.latency_p95_s) == (10, 5, 10, 1)
    assert Thresholds.of({}) == usual


@pytest.mark.parametrize("name", [field.name for field in fields(Thresholds)])
def test_each_can_be_set(name: str) -> None:
    """By its name."""
    assert getattr(Thresholds.of({name: 7}), name) == 7


def test_counts_stay_whole() -> None:
    """A count that was written as 3.0 is 3."""
    assert Thresholds.of({"stuck_frames": 3.0}).stuck_frames == 3
    assert isinstance(Thresholds.of({"stuck_frames": 3.0}).stuck_frames, int)


@pytest.mark.parametrize("value", [-1, -0.001, math.nan, "5", None, True, [1], {}])
def test_what_is_no_limit_is_refused_by_name(value: object) -> None:
    """Negative, no number, or no value at all."""
    with pytest.raises(ThresholdsInvalid, match=r"latency_p95_s: .* is not a number from 0 on"):
        Thresholds.of({"latency_p95_s": value})


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    """So that a slip of the pen is seen."""
    with pytest.raises(ThresholdsInvalid, match=r"latency_p96_s: no such threshold; known are .*latency_p95_s"):
        Thresholds.of({"latency_p96_s": 1})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limits.toml", "rate_fps = 20\nstall_s = 0.5\n"),
        ("limits.toml", "[thresholds]\nrate_fps = 20\nstall_s = 0.5\n"),
        ("limits.json", '{"rate_fps": 20, "stall_s": 0.5}'),
        ("LIMITS.JSON", '{"thresholds": {"rate_fps": 20, "stall_s": 0.5}}'),
    ],
)
def test_files_are_read(tmp_path: Path, name: str, text: str) -> None:
    """TOML and JSON, at the top or under their own heading."""
    file = tmp_path / name
    file.write_text(text)
    assert Thresholds.read(file) == Thresholds(rate_fps=20, stall_s=0.5)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("limits.toml", "rate_fps = ", "limits.toml: "),
        ("limits.json", "{", "limits.json: "),
        ("limits.json", "[1]", "limits.json: a table of names and numbers"),
        ("limits.toml", "thresholds = 3", "limits.toml: a table of names and numbers"),
        ("limits.toml", "rate_fps = 'fast'", "rate_fps: 'fast'"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, text: str, told: str) -> None:
    """Where and why."""
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ThresholdsInvalid, match=told):
        Thresholds.read(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """In the system's words."""
    with pytest.raises(ThresholdsInvalid, match=r"none\.toml: No such file"):
        Thresholds.read(tmp_path / "none.toml")
