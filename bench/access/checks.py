"""What is asked of every request before anything else of it is looked at: microseconds in one process."""

import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import jwt
import msgspec

from bench.access.plan import Plan
from bench.access.stage import Served
from bench.faults.ledger import opened
from nexy.config.access_section import AccessConfig, AccessSection, PasswordsConfig, TokensConfig
from nexy.contracts.access import Caller, VerifyKey, VerifyToken
from nexy.contracts.accounts import SignIn, SignUp
from nexy.contracts.api_keys import IssueKey
from nexy.contracts.devices import AdmitDevice, PairDevice
from nexy.contracts.errors import Unavailable
from nexy.contracts.request import Request
from nexy.contracts.signing_keys import PublicKeys
from nexy.modules.access.module import AccessModule
from nexy.utils.clock import SystemClock
from nexy.utils.device_identity import hardware_hash

_EMAIL, _PASSWORD = "bench@example.com", "a long password"
_QUICK = PasswordsConfig(passes=1, memory_kib=8192, lanes=1)
_TOKENS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Microseconds of a call by rounds, and of the least that could be done instead."""

    name: str
    ours: Sequence[float]
    least: Sequence[float]


class _Peers:
    """A clock and a database."""

    def __init__(self, parts: Mapping[str, object]) -> None:
        self._parts = parts

    def get(self, capability: str) -> object:
        if capability not in self._parts:
            raise Unavailable(capability)
        return self._parts[capability]


@asynccontextmanager
async def _module(nexy: Served, home: Path, max_known: int) -> AsyncGenerator[AccessModule, None]:
    async with opened(nexy.home, nexy.shared) as database:
        module = AccessModule()
        config = AccessConfig(passwords=_QUICK, tokens=TokensConfig(max_known=max_known))
        peers = _Peers({"clock": SystemClock(), "database": database})
        await module.initialize(AccessSection(home=str(home), config=config), peers)  # type: ignore[arg-type]
        try:
            yield module
        finally:
            await module.cleanup()


async def checks(plan: Plan, folder: Path, nexy: Served) -> Sequence[Check]:
    """Every check, on the database of a server that rests meanwhile."""
    home = folder / "access"
    home.mkdir(exist_ok=True)
    async with _module(nexy, home, max_known=10_000) as module:
        await module.process(SignUp(email=_EMAIL, password=_PASSWORD))
        tokens = [await _token(module) for _ in range(_TOKENS)]
        least = await _pyjwt(module, tokens)
        warm = await _timed(plan, "a token that was seen before", module, [VerifyToken(token=tokens[0])], None)
        others = [await _keys(plan, module), *await _devices(plan, module)]
    # It remembers one token, and is shown two in turns: each is verified anew.
    async with _module(nexy, home, max_known=1) as module:
        shown = [VerifyToken(token=token) for token in tokens]
        cold = await _timed(plan, "a token that is new", module, shown, least)
    return [cold, warm, *others]


async def _token(module: AccessModule) -> str:
    return (await module.process(SignIn(email=_EMAIL, password=_PASSWORD))).access_token


async def _pyjwt(module: AccessModule, tokens: Sequence[str]) -> Callable[[], object]:
    """PyJWT alone, with the key at hand."""
    published_keys: bytes = await module.process(PublicKeys())
    (published,) = msgspec.json.decode(published_keys)["keys"]
    public, turns = jwt.PyJWK(published).key, cycle(tokens)
    return lambda: jwt.decode(next(turns), public, algorithms=["ES256"], audience="authenticated", issuer="nexy")


async def _keys(plan: Plan, module: AccessModule) -> Check:
    secret = (await module.process(IssueKey(email=_EMAIL, name="bench"))).secret
    return await _timed(plan, "an API key", module, [VerifyKey(key=secret)], _by_digest(secret))


async def _devices(plan: Plan, module: AccessModule) -> Sequence[Check]:
    token = ""
    for number in range(plan.devices):
        token = (await module.process(PairDevice(hardware_id=f"device-{number}", email=_EMAIL))).token
    paired = AdmitDevice(hardware_id=f"device-{plan.devices - 1}", token=token)
    alone = AdmitDevice(hardware_id="a device of nobody's")
    return (
        await _timed(plan, f"a paired device, one of {plan.devices}", module, [paired], _by_digest(token)),
        await _timed(plan, "an unpaired device", module, [alone], lambda: hardware_hash("a device of nobody's")),
    )


def _by_digest(secret: str) -> Callable[[], object]:
    """One digest, compared with the one that is kept."""
    kept = hashlib.sha256(secret.encode()).hexdigest()
    return lambda: hmac.compare_digest(hashlib.sha256(secret.encode()).hexdigest(), kept)


async def _timed(
    plan: Plan,
    name: str,
    module: AccessModule,
    requests: Sequence[Request[Caller]],
    least: Callable[[], object] | None,
) -> Check:
    """Ours and the least in turns."""
    turns, ours, others = cycle(requests), [], []

    async def ask() -> None:
        await module.process(next(turns))

    await _microseconds(plan.checks // 10, ask)
    for _ in range(plan.rounds):
        ours.append(await _microseconds(plan.checks, ask))
        if least is not None:
            began = time.perf_counter()
            for _ in range(plan.checks):
                least()
            others.append(1e6 * (time.perf_counter() - began) / plan.checks)
    return Check(name=name, ours=ours, least=others)


async def _microseconds(times: int, ask: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    for _ in range(times):
        await ask()
    return 1e6 * (time.perf_counter() - began) / max(times, 1)
