"""What every source of words is."""

from collections.abc import AsyncGenerator
from typing import Protocol

from nexy.contracts.words import Chat, WordsEvent


class WordsProvider(Protocol):
    """One source of words; a fallback over several is just another one."""

    @property
    def name(self) -> str:
        """The name that logs, usage rows and status show."""
        ...

    def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
        """The answer as it is made; raises a `NexyError` where there is none, or where it breaks off.

        The caller closes the generator, and nothing of the request is left when it is closed.
        """
        ...

    async def close(self) -> None:
        """Release what the provider holds; safe when called twice."""
        ...
