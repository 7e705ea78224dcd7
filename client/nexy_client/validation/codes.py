"""Every finding that there is: its family and how grave it is. The texts stand in `messages`.

Where IRIS MUSTANG measures the same thing, the code is the metric's name (num_gaps, max_gap, data_latency …).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding; `mustang` tells that the name is a metric of IRIS MUSTANG."""

    name: str
    family: str
    severity: str
    mustang: bool = False


_TABLE = """
configuration  job_id error | stream_id error | frequency_amount error | frequency_order error
configuration  frequency_range error | frequency_value error | frequency_height error
configuration  lines_dt error | sample_rate_resp error mustang | nfft_effective error | hop error
configuration  channel_map error | channel_amount error | stream_amount error | view_type error | stream_port error
structure      no_frames error | rows_missing error | row_amount error | canvas_id error | decode_error error
structure      packed_block error | encoding error
dimensions     sensor_amount error | sensor_id error | sensor_order error | bin_amount error | bins_uneven error
values         not_finite error | negative_amplitude error | amplitude_implausible error | num_spikes warning mustang
values         all_zero error | missing_padded_data error mustang | dead_channel info | dead_channels error
values         nan_channel info | flagged_channel info
values         channel_died warning | amplitude_step warning
stuck          stuck_frame error | stuck_channel error | sample_unique error mustang
amplitudes     sample_max error mustang | sample_min error mustang | extremes_swapped error
sequence       first_frame_number error | frames_lost error | frames_dropped info | frame_repeated error
sequence       frame_order error | stream_restarted error | resume_ignored error | drop_count error
sequence       percent_availability warning mustang
time           num_gaps error mustang | num_overlaps error mustang | row_duration error | time_unit error
time           row_time_order error | row_outside_range error | timing_quality error mustang
time           server_timestamp error | server_timestamp_stuck error | suspect_time_tag error mustang
time           row_in_future error | clock_offset error | clock_drift error
latency        data_latency error mustang | feed_latency error mustang | first_frame_latency error
latency        connect_time error
rate           frame_rate error | sample_rate_channel error mustang | jitter error
stall          stall error
end            end_missing error | row_count error | frames_after_end error | ended_early error | end_has_rows error
end            max_frames_exceeded error | end_number error | stream_failed error | message_too_large error
health         health_unreachable error | not_healthy error | not_serving error | health_disagrees warning
health         version_missing warning
jobs           unknown_job_status error | unknown_job_text error | connection_unusable error | job_failed error
jobs           answer_unreadable error | job_not_removed error | configure_refused error | job_not_found error
transport      connect_failed error | tls_failed error | plaintext_accepted error | certificate_expires warning
transport      reconnected info | reconnects warning
"""


def _codes() -> Mapping[str, Code]:
    codes: dict[str, Code] = {}
    for line in _TABLE.strip().splitlines():
        family, _, entries = line.partition(" ")
        for entry in entries.split("|"):
            name, severity, *mustang = entry.split()
            codes[name] = Code(name=name, family=family, severity=severity, mustang=bool(mustang))
    return MappingProxyType(codes)


CODES = _codes()
FAMILIES = tuple(dict.fromkeys(code.family for code in CODES.values()))
