"""The doors that the Supabase clients know: on a listener of their own, and on that of the API."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.types import ASGIApp

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiConfig
from nexy.transport.http_service.auth.door import auth_routes
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.front import FastRoute, Front
from nexy.transport.http_service.gate import Gate
from nexy.transport.http_service.http_errors import exception_handlers
from nexy.transport.http_service.rest.door import rest_routes
from nexy.workflows.accounts import Accounts
from nexy.workflows.admission import Admission
from nexy.workflows.rows import Rows

_NOTHING_ELSE = "not offered here: this listener has /auth/v1 and /rest/v1, and nothing else of Supabase"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDoors:
    """What /auth/v1 and /rest/v1 need."""

    accounts: Accounts
    rows: Rows
    admission: Admission
    config: AccessConfig

    def routes(self, callers: Callers, api: ApiConfig) -> Sequence[FastRoute]:
        """Both doors, below the same limits as the API."""
        own = auth_routes(self.accounts, callers, self.config, api.limits)
        return (*own, *rest_routes(self.rows, self.admission, callers, self.config.rest, api.limits))


def supabase_app(front: Front, routes: Sequence[FastRoute], api: ApiConfig, host: str) -> ASGIApp:
    """These routes and nothing else, counted with those of the API; Host and Origin as there."""
    nothing = Starlette(exception_handlers=exception_handlers(_NOTHING_ELSE))
    return front.beside(nothing, routes, Gate(replace(api, host=host)))
