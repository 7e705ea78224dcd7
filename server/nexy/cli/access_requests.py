"""How `nexy users`, `nexy keys` and `nexy devices` ask the part that knows who may come in."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from nexy.cli.parts import running_parts
from nexy.cli.surroundings import Surroundings
from nexy.contracts.capabilities import ACCESS, DATABASE
from nexy.contracts.errors import NexyError, SeveralMeant, ValidationFailed
from nexy.contracts.module import R, UniversalModuleInterface
from nexy.contracts.request import Request

S = TypeVar("S")
WITH_ACCOUNTS = (DATABASE, ACCESS)
KEYS_ONLY = (ACCESS,)
_SENTENCES: Mapping[str, str] = {
    "user_already_exists": "users.exists",
    "user_not_found": "users.unknown",
    "user_disabled": "users.is_disabled",
    "email_address_invalid": "users.no_address",
    "weak_password": "users.weak",
    "key_not_found": "keys.unknown",
    "key_ambiguous": "keys.several",
    "device_not_found": "devices.unknown",
    "device_ambiguous": "devices.several",
    "device_id_invalid": "devices.no_beginning",
    "device_taken": "devices.taken",
    "device_name_invalid": "devices.bad_name",
    "hardware_id_invalid": "devices.bad_id",
    "hardware_id_foreign": "devices.no_device",
}


def ask(surroundings: Surroundings, request: Request[R], parts: Sequence[str] = WITH_ACCOUNTS) -> R:
    """The answer of a part of this process; a running server learns of it with its next look at the database.

    What a person did wrong is told in her language.
    """
    return _asked(surroundings, parts, lambda access: access.process(request))


def ask_then(
    surroundings: Surroundings,
    first: Request[R],
    then: Callable[[R], Request[S]],
) -> S:
    """`ask` for one thing, and for another that is made of its answer, perhaps by asking the person in between."""

    async def talk(access: UniversalModuleInterface) -> S:
        answer = await access.process(first)
        with _ctrl_c_as_everywhere():
            second = then(answer)
        return await access.process(second)

    return _asked(surroundings, WITH_ACCOUNTS, talk)


def _asked(
    surroundings: Surroundings, parts: Sequence[str], talk: Callable[[UniversalModuleInterface], Awaitable[S]]
) -> S:
    async def asked() -> S:
        async with running_parts(surroundings, parts) as running:
            return await talk(running.get(ACCESS))

    try:
        return asyncio.run(asked())
    except NexyError as refused:
        told = _in_her_words(refused, surroundings)
        if told is None:
            raise
        raise told from refused


@contextmanager
def _ctrl_c_as_everywhere() -> Iterator[None]:
    """Who is asked for something ends the command with the first Ctrl-C; a loop would wait for her answer before."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _in_her_words(refused: NexyError, surroundings: Surroundings) -> NexyError | None:
    sentence = _SENTENCES.get(refused.code)
    if sentence is None:
        return None
    passwords = surroundings.config.access.passwords
    bounds = {"least": passwords.min_characters, "most": passwords.max_characters}
    listed = refused.candidates if isinstance(refused, SeveralMeant) else ()
    words = surroundings.words.text(sentence, **bounds, listed="".join(f"\n  {one}" for one in listed))
    return ValidationFailed(words, code=refused.code, field=refused.field)
