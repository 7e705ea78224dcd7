"""Decisions of the log become figures."""

import logging

from nexy.utils.clock import SystemClock
from nexy.utils.decision_counter import DecisionCounter
from nexy.utils.metrics_collector import MetricsCollector


def test_every_logged_decision_is_counted_once() -> None:
    """Degradations and refusals count by their name; plain lines and the interceptor's own do not."""
    metrics = MetricsCollector(60, SystemClock())
    counter = DecisionCounter(metrics)
    counter.attach()
    try:
        logging.getLogger("nexy.streaming").warning("refused", extra={"decision": "abort"})
        logging.getLogger("nexy.ai_router").warning("next one", extra={"decision": "degrade"})
        logging.getLogger("nexy.grpc").warning("call", extra={"decision": "abort"})
        logging.getLogger("nexy.streaming").warning("plain")
    finally:
        counter.detach()
    logging.getLogger("nexy.streaming").warning("later", extra={"decision": "abort"})
    figures = metrics.exposition().decode()
    assert 'nexy_decisions_total{type="abort"} 1.0' in figures
    assert 'nexy_decisions_total{type="degrade"} 1.0' in figures
