"""What the OpenAPI document says of the fast doors."""

from typing import Any

import msgspec

from nexy.contracts.errors import NexyError
from nexy.transport.http_service.description import described
from nexy.transport.http_service.endpoint import openapi
from nexy.transport.http_service.exchange import Exchange
from nexy.transport.http_service.front import FastRoute


class Reply(msgspec.Struct):
    """What comes back."""

    word: str


async def nothing(_: Exchange) -> None: ...


async def refuse(_: Exchange, __: NexyError) -> None: ...


def document(*routes: FastRoute) -> dict[str, Any]:
    """The whole description."""
    return described(openapi("Nexy", "1", ()), routes)


def test_what_stands_behind_the_path_is_described() -> None:
    """Places of the path are needed, names of the query are not."""
    route = FastRoute(path="/x/{name}", handler=nothing, refuse=refuse, summary="x", method="GET", reply=Reply,
                      places={"name": "which"}, query={"scope": "whose"})  # fmt: skip
    told = document(route)["paths"]["/x/{name}"]["get"]["parameters"]
    assert [(one["name"], one["in"], one["required"]) for one in told] == [
        ("name", "path", True), ("scope", "query", False),
    ]  # fmt: skip


def test_a_route_has_the_status_of_its_success() -> None:
    """201 with its body; 204 says that there is none."""
    made = FastRoute(path="/made", handler=nothing, refuse=refuse, summary="x", reply=Reply, success=201)
    done = FastRoute(path="/done", handler=nothing, refuse=refuse, summary="x", success=204)
    paths = document(made, done)["paths"]
    assert "content" in paths["/made"]["post"]["responses"]["201"]
    assert paths["/done"]["post"]["responses"] == {"204": {"description": "Done"}}


def test_hidden_routes_are_not_described() -> None:
    """What only refuses is no part of the description."""
    hidden = FastRoute(path="/h", handler=nothing, refuse=refuse, summary="x", reply=Reply, hidden=True)
    told = document(hidden)
    assert "/h" not in told["paths"]
    assert "Reply" not in told["components"]["schemas"]
