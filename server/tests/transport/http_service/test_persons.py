"""Persons at the code assistant's doors: by their tokens and keys, charged, limited and kept apart."""

from collections.abc import Mapping
from typing import TypeVar

import pytest
from starlette.applications import Starlette

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.access import NOBODY, Caller, Role, Scope, VerifyKey, VerifyToken
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.endpoint import Door, Endpoint, json_reply
from nexy.transport.http_service.focus.guard import Guard, guarded
from nexy.transport.http_service.focus.refusals import FOCUS_HANDLERS
from nexy.transport.http_service.focus.shapes import AckReply
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.admission import Admission
from support.asgi import fetch, post
from support.clock import FakeClock
from support.http_door import http_door

R = TypeVar("R")
ASKED = {"task_type": "debugging", "query": "x"}
CLIENT = "192.0.2.7"
HER_TOKEN, OVER, ANON = "eyJ.her.token", "eyJ.over.token", "eyJ.anon.token"


def key(number: str, *scopes: Scope, user: str = "anna") -> Caller:
    return Caller(role=Role.AUTHENTICATED, user_id=user, key_id=number, scopes=frozenset(scopes))


KNOWN: Mapping[str, Caller] = {
    HER_TOKEN: Caller(role=Role.AUTHENTICATED, user_id="anna", session_id="s"),
    ANON: NOBODY,
    "nexy_1": key("1", Scope.CODE),
    "nexy_2": key("2", Scope.CODE, Scope.REST),
    "nexy_sensors": key("3", Scope.SENSORS),
    "nexy_boris": key("4", Scope.CODE, user="boris"),
}


class KnownCallers(UniversalModuleInterface):
    """Stands where `access` stands and knows these few."""

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        assert isinstance(request, VerifyToken | VerifyKey)
        secret = request.token if isinstance(request, VerifyToken) else request.key
        if secret == OVER:
            raise Unauthenticated("the token is over", code="token_expired")
        if secret not in KNOWN:
            raise Unauthenticated("the token or key does not hold")
        return KNOWN[secret]  # type: ignore[return-value]

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


PARTS = {ACCESS: KnownCallers()}


async def answered(config: ApiConfig | None = None, **headers: str) -> tuple[int, str]:
    """The status, and whose budget was asked."""
    async with http_door(config=config or ApiConfig(), parts=PARTS) as door:
        body = b'{"task_type": "debugging", "query": "x"}'
        reply = await fetch(door.app, "/api/v1/route", method="POST", body=body, headers=headers, client=CLIENT)
        return reply.status, door.usage.checked[0].hardware_id if door.usage.checked else ""


@pytest.mark.parametrize(
    ("headers", "payer"),
    [
        ({"authorization": f"Bearer {HER_TOKEN}"}, "user:anna"),
        ({"authorization": "bearer nexy_1"}, "key:1"),
        ({"x-api-key": "nexy_2"}, "key:2"),
        ({"x-api-key": HER_TOKEN}, "user:anna"),
        ({"authorization": f"Bearer {ANON}"}, f"address:{CLIENT}"),
        ({"authorization": "Bearer sk-of-another-wire"}, f"address:{CLIENT}"),
        ({"authorization": "Basic bmV4eTo="}, f"address:{CLIENT}"),
        ({}, f"address:{CLIENT}"),
    ],
)
async def test_who_is_charged(headers: dict[str, str], payer: str) -> None:
    """The token's person, the key by its id; the token of anon and others' keys speak for an address."""
    assert await answered(**headers) == (200, payer)


@pytest.mark.parametrize(
    ("secret", "status"),
    [
        (OVER, 401), ("eyJhbGciOiJub25lIn0.e30.", 401), ("a.b.c", 401), ("eyJ", 401), ("nexy_", 401),
        ("nexy_guessed", 401), ("nexy_device_stolen", 401), ("nexy_sensors", 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/route", "/v1/chat/completions"])
async def test_nobody_is_silently_anonymous(secret: str, status: int, path: str) -> None:
    """Forged, over, unknown or not good for this: refused at both wires before a budget is asked."""
    async with http_door(parts=PARTS) as door:
        reply = await post(door.app, path, {**ASKED, "model": "m", "messages": []}, authorization=f"Bearer {secret}")
        assert (reply.status, door.usage.checked) == (status, [])
        assert secret.encode() not in reply.body or len(secret) < 6


async def test_configured_keys_stand_beside_persons() -> None:
    """Theirs come first; where some are configured an unknown one is refused, and anon is nobody, not wrong."""
    config = ApiConfig(keys="ada=nexy_hers")
    assert await answered(config, authorization="Bearer nexy_hers") == (200, "key:ada")
    assert await answered(config, authorization="Bearer nexy_1") == (200, "key:1")
    assert await answered(config, authorization=f"Bearer {HER_TOKEN}") == (200, "user:anna")
    assert await answered(config, authorization=f"Bearer {ANON}") == (200, f"address:{CLIENT}")
    assert await answered(config, authorization="Bearer sk-other") == (401, "")


async def test_where_a_key_is_required_a_person_has_one() -> None:
    """A token is as good as a key; nobody in particular is not enough."""
    config = ApiConfig(key_required=True)
    assert await answered(config, authorization=f"Bearer {HER_TOKEN}") == (200, "user:anna")
    assert await answered(config, authorization=f"Bearer {ANON}") == (401, "")
    assert await answered(config) == (401, "")


async def test_a_person_has_one_pace_over_all_her_keys() -> None:
    """Another person behind the same address is not slowed down."""
    config = ApiConfig(limits=ApiLimitsConfig(per_second=0.01, burst=3))
    async with http_door(config=config, parts=PARTS) as door:
        asked = ("nexy_1", "nexy_2", HER_TOKEN, "nexy_1", "nexy_boris")
        replies = [await post(door.app, "/api/v1/route", ASKED, authorization=f"Bearer {secret}") for secret in asked]
        assert [reply.status for reply in replies] == [200, 200, 200, 429, 200]


async def test_who_tries_tokens_is_slowed_down() -> None:
    """Guesses count for the address."""
    config = ApiConfig(limits=ApiLimitsConfig(per_second=0.01, burst=2))
    async with http_door(config=config, parts=PARTS) as door:
        tried = [await post(door.app, "/api/v1/route", ASKED, x_api_key=f"nexy_{n}guess") for n in range(4)]
        assert [reply.status for reply in tried] == [401, 401, 429, 429]


async def test_a_token_that_nobody_can_verify_is_told_to_come_again() -> None:
    """Without the capability: 503, not anonymous."""
    async with http_door() as door:
        reply = await post(door.app, "/api/v1/route", ASKED, authorization=f"Bearer {HER_TOKEN}")
        assert reply.status == Unavailable("").taxonomy.http_status


@pytest.mark.parametrize(
    ("secret", "status"),
    [("", 200), (ANON, 200), (HER_TOKEN, 200), ("nexy_sensors", 200), ("nexy_1", 403), ("nexy_guessed", 401),
     (OVER, 401), ("sk-other", 200)],
)  # fmt: skip
async def test_the_sensors_door(secret: str, status: int) -> None:
    """Open to whoever shows nothing; what is shown must hold, and a key be good for sensors."""
    assert await acknowledged(sensors_app(), secret) == status


def sensors_app(limits: ApiLimitsConfig | None = None) -> Starlette:
    async def ack(_: object) -> object:
        return json_reply(AckReply(status="ok", sw_version="1"))

    coordinator = ModuleCoordinator()
    coordinator.provide(ACCESS, PARTS[ACCESS])
    admission, limits = Admission(coordinator), limits or ApiLimitsConfig()
    limiter = RateLimiter(limits.per_second, limits.burst, limits.max_callers, FakeClock())
    guard = Guard(admission=admission, callers=Callers(ApiConfig(limits=limits), limiter, admission))
    endpoint = Endpoint(path="/focus-server/ack", summary="", handler=ack)  # type: ignore[arg-type]
    door = Door(prefix="/focus-server", endpoints=guarded([endpoint], guard), exception_handlers=FOCUS_HANDLERS)
    return Starlette(routes=[door.mount()])


async def acknowledged(app: Starlette, secret: str) -> int:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return (await fetch(app, "/focus-server/ack", headers=headers)).status


async def test_who_tries_keys_at_the_sensors_door_is_slowed_down() -> None:
    """Guesses and keys that are good for something else count for the address; what holds does not."""
    app = sensors_app(ApiLimitsConfig(per_second=0.01, burst=2))
    tried = ("nexy_sensors", "nexy_sensors", "nexy_sensors", "nexy_guessed", "nexy_1", "nexy_1", "nexy_guessed", "")
    assert [await acknowledged(app, secret) for secret in tried] == [200, 200, 200, 401, 403, 429, 429, 200]


async def test_a_key_without_the_scope_is_slowed_down_too() -> None:
    """Its person's pace is another matter: somebody may have found the key."""
    config = ApiConfig(limits=ApiLimitsConfig(per_second=0.01, burst=2))
    async with http_door(config=config, parts=PARTS) as door:
        tried = [await post(door.app, "/api/v1/route", ASKED, x_api_key="nexy_sensors") for _ in range(4)]
        assert [reply.status for reply in tried] == [403, 403, 429, 429]
