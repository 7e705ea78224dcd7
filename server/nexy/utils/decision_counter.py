"""Counts the decisions that the log tells."""

import logging

from nexy.utils.metrics_collector import MetricsCollector

# The interceptor counts its own decisions, also those below the log's level.
_COUNTED_ELSEWHERE = "nexy.grpc"


class DecisionCounter(logging.Handler):
    """Every logged decision of every part is counted, so that no part has to know the metrics."""

    def __init__(self, metrics: MetricsCollector) -> None:
        super().__init__()
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count the record's decision, if it has one."""
        decision = getattr(record, "decision", None)
        if decision is not None and record.name != _COUNTED_ELSEWHERE:
            self._metrics.count_decision(str(decision))

    def attach(self) -> None:
        """Listen to every logger of Nexy from now on."""
        logging.getLogger("nexy").addHandler(self)

    def detach(self) -> None:
        """Listen no more; safe when not attached."""
        logging.getLogger("nexy").removeHandler(self)
