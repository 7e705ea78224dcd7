"""The protocol's end-to-end script: it passes against a real server, and never when a step gives nothing."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web

from support.markdown import ROOT
from support.nexy_process import LASTING, nexy, nexy_serve
from support.postgres import open_home

pytestmark = pytest.mark.system
SCRIPT = ROOT / "deploy" / "checks" / "e2e-test.sh"
SIGN_IN, SEARCH, GENERATE = "/auth/v1/token", "/api/v1/search", "/api/v1/generate"
SAVE = "/rest/v1/code_snippets"
STEPS = {SIGN_IN: "Аутентификация", SEARCH: "Поиск", GENERATE: "Генерация", SAVE: "Сохранение"}
# What breaks JSON that is put together from texts.
CODE = 'export const a = "it\'s\\n";\n\t// ${x} `y` \\ строка\n'


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How the script ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the pretended server answers on one path; `asked` are the bodies that it was sent."""

    status: int = 200
    body: str = "{}"
    asked: list[object] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


async def script(supabase: str, api: str, **more: str) -> Ran:
    """Run it to its end."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SECONDS_EACH": "20"}
    process = await asyncio.create_subprocess_exec(
        SCRIPT, env={**environment, "SUPABASE_URL": f"http://{supabase}", "NEXY_URL": f"http://{api}", **more},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 150)
    return Ran(code=process.returncode or 0, out=out.decode(), err=err.decode())


def whole() -> dict[str, Reply]:
    """A server on which every step holds."""
    return {
        SIGN_IN: Reply(body=json.dumps({"access_token": "eyJ.token.of-nobody-at-all"})),
        SEARCH: Reply(body=json.dumps({"results": [{"id": "1", "content": CODE}]})),
        GENERATE: Reply(body=json.dumps({"code": CODE})),
        SAVE: Reply(status=201, body=json.dumps({"id": "a-b", "code": CODE.rstrip("\n")})),
    }


@asynccontextmanager
async def pretended(replies: Mapping[str, Reply]) -> AsyncIterator[str]:
    """The address of a server that answers so."""

    async def answer(request: web.Request) -> web.Response:
        reply = replies[request.path]
        reply.asked.append(await request.json())
        reply.keys.append(request.headers.get("apikey", ""))
        return web.Response(status=reply.status, text=reply.body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("with_key", [True, False])
async def test_every_step_holds_against_a_real_server(with_key: bool) -> None:
    """The documented lines, exit code 0; the search finds places in Nexy's own source."""
    home = open_home()
    async with nexy_serve(home, NEXY_DEMO="1", **LASTING) as server:
        key = (await nexy(home, "keys", "anon", **LASTING)).out.strip() if with_key else ""
        ran = await script(server.doors["supabase"], server.doors["api"], SUPABASE_ANON_KEY=key)
    assert (ran.code, ran.err) == (0, "")
    began, signed_in, searched, generated, saved, ended = ran.out.splitlines()
    assert began == "🧪 Запуск End-to-End тестирования..."
    assert signed_in.startswith("✅ Аутентификация: eyJ")
    assert searched.startswith("✅ Поиск: ")
    assert int(searched.split()[2]) > 0
    assert generated.startswith("✅ Генерация: ")
    assert int(generated.split()[2]) > 100
    assert saved.startswith('✅ Сохранение: "')
    assert ended == "🎉 End-to-End тестирование завершено успешно!"


async def test_it_sends_json_whatever_came_back(tmp_path: Path) -> None:
    """Quotes, line ends and other scripts in results and code reach the next step as they were."""
    replies = whole()
    async with pretended(replies) as address:
        ran = await script(
            address, address, TEST_EMAIL='a"b@example.com', TEST_PASSWORD="it's", SUPABASE_ANON_KEY="key"
        )
    assert (ran.code, ran.err) == (0, "")
    assert "✅ Поиск: 1 результатов" in ran.out
    assert replies[SIGN_IN].asked == [{"email": 'a"b@example.com', "password": "it's"}]
    assert replies[GENERATE].asked[0]["context"] == replies[SEARCH].body  # type: ignore[index]
    assert replies[SAVE].asked[0]["code"] == CODE.rstrip("\n")  # type: ignore[index]
    assert [replies[path].keys for path in (SIGN_IN, SAVE, SEARCH)] == [["key"], ["key"], [""]]
    assert "of-nobody-at-all" not in ran.out, "the whole token stands in a log"


async def test_a_search_that_finds_nothing_is_a_fault() -> None:
    """Once the index is whole nobody waits for it, and the remedy is named."""
    replies = whole()
    replies[SEARCH] = Reply(body=json.dumps({"results": [], "index": {"revision": "3", "stale": False}}))
    async with pretended(replies) as address:
        ran = await script(address, address, SECONDS_BEGIN="0")
    assert (ran.code, len(replies[SEARCH].asked)) == (1, 1)
    assert "nexy index" in ran.err


async def test_an_index_that_is_being_made_is_waited_for() -> None:
    """As long as it was told, and no longer."""
    replies = whole()
    replies[SEARCH] = Reply(body=json.dumps({"results": [], "index": {"revision": None, "stale": True}}))
    async with pretended(replies) as address:
        ran = await script(address, address, SECONDS_INDEX="2")
    assert (ran.code, len(replies[SEARCH].asked)) == (1, 3)


async def test_answers_may_be_long() -> None:
    """Longer than an argument of a program may be (128 KiB), as answers of models are."""
    replies, code = whole(), "x" * 200_000
    replies[SEARCH] = Reply(body=json.dumps({"results": [{"id": "1", "content": code}]}))
    replies[GENERATE] = Reply(body=json.dumps({"code": code}))
    replies[SAVE] = Reply(status=201, body=json.dumps({"id": "a-b", "code": code}))
    async with pretended(replies) as address:
        ran = await script(address, address)
    assert (ran.code, ran.err) == (0, "")
    assert "✅ Генерация: 200000 символов" in ran.out
    assert replies[SAVE].asked[0]["code"] == code  # type: ignore[index]


async def test_secrets_are_no_arguments(tmp_path: Path) -> None:
    """Everybody on the machine reads those of every program: neither password nor token is among them."""
    told = tmp_path / "arguments"
    for tool in ("curl", "jq"):
        beside = tmp_path / tool
        beside.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{told}\nexec {shutil.which(tool)} "$@"\n')
        beside.chmod(0o755)
    replies = whole()
    async with pretended(replies) as address:
        ran = await script(
            address,
            address,
            PATH=f"{tmp_path}:{os.environ['PATH']}",
            TEST_PASSWORD="of-hers",
            SUPABASE_ANON_KEY="an-on",
        )
    assert (ran.code, ran.err) == (0, "")
    assert "/auth/v1/token" in told.read_text()
    for secret in ("of-hers", "of-nobody-at-all", "an-on"):
        assert secret not in told.read_text()


@pytest.mark.parametrize("path", STEPS)
@pytest.mark.parametrize(
    "fault",
    [{"status": 401, "body": '{"message": "no"}'}, {"status": 500}, {"body": '{"access_token": "eyJ'}, {"body": ""},
     {"body": "{}"}, {"body": "[]"}, {"body": "null"}, {"body": "<html>"}, {"body": "{} {}"},
     {"body": '{"access_token": null, "results": null, "code": null, "id": null}'},
     {"body": '{"access_token": "", "results": "", "code": "", "id": ""}'}],
    ids=lambda fault: " ".join(map(str, fault.values())) or "nothing",
)  # fmt: skip
async def test_a_fault_of_any_step_ends_it(path: str, fault: dict[str, object]) -> None:
    """Not zero, the step is named, and no later step is asked."""
    replies = whole()
    replies[path] = replace(replies[path], **fault)  # type: ignore[arg-type]
    async with pretended(replies) as address:
        ran = await script(address, address)
    assert ran.code == 1
    assert ran.err.startswith(f"❌ {STEPS[path]}: ")
    assert "🎉" not in ran.out
    later = list(STEPS)[list(STEPS).index(path) + 1 :]
    assert [replies[step].asked for step in later] == [[] for _ in later]


async def test_other_code_in_the_stored_row_is_a_fault() -> None:
    """What was saved is what was generated."""
    replies = whole()
    replies[SAVE] = replace(replies[SAVE], body='{"id": "a-b", "code": "other"}')
    async with pretended(replies) as address:
        ran = await script(address, address)
    assert ran.code == 1


async def test_a_server_that_is_not_there_is_a_fault() -> None:
    """The address is named."""
    ran = await script("127.0.0.1:9", "127.0.0.1:9")
    assert ran.code == 1
    assert "127.0.0.1:9/auth/v1/token" in ran.err
