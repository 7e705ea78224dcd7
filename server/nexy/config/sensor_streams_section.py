"""What may be watched, and the bounds of watching it."""

from dataclasses import dataclass

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorStreamsConfig:
    """Bounds of jobs, viewers and workers.

    `sources` says what there is: `NAME=KIND:ADDRESS` separated by commas, each with options like a URL's
    (`well=recording:/data/a.h5?allow_dead=yes, now=folder:/data/in, demo=synthetic:`). The first is the default.
    """

    sources: str = setting("", "SENSOR_SOURCES")
    workers: int = setting(1, "SENSOR_WORKERS", at_least=1, at_most=64)
    max_jobs: int = setting(30, "SENSOR_MAX_JOBS", at_least=1, at_most=1000)
    max_viewers: int = setting(100, "SENSOR_MAX_VIEWERS", at_least=1)
    max_channels: int = setting(2222, "SENSOR_MAX_CHANNELS", at_least=1)
    channels_per_stream: int = setting(1024, at_least=1)
    job_idle_seconds: float = setting(50.0, at_least=0.1)
    job_kept_seconds: float = setting(120.0, at_least=0.1)
    stream_inactivity_seconds: float = setting(180.0, at_least=0.1)
    viewer_buffer_bytes: int = setting(32 * 1024 * 1024, at_least=1024 * 1024)
    encoded_cache_bytes: int = setting(32 * 1024 * 1024, at_least=0)
    worker_memory_bytes: int = setting(256 * 1024 * 1024, at_least=16 * 1024 * 1024)
    max_looks: int = setting(4, at_least=1)
    look_timeout_seconds: float = setting(60.0, at_least=0.1)
    worker_start_timeout_seconds: float = setting(30.0, at_least=0.1)
    worker_idle_seconds: float = setting(60.0, at_least=0.1)
    worker_stop_seconds: float = setting(2.0, at_least=0.0)
