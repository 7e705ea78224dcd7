"""A load that remembers exactly what the server acknowledged."""

import asyncio
import itertools
import uuid
from dataclasses import dataclass, field

import grpc

from bench.voice.scripted_llm import question
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceStub

SOURCE = "browser_agent"
_DEADLINE_SECONDS = 30.0
_numbers = itertools.count(1)


@dataclass(slots=True)
class Acknowledged:
    """Numbers whose end_message came, numbers whose report was a success, and reports that still owe an answer.

    `broken` counts calls that ended with an error; `stop` lets everybody finish the turn under way and go home.
    """

    turns: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    reports: set[int] = field(default_factory=set)
    open_reports: list[pb.UsageRequest] = field(default_factory=list)
    refused: int = 0
    broken: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Person:
    """One device that asks question after question and reports its own usage after each."""

    def __init__(self, address: str, seen: Acknowledged) -> None:
        self._channel = grpc.aio.insecure_channel(address, options=(("grpc.use_local_subchannel_pool", 1),))
        self._stub = StreamingServiceStub(self._channel)
        self._seen = seen
        self._device, self._session = f"faults-{uuid.uuid4()}", str(uuid.uuid4())

    async def live(self) -> None:
        """Ask and report until the server is gone, or until told to stop."""
        try:
            while not self._seen.stop.is_set():
                number = next(_numbers)
                self._seen.begun.add(number)
                await self._ask(number)
                await self.report(self._usage(number))
        except grpc.aio.AioRpcError:
            self._seen.broken += 1
        finally:
            await self._channel.close()

    async def _ask(self, number: int) -> None:
        request = pb.StreamRequest(prompt=question(number), hardware_id=self._device, session_id=self._session)
        call = self._stub.StreamAudio(timeout=_DEADLINE_SECONDS)
        await call.write(request)
        await call.done_writing()
        while isinstance(message := await call.read(), pb.StreamResponse):
            if message.WhichOneof("content") == "end_message":
                self._seen.turns.add(number)

    def _usage(self, number: int) -> pb.UsageRequest:
        return pb.UsageRequest(hardware_id=self._device, session_id=self._session, source=SOURCE,
                               input_tokens=number, output_tokens=1, model="faults")  # fmt: skip

    async def report(self, usage: pb.UsageRequest) -> None:
        """Report, and owe the report again unless the answer came: a repeat carries the same name."""
        self._seen.open_reports.append(usage)
        named = (("nexy-idempotency-key", str(usage.input_tokens)),)
        answer = await self._stub.ReportUsage(usage, timeout=_DEADLINE_SECONDS, metadata=named)
        self._seen.open_reports.remove(usage)
        if answer.success:
            self._seen.reports.add(usage.input_tokens)
        else:
            self._seen.refused += 1

    async def repeat(self, owed: list[pb.UsageRequest]) -> None:
        """What a client does whose answers were lost."""
        for usage in owed:
            self._seen.open_reports.remove(usage)
            await self.report(usage)
        await self._channel.close()


async def crowd(address: str, people: int, seen: Acknowledged) -> None:
    """So many people at once, until the server is gone or they are to stop; first what is owed is repeated."""
    await Person(address, seen).repeat(list(seen.open_reports))
    await asyncio.gather(*(Person(address, seen).live() for _ in range(people)))
