"""The state of one turn: it lives in the request, from admission to what is kept of it."""

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import assert_never

from nexy.contracts.history import FinishedTurn, TurnOutcome
from nexy.contracts.memory import MemoryContext
from nexy.contracts.turn import ActionEvent, EndEvent, JsonValue, Screenshot, SoundEvent, TextEvent, VoiceEvent
from nexy.utils.words_meter import WordsMeter


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True, kw_only=True)
class Turn:
    """What was asked, what it cost and what the transport took of the answer; `began` is in the loop's seconds.

    Without a prompt the turn was refused before it began. What was `answered_by_us` is about the memory itself, so
    nothing is learnt from it.
    """

    hardware_id: str
    session_id: str
    prompt: str = ""
    screenshot: Screenshot | None = None
    turn_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began: float = field(default_factory=_now)
    memory: MemoryContext = field(default_factory=MemoryContext)
    meter: WordsMeter = field(default_factory=WordsMeter)
    texts: list[str] = field(default_factory=list)
    action: ActionEvent | None = None
    first_sound_ms: float | None = None
    answered_by_us: bool = False
    ended: bool = False
    kept: bool = False

    def took(self, event: VoiceEvent) -> None:
        """The transport has sent this."""
        match event:
            case TextEvent():
                self.texts.append(event.text)
            case SoundEvent():
                if self.first_sound_ms is None:
                    self.first_sound_ms = self._elapsed_ms
            case ActionEvent():
                self.action = event
            case EndEvent():
                self.ended = True
            case _:
                assert_never(event)

    @property
    def anything_sent(self) -> bool:
        """Whether the person got any of it."""
        return bool(self.texts) or self.first_sound_ms is not None or self.action is not None

    @property
    def answer(self) -> str:
        """The words that were sent."""
        return "".join(self.texts)

    @property
    def _elapsed_ms(self) -> float:
        return (_now() - self.began) * 1000

    def finished(self, outcome: TurnOutcome) -> FinishedTurn:
        """What is kept; a screenshot is told once."""
        return FinishedTurn(
            turn_id=self.turn_id,
            hardware_id=self.hardware_id,
            session_id=self.session_id,
            prompt=self.prompt,
            answer=self.answer,
            outcome=outcome,
            action=_told(self.action),
            screenshot=None if self.kept else self.screenshot,
            first_sound_ms=self.first_sound_ms,
            duration_ms=self._elapsed_ms,
        )


def _told(action: ActionEvent | None) -> dict[str, JsonValue]:
    if action is None:
        return {}
    return {"command": action.command, "args": dict(action.args), "confirm": action.confirm}
