"""The story of a request for rows: the module that keeps them answers it."""

from typing import TypeVar

from nexy.contracts.capabilities import ACCESS
from nexy.contracts.request import Request
from nexy.core.module_coordinator import ModuleCoordinator

R = TypeVar("R")


class Rows:
    """What stands between the door and the module `access`; without it every request raises `Unavailable`."""

    def __init__(self, coordinator: ModuleCoordinator) -> None:
        self._coordinator = coordinator

    async def ask(self, request: Request[R]) -> R:
        """The answer to one of the requests of `contracts.rows`; raises `RowsRefused`."""
        return await self._coordinator.get(ACCESS).process(request)
