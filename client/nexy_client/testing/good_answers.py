"""The script of a server that keeps the contract."""

import re
import uuid
from collections.abc import Callable, Mapping

from nexy_client.testing import steps
from nexy_client.testing.steps import Hang, Step
from nexy_protocol import streaming_pb2

Metadata = Mapping[str, str]
TurnScript = Callable[[streaming_pb2.StreamRequest, Metadata], list[Step]]
WelcomeScript = Callable[[streaming_pb2.WelcomeRequest], list[Step]]

MILLISECONDS_PER_LETTER = 10
_OPEN = re.compile(r"(?:open|открой) (\w+)", re.IGNORECASE)
_LONG = re.compile(r"manual|инструкци", re.IGNORECASE)


def good_turn(request: streaming_pb2.StreamRequest, metadata: Metadata) -> list[Step]:
    """The answer to one request, merged speech already in its prompt: sentences, sound, an action, the end."""
    problem = _problem(request)
    if problem:
        return problem
    opened = _OPEN.search(request.prompt)
    if opened:
        action = steps.action_message if metadata.get("nexy-actions") == "message" else steps.action_text
        app = opened[1]
        return [*spoken(f"Opening {app}."), action(request.session_id, "open_app", {"app_name": app}), steps.end()]
    answer = [*spoken(f"You said {request.prompt.strip()}"), *spoken(" That is all.")]
    return [*answer, Hang()] if _LONG.search(request.prompt) else [*answer, steps.end()]


def good_welcome(request: streaming_pb2.WelcomeRequest) -> list[Step]:
    """Metadata with the true duration, sound as long as its text, the end."""
    milliseconds = _milliseconds(request.text or "Hello, I am listening")
    sound = steps.greeting_sound(steps.chunk(milliseconds))
    return [steps.greeting_metadata(milliseconds / 1000), sound, steps.greeting_end()]


def spoken(sentence: str) -> list[Step]:
    """A sentence and its sound in two pieces."""
    return [
        steps.text(sentence),
        steps.sound(steps.chunk(20)),
        steps.sound(steps.chunk(_milliseconds(sentence))),
    ]


def _milliseconds(words: str) -> int:
    return MILLISECONDS_PER_LETTER * (1 + len(words))


def _problem(request: streaming_pb2.StreamRequest) -> list[Step]:
    if request.hardware_id.strip().lower() in ("", "unknown"):
        return steps.refused("hardware_id", "it is empty or unknown")
    if not _is_session_id(request.session_id):
        return steps.refused("session_id", "it must be a UUID version 4")
    if not request.prompt.strip():
        return steps.refused("prompt", "it is empty")
    return []


def _is_session_id(text: str) -> bool:
    try:
        return uuid.UUID(text).version == 4
    except ValueError:
        return False
