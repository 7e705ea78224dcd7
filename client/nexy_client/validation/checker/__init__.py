"""A whole check: a job, its health, its streams, its refusals, and nothing left behind."""

from nexy_client.validation.checker.order import CheckOrder, JobWish, Progress, Security
from nexy_client.validation.checker.run import check_streams

__all__ = ["CheckOrder", "JobWish", "Progress", "Security", "check_streams"]
