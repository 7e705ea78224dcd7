"""The good configure answer, the order that leads to it, and what else /focus-server/* tells of the job."""

from nexy_client.testing.streams.plan import JOB_ID, RECORDED_AT_MS, StreamPlan
from nexy_client.testing.streams.playbook import Answer, Playbook

HOST = "127.0.0.1"
NFFT = 256


def order_for(plan: StreamPlan) -> Answer:
    """The body of POST /configure; a historic range has half a row to spare, so that no rounding costs a row."""
    begin = RECORDED_AT_MS / 1000
    return {
        "displayTimeAxisDuration": 10,
        "nfftSelection": NFFT,
        "displayInfo": {"height": plan.bins},
        "channels": {"min": plan.first_channel, "max": plan.first_channel + plan.sensors - 1},
        "frequencyRange": {"min": plan.lowest_hz, "max": plan.highest_hz},
        "start_time": None if plan.live else begin,
        "end_time": None if plan.live else begin + (plan.rows + 0.5) * plan.row_seconds,
        "view_type": 0,
    }


def good_answer(plan: StreamPlan, port: int) -> Answer:
    """What the configure answer says of a good stream."""
    owners = {str(channel): stream for stream in range(plan.streams) for channel in plan.channels(stream)}
    return {
        "status": "running",
        "job_id": JOB_ID,
        "stream_url": HOST,
        "stream_port": port,
        "frequencies_list": plan.frequencies(),
        "frequencies_amount": plan.bins,
        "lines_dt": plan.row_seconds,
        "channel_to_stream_index": owners,
        "stream_amount": plan.streams,
        "channel_amount": plan.sensors,
        "view_type": 0,
        "intensity_unit": "strain rate",
        "hop": plan.hop,
        "nfft_effective": NFFT,
        "created_at": RECORDED_AT_MS / 1000,
    }


def metadata(playbook: Playbook, answer: Answer) -> Answer:
    """GET /metadata/{job_id}: the answer again, with what its source is."""
    plan = playbook.plan
    more = {
        "source": "demo",
        "prr": plan.sample_rate_hz,
        "rows": None if plan.live else plan.rows,
        "dead_channels": list(plan.dead_channels),
        "nan_channels": list(plan.nan_channels),
    }
    return {**answer, **more}


def job(playbook: Playbook, state: str) -> Answer:
    """GET and DELETE /jobs/{id}."""
    plan = playbook.plan
    return {
        "job_id": JOB_ID,
        "status": state,
        "source": "demo",
        "viewers": 1,
        "frames": plan.rows,
        "rows": None if plan.live else plan.rows,
        "created_at": RECORDED_AT_MS / 1000,
        "problem": "the source has failed" if state == "failed" else "",
    }


def channels(plan: StreamPlan) -> Answer:
    """GET /channels."""
    return {"lowest_channel": plan.first_channel, "highest_channel": plan.first_channel + plan.sensors - 1}


def live_metadata(plan: StreamPlan) -> Answer:
    """GET /live_metadata."""
    return {
        "dx": 1.0,
        "prr": plan.sample_rate_hz,
        "fiber_start_meters": 0.0,
        "fiber_length_meters": float(plan.sensors),
        "sw_version": "0.1.0",
        "number_of_channels": plan.sensors,
        "fiber_description": "a generated fibre",
        "dtype": "float32",
        "num_samples_per_trace": None,
        "source": "demo",
        "intensity_unit": "strain rate",
        "dead_channels": list(plan.dead_channels),
        "nan_channels": list(plan.nan_channels),
    }
