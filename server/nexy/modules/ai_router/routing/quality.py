"""Which provider gives good answers at what kind of task."""

import math
from collections import deque
from collections.abc import Sequence

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import AnswerQuality, JudgeAnswer


class QualityBook:
    """Remembers who answered the last requests, and the last judgements of each provider at each kind of task."""

    def __init__(self, remembered_requests: int, window: int) -> None:
        self._most = remembered_requests
        self._window = window
        self._answered: dict[str, tuple[str, str]] = {}
        self._scores: dict[tuple[str, str], deque[float]] = {}

    def remember(self, request_id: str, provider: str, task_type: str) -> None:
        """This provider answered this request; the oldest one is forgotten for it."""
        if len(self._answered) >= self._most and request_id not in self._answered:
            del self._answered[next(iter(self._answered))]
        self._answered[request_id] = (provider, task_type)

    def judge(self, judgement: JudgeAnswer) -> bool:
        """Count it; false for a request that is not known. Raises `ValidationFailed` for a score beyond 0 and 1."""
        if not (math.isfinite(judgement.score) and 0 <= judgement.score <= 1):
            raise ValidationFailed("score: a number from 0 to 1", field="score")
        whose = self._answered.get(judgement.request_id)
        if whose is None:
            return False
        self._scores.setdefault(whose, deque(maxlen=self._window)).append(judgement.score)
        return True

    def shares(self) -> Sequence[AnswerQuality]:
        """The mean of the last judgements, where there are any."""
        return [
            AnswerQuality(
                provider=provider, task_type=task_type, score=sum(scores) / len(scores), judgements=len(scores)
            )
            for (provider, task_type), scores in self._scores.items()
        ]
