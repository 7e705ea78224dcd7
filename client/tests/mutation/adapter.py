"""Binds the judge of the suite: `bound_judge` gives it, None as long as there is none."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from client.tests.mutation.judge import Finding, Judge, Limits, Severity, Target
from client.tests.mutation.topics import Topic

from nexy_client.validation import Thresholds
from nexy_client.validation import finding as found
from nexy_client.validation.checker import CheckOrder, JobWish, Security, check_streams
from nexy_protocol.encoding import Encoding

_CODES_OF = {
    Topic.ANSWER: "job_id nfft_effective hop view_type answer_unreadable configure_refused",
    Topic.FREQUENCIES: "frequency_amount frequency_order frequency_range frequency_value frequency_height",
    Topic.LINES_DT: "lines_dt sample_rate_resp",
    Topic.CHANNELS: "channel_map channel_amount",
    Topic.STREAMS: "stream_amount stream_id",
    Topic.PORT: "stream_port",
    Topic.JOB: "job_failed job_not_removed job_not_found",
    Topic.ROWS: "rows_missing row_amount canvas_id",
    Topic.ENCODING: "encoding",
    Topic.PACKED: "packed_block",
    Topic.SENSORS: "sensor_amount",
    Topic.IDS: "sensor_id sensor_order",
    Topic.BINS: "bin_amount bins_uneven",
    Topic.FINITE: "not_finite negative_amplitude amplitude_implausible num_spikes amplitude_step",
    Topic.ZEROS: "all_zero missing_padded_data dead_channel nan_channel flagged_channel dead_channels channel_died",
    Topic.STUCK: "stuck_frame stuck_channel sample_unique",
    Topic.EXTREMES: "sample_max sample_min extremes_swapped",
    Topic.START: "first_frame_number",
    Topic.LOSS: "frames_lost percent_availability",
    Topic.DROPPED: "drop_count frames_dropped",
    Topic.REPEAT: "frame_repeated resume_ignored",
    Topic.ORDER: "frame_order",
    Topic.RESTART: "stream_restarted",
    Topic.COUNT: "no_frames row_count max_frames_exceeded",
    Topic.END: "end_missing frames_after_end ended_early end_has_rows end_number",
    Topic.GAP: "num_gaps",
    Topic.OVERLAP: "num_overlaps",
    Topic.INTERVAL: "row_time_order",
    Topic.ROW_LENGTH: "row_duration",
    Topic.DRIFT: "timing_quality",
    Topic.UNIT: "time_unit",
    Topic.RANGE: "row_outside_range",
    Topic.STALE: "data_latency row_in_future",
    Topic.SERVER_CLOCK: "server_timestamp server_timestamp_stuck suspect_time_tag clock_offset clock_drift",
    Topic.RATE: "frame_rate sample_rate_channel",
    Topic.JITTER: "jitter",
    Topic.LATENCY: "feed_latency",
    Topic.FIRST_FRAME: "first_frame_latency",
    Topic.STALL: "stall",
    Topic.CONNECT: "connect_failed connect_time",
    Topic.TLS: "tls_failed plaintext_accepted certificate_expires",
    Topic.HEALTH: "health_unreachable not_healthy not_serving health_disagrees version_missing",
    Topic.STATUS: "stream_failed reconnected reconnects",
    Topic.DECODE: "decode_error",
    Topic.MESSAGE_SIZE: "message_too_large",
    Topic.NOT_FOUND: "unknown_job_status unknown_job_text",
    Topic.CONNECTION: "connection_unusable",
}
TOPIC_OF = {code: topic for topic, codes in _CODES_OF.items() for code in codes.split()}


def bound_judge() -> Judge | None:
    """The validator behind the suite's interface, its codes mapped onto the suite's topics."""
    return _Validator()


class _Validator:
    def check(self, target: Target) -> Sequence[Finding]:
        """Everything that a check finds; the target's limits are its thresholds."""
        report = asyncio.run(check_streams(_order(target)))
        return [_told(one) for one in report.all_findings]


def _order(target: Target) -> CheckOrder:
    secure = target.root_certificate is not None
    return CheckOrder(
        api=target.rest_url,
        job=_wish(target.order),
        frames=target.max_frames,
        encoding=Encoding(target.encoding),
        security=Security(tls=secure, ca=target.root_certificate, server_name=target.server_name),
        limits=_thresholds(target.limits),
    )


def _wish(order: Mapping[str, Any]) -> JobWish:
    channels, frequencies = order["channels"], order["frequencyRange"]
    return JobWish(
        channels=(channels["min"], channels["max"]),
        nfft=order["nfftSelection"],
        height=order["displayInfo"]["height"],
        frequency_range=(frequencies["min"], frequencies["max"]),
        view_type=order["view_type"],
        start_s=order["start_time"],
        end_s=order["end_time"],
    )


def _thresholds(limits: Limits) -> Thresholds:
    return Thresholds(
        connect_s=limits.connect,
        first_frame_s=limits.first_frame,
        stall_s=limits.stall,
        latency_p95_s=limits.latency_p95,
        rate_fps=limits.lowest_rate_fps,
        health_s=limits.health,
    )


def _told(one: found.Finding) -> Finding:
    return Finding(
        code=one.code,
        topic=TOPIC_OF[one.code],
        severity=Severity(one.severity.value),
        message=one.sentence,
        frame=one.frame,
        sensor=one.sensor,
        value=one.value,
        expected=one.expected,
    )
