"""Checks of scripted servers."""

from typing import Any

from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import serve_playbook
from nexy_client.validation import CheckReport
from nexy_client.validation.checker import CheckOrder, JobWish, check_streams

PLAN = StreamPlan(rows=40, sensors=6, bins=8)
HISTORIC = Playbook(plan=PLAN)
LIVE = Playbook(plan=StreamPlan(rows=200, sensors=6, bins=8, live=True))


def wish_for(plan: StreamPlan) -> JobWish:
    """The order that the scripted answer answers."""
    begin = None if plan.live else 1_700_000_000.0
    return JobWish(
        channels=(plan.first_channel, plan.first_channel + plan.sensors - 1),
        nfft=256,
        height=plan.bins,
        frequency_range=(plan.lowest_hz, plan.highest_hz),
        start_s=begin,
        end_s=None if begin is None else begin + (plan.rows + 0.5) * plan.row_seconds,
    )


async def checked(playbook: Playbook, *, watcher: Any = None, job: str = "", **order: Any) -> CheckReport:
    """The report on this server; without its probes, unless they are asked for."""
    order.setdefault("probes", False)
    with serve_playbook(playbook) as served:
        wanted = CheckOrder(api=served.rest_url, job=job or wish_for(playbook.plan), **order)
        return await (check_streams(wanted, watcher) if watcher else check_streams(wanted))


def codes(report: CheckReport) -> set[str]:
    """Of all its findings that are not for information."""
    return {one.code for one in report.all_findings if one.severity != "info"}
