"""The one owner of what runs: every question about a device's turns is answered here."""

import threading
from collections.abc import Sequence

from nexy.contracts.errors import StreamLimitExceeded
from nexy.contracts.sessions import RunningTurn


class SessionRegistry:
    """Running turns by session; guarded by its own lock, because other threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._active_sessions: dict[str, RunningTurn] = {}

    def register_session(self, turn: RunningTurn) -> None:
        """Take the turn; raises `StreamLimitExceeded` while its session has a running one."""
        with self._lock:
            if turn.session_id in self._active_sessions:
                raise StreamLimitExceeded(
                    "session_id: this session already has a running turn; wait for its end or interrupt it",
                    code="session_busy",
                    field="session_id",
                    retry_after_seconds=1,
                )
            self._active_sessions[turn.session_id] = turn

    def get_session(self, session_id: str) -> RunningTurn | None:
        """The running turn of this session, if there is one."""
        with self._lock:
            return self._active_sessions.get(session_id)

    def turns_of_device(self, hardware_id: str) -> Sequence[RunningTurn]:
        """Every running turn of the device, oldest first."""
        with self._lock:
            return [turn for turn in self._active_sessions.values() if turn.hardware_id == hardware_id]

    def interrupt_session(self, session_id: str) -> bool:
        """Cancel the turn's task; false when nothing runs. The turn leaves the registry when it has ended.

        A turn is cancelled once: a second cancellation would cut the clean-up of the first one short.
        """
        turn = self.get_session(session_id)
        return turn is not None and (turn.task.cancelling() > 0 or turn.task.cancel())

    def unregister_session(self, turn: RunningTurn) -> None:
        """Forget the turn, unless a later one took its place."""
        with self._lock:
            if self._active_sessions.get(turn.session_id) is turn:
                del self._active_sessions[turn.session_id]

    def count(self) -> int:
        """How many turns run."""
        with self._lock:
            return len(self._active_sessions)
