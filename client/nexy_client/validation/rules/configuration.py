"""The configure answer is consistent with itself and with what was asked for."""

import math
from collections.abc import Iterator

import numpy as np

from nexy_client.validation.rule import Rule

_HZ_SLACK = 1e-6
_RELATIVE_SLACK = 1e-3
_VIEW_TYPES = (0, 1, 2)
_SINGLE_CHANNEL = 1


class ConfigurationRule(Rule):
    """Frequencies, row rate, transform and the map of channels; judged before the first frame."""

    def begin(self) -> None:
        """Everything at once."""
        if not self.answer.job_id.strip():
            self.log.note("job_id", value=self.answer.job_id)
        self._frequencies()
        self._row_rate()
        self._transform()
        self._channels()
        self._streams()
        self._view()

    def _frequencies(self) -> None:
        listed = np.asarray(self.answer.frequencies_list, np.float64)
        if len(listed) != self.answer.frequencies_amount or not len(listed):
            self.log.note("frequency_amount", value=self.answer.frequencies_amount, expected=len(listed))
        broken = ~np.isfinite(listed) | (listed < 0)
        if broken.any():
            place = int(np.argmax(broken))
            self.log.note("frequency_value", value=str(listed[place]), expected=place)
            return
        steps = np.diff(listed)
        if (steps <= 0).any():
            place = int(np.argmax(steps <= 0)) + 1
            self.log.note("frequency_order", value=float(listed[place]), expected=float(listed[place - 1]))
        for value, bound in self._outside(listed):
            self.log.note("frequency_range", value=value, expected=bound)
        if self.asked.height is not None and len(listed) > self.asked.height:
            self.log.note("frequency_height", value=len(listed), expected=self.asked.height)

    def _outside(self, listed: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Iterator[tuple[float, float]]:
        if not len(listed):
            return
        lowest, highest = self.asked.lowest_hz, self.asked.highest_hz
        rate = self.asked.sample_rate_hz or self._told_rate()
        if lowest is not None and listed.min() < lowest - _HZ_SLACK:
            yield float(listed.min()), lowest
        if highest is not None and listed.max() > highest + _HZ_SLACK:
            yield float(listed.max()), highest
        elif rate and listed.max() > rate / 2 * (1 + _RELATIVE_SLACK):
            yield float(listed.max()), rate / 2

    def _told_rate(self) -> float | None:
        """hop / lines_dt is the sample rate."""
        usable = 0 < self.answer.lines_dt < math.inf and self.answer.hop > 0
        return self.answer.hop / self.answer.lines_dt if usable else None

    def _row_rate(self) -> None:
        lines_dt = self.answer.lines_dt
        if not 0 < lines_dt < math.inf:
            self.log.note("lines_dt", value=str(lines_dt))
            return
        if self.answer.hop < 0:
            self.log.note("hop", value=self.answer.hop, expected=1)
        asked, told = self.asked.sample_rate_hz, self._told_rate()
        if asked and told and abs(told - asked) > _RELATIVE_SLACK * asked:
            self.log.note("sample_rate_resp", value=told, expected=asked)

    def _transform(self) -> None:
        nfft = self.answer.nfft_effective
        if nfft == 0:
            return  # the documents' older servers do not say it
        if nfft < 2 or nfft & (nfft - 1) or (self.asked.nfft is not None and nfft != self.asked.nfft):
            self.log.note("nfft_effective", value=nfft, expected=self.asked.nfft)
        if self.answer.frequencies_amount > nfft // 2 + 1 > 1:
            self.log.note("frequency_amount", value=self.answer.frequencies_amount, expected=nfft // 2 + 1)

    def _channels(self) -> None:
        channels = sorted(self.answer.channel_to_stream_index)
        if len(channels) != self.answer.channel_amount or not channels:
            self.log.note("channel_amount", value=self.answer.channel_amount, expected=len(channels))
        first, last = self.asked.first_channel, self.asked.last_channel
        if channels and first is not None and last is not None and (channels[0], channels[-1]) != (first, last):
            self.log.note("channel_map", value=f"{channels[0]}-{channels[-1]}", expected=f"{first}-{last}")
        elif channels and channels[-1] - channels[0] + 1 != len(channels):
            self.log.note("channel_map", value=len(channels), expected=channels[-1] - channels[0] + 1)

    def _streams(self) -> None:
        told, used = self.answer.stream_amount, set(self.answer.channel_to_stream_index.values())
        if told < 1 or used != set(range(told)):
            self.log.note("stream_amount", value=told, expected=len(used))
        if not 0 <= self.expected.stream_id < max(told, 1):
            self.log.note("stream_id", value=self.expected.stream_id, expected=told - 1)
        channels = self.expected.channels
        if len(channels) and channels[-1] - channels[0] + 1 != len(channels):
            self.log.note("channel_map", value=len(channels), expected=int(channels[-1] - channels[0] + 1))

    def _view(self) -> None:
        view = self.answer.view_type
        if view not in _VIEW_TYPES or (self.asked.view_type is not None and view != self.asked.view_type):
            self.log.note("view_type", value=view, expected=self.asked.view_type)
        elif view == _SINGLE_CHANNEL and self.answer.channel_amount != 1:
            self.log.note("view_type", value=self.answer.channel_amount, expected=1)
