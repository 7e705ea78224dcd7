"""Which models are listed where the operator has named one provider."""

import msgspec

from nexy.config.ai_router_section import WordsConfig
from support.asgi import fetch
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider


async def test_only_the_named_providers_model_is_listed() -> None:
    """LLM_PROVIDER=claude: nobody is offered a model that will not be asked."""
    given = (ScriptedProvider("claude"), ScriptedProvider("openai"))
    async with http_door(*given, words=WordsConfig(provider="claude")) as door:
        answer = await fetch(door.app, "/v1/models")
    models = [one["id"] for one in msgspec.json.decode(answer.body)["data"]]
    assert models == ["auto", "claude/claude-model", "offline"]
