"""The names under which parts find each other, each with the type of what stands behind it."""

from nexy.contracts.capability import Capability
from nexy.contracts.clock import Clock
from nexy.contracts.coordination import Coordination
from nexy.contracts.database import Database
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.switches import Switches

SESSIONS: Capability[UniversalModuleInterface] = Capability("session_management")
INTERRUPTS: Capability[UniversalModuleInterface] = Capability("interrupt_handling")
WORDS: Capability[UniversalModuleInterface] = Capability("ai_router")
PROMPTS: Capability[UniversalModuleInterface] = Capability("text_processing")
SENTENCES: Capability[UniversalModuleInterface] = Capability("text_filtering")
SPEECH: Capability[UniversalModuleInterface] = Capability("audio_generation")
MEMORY: Capability[UniversalModuleInterface] = Capability("memory_management")
USAGE: Capability[UniversalModuleInterface] = Capability("token_usage")
HISTORY: Capability[UniversalModuleInterface] = Capability("history")
OUTBOX: Capability[UniversalModuleInterface] = Capability("outbox")
SENSOR_STREAMS: Capability[UniversalModuleInterface] = Capability("sensor_streams")
CODE_SEARCH: Capability[UniversalModuleInterface] = Capability("code_search")
ACCESS: Capability[UniversalModuleInterface] = Capability("access")
DATABASE: Capability[Database] = Capability("database")
COORDINATION: Capability[Coordination] = Capability("coordination")
SWITCHES: Capability[Switches] = Capability("global_flags")
CLOCK: Capability[Clock] = Capability("clock")
