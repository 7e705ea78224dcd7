"""What may be wrong with the connection, its calls and its messages."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import grpc
from client.tests.mutation.case import HISTORIC, Category, Fault, Watching, fault
from client.tests.mutation.certificates import NAME, OPENSSL, Pair, self_signed
from client.tests.mutation.judge import Limits
from client.tests.mutation.proofs import Proof, ends_with
from client.tests.mutation.topics import Topic
from client.tests.mutation.wire import Wire

from nexy_client.testing.steps import Hang
from nexy_client.testing.streams import bends
from nexy_client.testing.streams.bends import cut_after, failed
from nexy_client.testing.streams.playbook import HealthScript, ServerTls
from nexy_client.testing.streams.steps import Call, Raw, Step, good_steps
from nexy_protocol import datastream_pb2 as pb

STATUS = grpc.StatusCode
MIB = 1024 * 1024
# Field 99, bytes, their length as a varint: 65 MiB that any reader of the contract skips.
_PADDING = b"\x9a\x06" + bytes([0x80, 0x80, 0xC0, 0x20])
_transport = partial(fault, Category.TRANSPORT)


def _make(
    name: str, topics: Iterable[Topic], told: str, proof: Proof, *, watching: Watching | None = None, **changes: Any
) -> Fault:
    return Fault(name=name, category=Category.TRANSPORT, topics=frozenset(topics), told=told,
                 playbook=replace(HISTORIC, **changes), proof=proof, watching=watching or Watching())  # fmt: skip


def _broken_message(steps: list[Step], _: Call) -> list[Step]:
    cut = bends.position_after(steps, 30)
    whole = bends.frames_of(steps)[cut].frame.SerializeToString()
    return [*steps[:cut], Raw(data=whole[: len(whole) // 2]), *steps[cut + 1 :]]


def _oversized(steps: list[Step], _: Call) -> list[Step]:
    cut = bends.position_after(steps, 30)
    good = bends.frames_of(steps)[cut].frame.SerializeToString()
    return [*steps[:cut], Raw(data=good + _PADDING + bytes(65 * MIB)), *steps[cut + 1 :]]


def _each_call_fails(steps: list[Step], call: Call) -> list[Step]:
    return [*steps[:40], failed(STATUS.UNAVAILABLE)] if call.attempt == 0 else [failed(STATUS.UNAVAILABLE)]


def _unreadable(wire: Wire, messages: int) -> bool:
    return len(wire.first.messages) == messages and len(wire.first.frames) == messages - 1


def _fails(status: grpc.StatusCode, after: int, details: str = "the source has failed") -> Fault:
    when = f"after frame {after}" if after else "at once"
    return _transport(f"status_{status.name.lower()}_{'midway' if after else 'at_once'}", [Topic.STATUS],
                      f"{status.name} {when}: {details}", cut_after(after, failed(status, details)),
                      ends_with(status, after))  # fmt: skip


def _unknown(name: str, told: str, *steps: Step) -> Fault:
    """An unknown job is answered like this."""

    def proof(wire: Wire) -> bool:
        return wire.unknown.end.status is not STATUS.NOT_FOUND or not wire.unknown.end.details

    return _make(name, [Topic.NOT_FOUND], told, proof, unknown_job=lambda _: list(steps))


def _frames_of_the_job() -> list[Step]:
    call = Call(plan=HISTORIC.plan, request=pb.StreamRequest(job_id="12-1"), attempt=0, begin_ms=1)
    return good_steps(call)


def _encrypted(name: str, told: str, shown: Pair | None, topics: Iterable[Topic] = (Topic.TLS,)) -> Fault:
    """The root certificates are those of the good server, of an expired one and of one with another name."""
    good, bundle = (
        self_signed("nexy"),
        b"".join(pair.certificate for pair in (self_signed("nexy"), _old(), _misnamed())),
    )
    watching = Watching(root_certificate=bundle, server_name=NAME, limits=Limits(connect=2.0))
    return Fault(name=name, category=Category.TRANSPORT, topics=frozenset(topics), told=told, watching=watching,
                 playbook=replace(HISTORIC, tls=_tls(shown) if shown else None),
                 base=replace(HISTORIC, tls=_tls(good)), proof=lambda wire: not wire.connected)  # fmt: skip


def _tls(pair: Pair) -> ServerTls:
    return ServerTls(key=pair.key, certificate=pair.certificate)


def _old() -> Pair:
    return self_signed("nexy-old", days=-1)


def _misnamed() -> Pair:
    return self_signed("nexy-elsewhere", name="nexy.example")


def _tls_faults() -> tuple[Fault, ...]:
    mismatch = (Topic.TLS, Topic.CONNECT)
    return (
        _encrypted("certificate_foreign", "the certificate is not signed by a root", self_signed("stranger")),
        _encrypted("certificate_expired", "the certificate expired yesterday", _old()),
        _encrypted("certificate_for_another_name", "the certificate is for nexy.example, not for nexy.test",
                   _misnamed()),
        _encrypted("plaintext_in_place_of_tls", "TLS was asked for, the server does not speak it", None, mismatch),
        _make("tls_unasked", mismatch, "the server speaks TLS only", lambda wire: not wire.connected,
              watching=Watching(limits=Limits(connect=2.0)), tls=_tls(self_signed("nexy"))),
    )  # fmt: skip


TRANSPORT_FAULTS: tuple[Fault, ...] = (
    _fails(STATUS.INTERNAL, 30),
    _fails(STATUS.RESOURCE_EXHAUSTED, 30, "out of memory"),
    _fails(STATUS.DATA_LOSS, 30, "the file shrank"),
    _fails(STATUS.PERMISSION_DENIED, 30, "the key was taken back"),
    _fails(STATUS.CANCELLED, 30, "job 12-70788 was cancelled"),
    _fails(STATUS.UNAUTHENTICATED, 0, "no key"),
    _fails(STATUS.INTERNAL, 0),
    _fails(STATUS.UNIMPLEMENTED, 0, "there is no such method"),
    _transport("unavailable_for_good", [Topic.STATUS, Topic.CONNECT], "UNAVAILABLE however often it is tried",
               cut_after(0, failed(STATUS.UNAVAILABLE)), ends_with(STATUS.UNAVAILABLE, 0)),
    _transport("unavailable_from_the_middle", [Topic.STATUS], "UNAVAILABLE after frame 40 and at every retry",
               _each_call_fails, ends_with(STATUS.UNAVAILABLE, 40)),
    _transport("garbage", [Topic.DECODE], "message 31 is no DataStream",
               bends.inserted(30, Raw(data=b"\xff\xfe<html>not a message")), lambda wire: _unreadable(wire, 102)),
    _transport("half_a_message", [Topic.DECODE], "message 31 breaks off", _broken_message,
               lambda wire: _unreadable(wire, 101)),
    _transport("message_over_the_limit", [Topic.MESSAGE_SIZE, Topic.STATUS], "message 31 has 65 MiB, the limit is 64",
               _oversized, ends_with(STATUS.RESOURCE_EXHAUSTED, 30)),
    _make("unhealthy", [Topic.HEALTH], "CheckHealth says not healthy while frames come",
          lambda wire: wire.health is not None and not wire.health.healthy,
          health=HealthScript(healthy=False, status="degraded: a worker died")),
    _make("not_serving", [Topic.HEALTH], "grpc.health.v1 says NOT_SERVING while frames come",
          lambda wire: not wire.serving, health=HealthScript(serving=False)),
    _make("health_hangs", [Topic.HEALTH], "CheckHealth does not answer within 1 s", lambda wire: wire.health is None,
          health=HealthScript(seconds=4.0)),
    _make("job_failed", [Topic.JOB, Topic.HEALTH, Topic.ANSWER], "GET /jobs says that the job has failed",
          lambda wire: wire.job_state == "failed", job_state="failed"),
    _unknown("unknown_job_internal", "an unknown job is answered with INTERNAL", failed(STATUS.INTERNAL, "KeyError")),
    _unknown("unknown_job_empty_stream", "an unknown job is answered with OK and nothing"),
    _unknown("unknown_job_without_text", "NOT_FOUND comes without a text", failed(STATUS.NOT_FOUND, "")),
    _unknown("unknown_job_hangs", "an unknown job is never answered", Hang()),
    _unknown("unknown_job_brings_frames", "an unknown job brings another job's frames", *_frames_of_the_job()),
    _make("connection_broken_after_not_found", [Topic.CONNECTION], "after NOT_FOUND every call is refused",
          lambda wire: not wire.usable_after and wire.unknown.end.status is STATUS.NOT_FOUND,
          breaks_connection=True),
    _make("silent_server", [Topic.CONNECT], "the port accepts and says nothing; the limit is 1 s",
          lambda wire: bool(wire.answer) and not wire.connected, silent=True,
          watching=Watching(limits=Limits(connect=1.0))),
    *(_tls_faults() if OPENSSL else ()),
)  # fmt: skip
