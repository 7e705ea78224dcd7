"""What is still good: every limit of the validator, each a setting."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class ThresholdsInvalid(ValueError):
    """A file of thresholds that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Limits; a file sets any of them by its name. Seconds and milliseconds as the names say."""

    findings_kept: int = 5
    """How many findings of one code are kept in full."""
    connect_s: float = 10.0
    first_frame_s: float = 5.0
    stall_s: float = 2.0
    """No frame for longer than this (or ten rows of a slow stream) is a stall."""
    health_s: float = 5.0
    """How long a question to the server may take: CheckHealth, grpc.health.v1, an unknown job."""
    rate_fps: float = 10.0
    rate_share: float = 0.9
    """A live stream must reach this share of 1 / lines_dt."""
    rate_frames: int = 20
    """Rate, jitter and latency are judged from this many frames on; the rate of fewer from rate_seconds on."""
    rate_seconds: float = 2.0
    jitter_deviation: float = 0.6
    """An interval of a live stream is uneven when it is off by more than this share of lines_dt …"""
    jitter_floor_ms: float = 25.0
    """… and by more than this."""
    jitter_share: float = 0.2
    """Which share of the intervals may be uneven."""
    latency_p95_s: float = 1.0
    data_latency_s: float = 10.0
    """How old a live row may be when it arrives, its analysis window not counted."""
    row_ms: float = 1.5
    """Tolerance of one edge of a row."""
    drift_ppm: float = 200.0
    """How far the times of rows may drift from lines_dt."""
    clock_offset_s: float = 5.0
    """How far the server's clock may be from ours."""
    clock_drift_ppm: float = 1000.0
    clock_drift_floor_ms: float = 100.0
    """How far the clocks must have moved apart before it counts as drift."""
    amplitude_relative: float = 1e-6
    """How exact current_max_amp and current_min_amp are."""
    quantised_db: float = 0.5
    """The same for PACKED_U8, in dB."""
    plausible_amplitude: float = 1e12
    spike_ratio: float = 1e5
    """A frame's maximum against the median of the frames before it."""
    step_ratio: float = 300.0
    """A lasting step of the level between neighbouring frames."""
    dead_share: float = 0.25
    """Which share of the channels may be dead without being flagged."""
    stuck_frames: int = 2
    """So many equal frames in a row are a stuck stream."""
    stuck_channel_frames: int = 4
    availability_percent: float = 99.0
    reconnects: int = 3
    certificate_days: float = 14.0

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "Thresholds":
        """From names and numbers; raises `ThresholdsInvalid` for an unknown name or a value that is no number."""
        known = {field.name: field for field in fields(cls)}
        values: dict[str, float | int] = {}
        for name, value in settings.items():
            if name not in known:
                raise ThresholdsInvalid(f"{name}: no such threshold; known are {', '.join(known)}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise ThresholdsInvalid(f"{name}: {value!r} is not a number from 0 on")
            values[name] = int(value) if known[name].type is int else value
        return cls(**values)  # type: ignore[arg-type]

    @classmethod
    def read(cls, file: Path) -> "Thresholds":
        """From a TOML or JSON file, on its top level or under `thresholds`; raises `ThresholdsInvalid`."""
        try:
            text = file.read_text(encoding="utf-8")
            loaded = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
        except OSError as problem:
            raise ThresholdsInvalid(f"{file}: {problem.strerror or problem}") from problem
        except ValueError as problem:
            raise ThresholdsInvalid(f"{file}: {problem}") from problem
        settings = loaded.get("thresholds", loaded) if isinstance(loaded, dict) else None
        if not isinstance(settings, dict):
            raise ThresholdsInvalid(f"{file}: a table of names and numbers is expected")
        return cls.of(settings)
