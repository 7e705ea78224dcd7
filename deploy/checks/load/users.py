"""Users that come and go by the stages, and requests that come at a steady rate."""

import asyncio
import itertools
import time
from collections.abc import Sequence

import aiohttp
import msgspec
from deploy.checks.load.scenarios import Answer, Scenario, Stage
from deploy.checks.load.tally import Tally

_TICK_SECONDS = 0.1
_PATIENCE = aiohttp.ClientTimeout(total=60)
_MOST_AT_ONCE = 200


async def ask(session: aiohttp.ClientSession, url: str, scenario: Scenario) -> Answer:
    """Post the form once; a connection that fails is an answer with status 0."""
    began = time.monotonic()
    status, body = 0, b""
    try:
        async with session.post(url + scenario.path, data=scenario.form) as response:
            body = await response.read()
            status = response.status
    except (aiohttp.ClientError, TimeoutError):
        pass
    return Answer(status=status, seconds=time.monotonic() - began, body=_object_in(body))


def _object_in(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except ValueError:
        return {}


def users_at(stages: Sequence[Stage], seconds: float) -> int | None:
    """How many users there are so long after the start; None when all stages are over."""
    before = 0
    for stage in stages:
        if seconds < stage.seconds:
            return round(before + (stage.users - before) * seconds / stage.seconds)
        seconds -= stage.seconds
        before = stage.users
    return None


class Crowd:
    """Everybody who asks one server; users are dealt to the scenarios in turn."""

    def __init__(self, url: str, scenarios: Sequence[Scenario]) -> None:
        self._url = url
        self.tallies = [Tally(scenario=scenario) for scenario in scenarios]
        self._wanted = 0

    async def ramp(self, stages: Sequence[Stage]) -> None:
        """Follow the stages; whoever is to go finishes what was asked."""
        began = time.monotonic()
        async with self._session() as session, asyncio.TaskGroup() as group:
            running: list[asyncio.Task[None]] = []
            while (wanted := users_at(stages, time.monotonic() - began)) is not None:
                self._wanted = wanted
                running = [task for task in running if not task.done()]
                taken = {task.get_name() for task in running}
                free = (number for number in range(wanted) if str(number) not in taken)
                for number in free:
                    running.append(group.create_task(self._user(session, number), name=str(number)))
                await asyncio.sleep(_TICK_SECONDS)
            self._wanted = 0

    async def arrive(self, seconds: float, per_second: float) -> None:
        """Ask at a steady rate, whether or not the last ones have been answered."""
        began = time.monotonic()
        tally = self.tallies[0]
        async with self._session() as session, asyncio.TaskGroup() as group:
            running: set[asyncio.Task[None]] = set()
            for number in itertools.count():
                due = began + number / per_second
                if due >= began + seconds:
                    return
                await asyncio.sleep(due - time.monotonic())
                if len(running) >= _MOST_AT_ONCE:
                    tally.late += 1
                    continue
                task = group.create_task(self._once(session, tally))
                running.add(task)
                task.add_done_callback(running.discard)

    async def _user(self, session: aiohttp.ClientSession, number: int) -> None:
        tally = self.tallies[number % len(self.tallies)]
        while number < self._wanted:
            await self._once(session, tally)
            await asyncio.sleep(tally.scenario.pause_seconds)

    async def _once(self, session: aiohttp.ClientSession, tally: Tally) -> None:
        tally.note(await ask(session, self._url, tally.scenario))

    @staticmethod
    def _session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
        )
