"""A server that speaks the OpenAI wire (chat completions, embeddings, models), with faults on demand.

`python -m support.fake_openai --port 0 --tokens 60` prints its port and serves until it is ended.
"""

import asyncio
from typing import ClassVar

from aiohttp import web

from support.fake_faults import play_fault
from support.fake_openai_script import WIRE, completion
from support.fake_script import Fault, Script, Wire
from support.fake_server import FakeServer, Received, run
from support.fake_vectors import vector_of

__all__ = ["FakeOpenAi", "Received"]


class FakeOpenAi(FakeServer):
    """OpenAI itself, or whatever speaks like it: streams where it is asked to, else answers in one piece."""

    wire: ClassVar[Wire] = WIRE

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        app.router.add_post("/v1/embeddings", self._embed)
        app.router.add_get("/v1/models", self._models)

    async def _undisturbed(self, request: web.Request, received: Received, script: Script) -> web.StreamResponse:
        if received.json.get("stream"):
            return await super()._undisturbed(request, received, script)
        await asyncio.sleep(script.delay_seconds * len(script.tokens))
        return web.Response(body=completion(script), content_type="application/json")

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        """One vector per text ("Embeddings", the object `list`); the last ones first, since order is told by index."""
        script = self.scripts[0]
        received = Received(headers=dict(request.headers), body=await request.read(), path=request.raw_path)
        self.requests.append(received)
        if script.fault is not Fault.NONE:
            return await play_fault(request, self.wire, script, self._frames(script))
        asked = received.json["input"]
        texts = [asked] if isinstance(asked, str) else asked
        vectors = [{"object": "embedding", "index": at, "embedding": vector_of(one)} for at, one in enumerate(texts)]
        spent = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": spent, "total_tokens": spent}
        told = {"object": "list", "data": vectors[::-1], "model": received.json["model"], "usage": usage}
        return web.json_response(told, headers={"x-request-id": f"req_{len(self.requests)}"})

    async def _models(self, _: web.Request) -> web.Response:
        model = {"id": self.scripts[0].model, "object": "model", "created": 1700000000, "owned_by": "fake"}
        return web.json_response({"object": "list", "data": [model]})


if __name__ == "__main__":
    run(FakeOpenAi)
