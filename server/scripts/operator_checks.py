"""What the operator checks share: their target, their lines, their exit."""

import argparse
import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from nexy_client import CallFailed, Deadlines, Tls, VoiceClient, VoiceError

PASSED, FAILED, WARNED, STEP = "✅", "❌", "⚠️", "🧪"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The server to check; `timeout` bounds the whole check in seconds."""

    host: str
    port: int
    timeout: float = 120.0
    encrypted: bool = False
    root_certificates: bytes | None = None

    @property
    def address(self) -> str:
        """`host:port` as gRPC and URLs write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def client(self, *, hardware_id: str | None = None, actions_as_messages: bool = False) -> VoiceClient:
        """A device of its own, so that no real one is disturbed."""
        tls = Tls(root_certificates=self.root_certificates) if self.encrypted else None
        # Half of the whole, so that a call that hangs is named before the time of the check is up.
        share = self.timeout / 2
        patience = Deadlines(connect=min(5.0, share), call=min(10.0, share), turn=share)
        device = hardware_id if hardware_id is not None else f"operator-check-{uuid.uuid4()}"
        return VoiceClient(
            self.address, hardware_id=device, tls=tls, actions_as_messages=actions_as_messages, deadlines=patience
        )


def parser(description: str | None, *, port: int) -> argparse.ArgumentParser:
    """The arguments of every check: HOST PORT or --host/--port; the default is this machine."""
    arguments = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    arguments.add_argument("place", nargs="*", metavar="HOST PORT", help=f"the server (default localhost {port})")
    arguments.add_argument("--host", default="localhost")
    arguments.add_argument("--port", type=int, default=port)
    arguments.add_argument("--timeout", type=float, default=120.0, help="seconds for the whole check")
    arguments.add_argument("--tls", action="store_true", help="encrypted also on a port other than 443")
    arguments.add_argument("--ca", type=Path, help="PEM file of the authority to trust")
    arguments.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return arguments


def target_of(arguments: argparse.ArgumentParser, given: argparse.Namespace) -> Target:
    """The server that was named; ends the program with usage when that makes no sense."""
    if len(given.place) > 2 or (len(given.place) == 2 and not given.place[1].isdecimal()):
        arguments.error("expected HOST PORT")
    host = given.place[0] if given.place else given.host
    port = int(given.place[1]) if len(given.place) == 2 else given.port
    return Target(
        host=host,
        port=port,
        timeout=given.timeout,
        encrypted=given.tls or given.ca is not None or port == 443,
        root_certificates=given.ca.read_bytes() if given.ca else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One check as it went."""

    result: Literal["passed", "failed", "warned"]
    line: str
    problems: list[str] = field(default_factory=list)


class Checks:
    """Prints the lines and keeps the outcomes; only required checks decide the exit."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self.outcomes: list[Outcome] = []

    def section(self, line: str) -> None:
        """Say what is being tried now."""
        self._print(f"{STEP} {line}")

    def detail(self, line: str) -> None:
        """Say what was seen."""
        self._print(f"   → {line}")

    def require(self, line: str, problems: Iterable[str] = (), *, about: str = "") -> bool:
        """Print the line when there are no problems, else `about` with each of them."""
        found = list(dict.fromkeys(problems))
        if found:
            line = f"{about or line}: {'; '.join(found)}"
        self._add("failed" if found else "passed", line, found)
        return not found

    def warn(self, line: str) -> None:
        """Say what an operator may want to know; the exit stays as it is."""
        self._add("warned", line, [])

    def finish(self, success: str) -> int:
        """Print the last line; 0 when at least one required check ran and all of them hold."""
        results = [outcome.result for outcome in self.outcomes]
        failed, passed = results.count("failed"), results.count("passed")
        good = passed > 0 and failed == 0
        self._print(f"{PASSED} {success}" if good else f"{FAILED} Не пройдено проверок: {failed} из {failed + passed}")
        if self._as_json:
            print(json.dumps({"ok": good, "checks": [asdict(one) for one in self.outcomes]}, ensure_ascii=False))
        return 0 if good else 1

    def _add(self, result: Literal["passed", "failed", "warned"], line: str, problems: list[str]) -> None:
        self.outcomes.append(Outcome(result=result, line=line, problems=problems))
        self._print(f"{ {'passed': PASSED, 'failed': FAILED, 'warned': WARNED}[result] } {line}")

    def _print(self, line: str) -> None:
        if not self._as_json:
            print(line, flush=True)


async def guarded(check: Callable[[Checks, Target], Awaitable[None]], checks: Checks, target: Target) -> None:
    """Run a check within its time; whatever goes wrong with the server is a failed check, never a traceback."""
    try:
        async with asyncio.timeout(target.timeout):
            await check(checks, target)
    except TimeoutError:
        checks.require("", [f"не завершено за {target.timeout:g} с"], about="Время вышло")
    except CallFailed as failed:
        checks.require("", [str(failed)], about="Вызов не удался")
    except (VoiceError, OSError) as broken:
        checks.require("", [str(broken)], about="Сервер нарушил контракт")


def main(
    check: Callable[[Checks, Target], Awaitable[None]], description: str | None, success: str, given: Sequence[str]
) -> int:
    """A whole program around one check of the voice port."""
    arguments = parser(description, port=50051)
    options = arguments.parse_args(given)
    checks = Checks(as_json=options.json)
    asyncio.run(guarded(check, checks, target_of(arguments, options)))
    return checks.finish(success)


async def connect(checks: Checks, client: VoiceClient) -> bool:
    """Whether the connection stands; prints the documented line."""
    try:
        await client.ready()
    except CallFailed:
        return checks.require("", ["не установлено"], about=f"Подключение к {client.target}")
    return checks.require(f"Подключение к {client.target} установлено")
