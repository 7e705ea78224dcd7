"""The events of a streamed answer, as far as we read them (Gemini API reference, "GenerateContentResponse")."""

import msgspec


class FunctionCall(msgspec.Struct, gc=False):
    """A call comes whole, its arguments as an object."""

    name: str = ""
    id: str | None = None
    args: msgspec.Raw = msgspec.Raw(b"{}")


class Part(msgspec.Struct, rename="camel", gc=False):
    """Words, a thought, or a call."""

    text: str | None = None
    thought: bool = False
    function_call: FunctionCall | None = None


class Content(msgspec.Struct, gc=False):
    """What one event adds; without parts it adds nothing."""

    parts: list[Part] | None = None


class Candidate(msgspec.Struct, rename="camel", gc=False):
    """One of the answers that the wire allows; we ask for one."""

    content: Content | None = None
    finish_reason: str | None = None


class PromptFeedback(msgspec.Struct, rename="camel", gc=False):
    """Whether the question was blocked; then there is no candidate."""

    block_reason: str | None = None


class Detail(msgspec.Struct, rename="camel", gc=False):
    """One of the details of an error (google.rpc.ErrorInfo, google.rpc.RetryInfo)."""

    reason: str | None = None
    retry_delay: str | None = None


class Failing(msgspec.Struct, gc=False):
    """What went wrong; its text may hold the prompt, so it is not read."""

    code: int | None = None
    status: str | None = None
    details: list[Detail] | None = None


class Event(msgspec.Struct, rename="camel", gc=False):
    """One event: only what every piece of an answer needs, so that nothing else is decoded."""

    candidates: list[Candidate] | None = None
    prompt_feedback: PromptFeedback | None = None
    error: Failing | None = None


class Counted(msgspec.Struct, rename="camel", gc=False):
    """Tokens so far; thoughts stand beside the candidates, cached tokens are among those of the prompt."""

    prompt_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None


class Identity(msgspec.Struct, rename="camel", gc=False):
    """Which answer of which model an event belongs to, and what was counted until then."""

    model_version: str | None = None
    response_id: str | None = None
    usage_metadata: Counted | None = None


decode_event = msgspec.json.Decoder(Event).decode
decode_identity = msgspec.json.Decoder(Identity).decode
