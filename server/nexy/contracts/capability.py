"""The names under which parts find each other."""

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from nexy.contracts.clock import Clock
    from nexy.contracts.coordination import Coordination
    from nexy.contracts.module import UniversalModuleInterface
    from nexy.contracts.switches import Switches

M_co = TypeVar("M_co", covariant=True)


class Capability(str, Generic[M_co]):
    """A name that also tells mypy what stands behind it; at run time it is a plain `str`."""

    __slots__ = ()


SESSIONS: "Capability[UniversalModuleInterface]" = Capability("session_management")
INTERRUPTS: "Capability[UniversalModuleInterface]" = Capability("interrupt_handling")
WORDS: "Capability[UniversalModuleInterface]" = Capability("ai_router")
PROMPTS: "Capability[UniversalModuleInterface]" = Capability("text_processing")
SENTENCES: "Capability[UniversalModuleInterface]" = Capability("text_filtering")
SPEECH: "Capability[UniversalModuleInterface]" = Capability("audio_generation")
COORDINATION: "Capability[Coordination]" = Capability("coordination")
SWITCHES: "Capability[Switches]" = Capability("global_flags")
CLOCK: "Capability[Clock]" = Capability("clock")
