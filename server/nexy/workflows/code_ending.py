"""How a piece of work on code ended, by the name under which it is counted."""

import asyncio
from types import TracebackType
from typing import Self

from nexy.contracts.errors import NexyError


class Ending:
    """`status` after the block: "ok", "cancelled", the name of a refusal, or "internal" for anything unforeseen."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status = "internal"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, failure: BaseException | None, __: TracebackType | None) -> None:
        match failure:
            case None:
                self.status = "ok"
            case NexyError():
                self.status = failure.taxonomy.http_name
            case asyncio.CancelledError() | GeneratorExit():
                self.status = "cancelled"
            case _:
                pass
