"""A server that speaks Ollama's wire (chat, embed, tags), with faults on demand.

`python -m support.fake_ollama --port 0 --tokens 60` prints its port and serves until it is ended.
"""

import asyncio
from typing import ClassVar

from aiohttp import web

from support.fake_faults import play_fault
from support.fake_ollama_script import WIRE, completion
from support.fake_script import Fault, Script, Wire
from support.fake_server import FakeServer, Received, run
from support.fake_vectors import vector_of


class FakeOllama(FakeServer):
    """A local Ollama: streams unless it is asked not to."""

    wire: ClassVar[Wire] = WIRE

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        app.router.add_post("/api/embed", self._embed)
        app.router.add_get("/api/tags", self._tags)

    async def _undisturbed(self, request: web.Request, received: Received, script: Script) -> web.StreamResponse:
        if received.json.get("stream", True):
            return await super()._undisturbed(request, received, script)
        await asyncio.sleep(script.delay_seconds * len(script.tokens))
        return web.Response(body=completion(script), content_type="application/json")

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        """One vector per text, in their order (docs/api.md, "Generate Embeddings")."""
        script = self.scripts[0]
        received = Received(headers=dict(request.headers), body=await request.read(), path=request.raw_path)
        self.requests.append(received)
        if script.fault is not Fault.NONE:
            return await play_fault(request, self.wire, script, self._frames(script))
        asked = received.json["input"]
        texts = [asked] if isinstance(asked, str) else asked
        told = {"model": received.json["model"], "embeddings": [vector_of(text) for text in texts]}
        counts = {"total_duration": 14143917, "load_duration": 1019500}
        return web.json_response({**told, **counts, "prompt_eval_count": sum(len(text.split()) for text in texts)})

    async def _tags(self, _: web.Request) -> web.Response:
        model = self.scripts[0].model
        return web.json_response({"models": [{"name": model, "model": model, "size": 1, "digest": "fake"}]})


if __name__ == "__main__":
    run(FakeOllama)
