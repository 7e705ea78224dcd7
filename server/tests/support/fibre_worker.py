"""A worker process with sources in memory; the kind of a source, or the end of its path, says how it behaves."""

import os
import threading
import time

import numpy as np

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.errors import SourceBroken
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.workers.worker import run
from support.fake_fibre import MemorySource, facts, tone

CHANNELS = 8
HERTZ = 125.0


def fibre(spec: SourceSpec) -> SampleSource:
    """8 channels of 10 s at 1 kHz, each a tone of its number as amplitude; raises what the kind says."""
    behaviour = spec.kind if spec.kind != "recording" else spec.address.rpartition("/")[2]
    match behaviour:
        case "refused":
            raise ValidationFailed("source 'well': there is no file", field="source")
        case "defect":
            raise RuntimeError("secret words")
        case "hanging":
            threading.Event().wait()
        case "deadly":
            os._exit(3)
    samples = np.stack([tone(HERTZ, channel, 10_000) for channel in range(1, CHANNELS + 1)])
    about = facts(name=spec.name, kind=spec.kind, live=behaviour == "live")
    if behaviour == "live":
        began = time.monotonic()
        return MemorySource(samples, about, lambda: min(10_000, 5000 + int((time.monotonic() - began) * 1000)))
    made = MemorySource(samples, about)
    if behaviour == "broken":
        made.problem = SourceBroken("source 'well': a.h5 became shorter while it was read")
    return made


if __name__ == "__main__":
    run(fibre)
    os._exit(0)
