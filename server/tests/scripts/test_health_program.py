"""The check of health and status, against a good server and against planted faults."""

from collections.abc import Awaitable, Callable, Iterator

import pytest
from check_grpc_health import SUCCESS, HealthCheck, port_of
from operator_checks import Checks, Target

from nexy_client.testing.scripted_voice import ScriptedVoice, serve_scripted
from support.scripted_web import VERSION, Page, ScriptedWeb, good_pages, serve_web, versions

Runner = Callable[[Callable[[Checks, Target], Awaitable[None]], Target], Awaitable[Checks]]


@pytest.fixture
def web() -> ScriptedWeb:
    """A server whose gRPC port is behind an ingress and that has no updates."""
    return ScriptedWeb(good_pages())


@pytest.fixture
def site(web: ScriptedWeb) -> Iterator[Target]:
    """Where it listens."""
    with serve_web(web) as port:
        yield Target(host="127.0.0.1", port=port, timeout=10)


def lines(checks: Checks, result: str) -> list[str]:
    """The lines of one result."""
    return [outcome.line for outcome in checks.outcomes if outcome.result == result]


async def test_the_documented_lines_are_printed(
    run: Runner, web: ScriptedWeb, site: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    """A good server behind an ingress, with updates, gives exactly the documents' output."""
    web.pages["/updates/health"] = Page(document={"status": "healthy", **versions()})
    checks = await run(HealthCheck(grpc_port=1), site)
    assert checks.finish(SUCCESS) == 0
    assert capsys.readouterr().out.splitlines() == [
        "✅ Health endpoint доступен: HTTP 200",
        f"✅ Health содержит версии: {VERSION}",
        "✅ Status endpoint доступен: HTTP 200",
        "✅ Status возвращает JSON",
        "⚠️ Порт 1 недоступен (может быть нормально, если используется Nginx reverse proxy)",
        f"✅ Версии согласованы: {VERSION}",
        "✅ Updates health endpoint доступен: HTTP 200",
        "✅ Все проверки пройдены успешно!",
    ]


async def test_updates_that_are_not_published_only_warn(run: Runner, site: Target) -> None:
    """A server without an update service passes."""
    checks = await run(HealthCheck(grpc_port=1), site)
    assert "Updates health endpoint недоступен (обновления не опубликованы)" in lines(checks, "warned")
    assert checks.finish(SUCCESS) == 0


async def test_an_open_grpc_port_that_serves_passes(run: Runner, voice: ScriptedVoice, web: ScriptedWeb) -> None:
    """The port that /status names is found without being told, and asked for its health."""
    async with serve_scripted(voice) as address:
        web.pages = good_pages(grpc=address)
        with serve_web(web) as port:
            checks = await run(HealthCheck(), Target(host="127.0.0.1", port=port, timeout=10))
    assert f"Порт {address.split(':')[1]} доступен" in lines(checks, "passed")


async def test_an_open_grpc_port_that_does_not_serve_fails(run: Runner, voice: ScriptedVoice, site: Target) -> None:
    """A port that is open but NOT_SERVING, or no gRPC at all, is a fault and not a warning."""
    async with serve_scripted(voice, serving=False) as address:
        port = int(address.split(":")[1])
        checks = await run(HealthCheck(grpc_port=port), site)
    assert lines(checks, "failed") == [f"Порт {port}: открыт, но grpc.health.v1 отвечает NOT_SERVING"]
    checks = await run(HealthCheck(grpc_port=site.port, seconds=2), site)
    assert len(lines(checks, "failed")) == 1
    assert checks.finish(SUCCESS) == 1


async def test_a_server_that_is_not_there_fails(run: Runner) -> None:
    """Nothing on the port means exit 1 with the reason."""
    checks = await run(HealthCheck(grpc_port=1, seconds=1), Target(host="127.0.0.1", port=1, timeout=5))
    assert "нет ответа" in lines(checks, "failed")[0]
    assert checks.finish(SUCCESS) == 1


def _health(**changes: object) -> Callable[[dict[str, Page]], None]:
    return lambda pages: pages["/health"].document.update(changes)


def _status(**changes: object) -> Callable[[dict[str, Page]], None]:
    return lambda pages: pages["/status"].document.update(changes)


def _page(path: str, **changes: object) -> Callable[[dict[str, Page]], None]:
    def plant(pages: dict[str, Page]) -> None:
        for name, value in changes.items():
            setattr(pages[path], name, value)

    return plant


def _updates(**changes: object) -> Callable[[dict[str, Page]], None]:
    def plant(pages: dict[str, Page]) -> None:
        pages["/updates/health"] = Page(document={"status": "healthy", **versions()})
        _page("/updates/health", **changes)(pages)

    return plant


FAULTS: dict[str, tuple[Callable[[dict[str, Page]], None], str]] = {
    "health is down": (_page("/health", status=503), "Health endpoint: HTTP 503"),
    "health refuses HEAD": (_page("/health", methods=("GET",)), "HEAD: HTTP 405"),
    "health may be kept for an hour": (_page("/health", cache_control="public, max-age=3600"), "Cache-Control"),
    "health without caching": (_page("/health", cache_control=""), "Cache-Control"),
    "health is not OK": (_health(status="DOWN"), "status 'DOWN' вместо 'OK'"),
    "a version is a number": (_health(latest_version=1.6), "latest_version не строка"),
    "a version is empty": (_health(latest_build=""), "latest_build не строка"),
    "health disagrees with itself": (_health(latest_build="1.0"), "различаются"),
    "health is no JSON": (_page("/health", document=b"<html>"), "latest_version не строка"),
    "status is down": (_page("/status", status=500), "Status endpoint: HTTP 500"),
    "status is no JSON": (_page("/status", document=b"running"), "не JSON-объект"),
    "status is a list": (_page("/status", document=[1]), "не JSON-объект"),
    "status is not running": (_status(status="stopped"), "вместо 'running'"),
    "another service": (_status(service="blog"), "voice-assistant"),
    "no endpoints": (_status(endpoints={}), "нет endpoints.grpc"),
    "modules are a list": (_status(modules=["a"]), "modules"),
    "no environment": (_status(environment=None), "environment не строка"),
    "versions disagree": (_status(latest_version="2.0"), f"latest_version: {VERSION} и 2.0"),
    "a status version is a number": (_status(latest_build=2), "latest_build не строка"),
    "updates are broken": (_updates(status=500), "Updates health endpoint: HTTP 500"),
    "updates are ill": (_updates(document={"status": "ill", **versions()}), "healthy"),
    "updates name another release": (_updates(document={"status": "healthy", **versions("2")}), "и 2"),
    "updates may be kept for ever": (_updates(cache_control="immutable"), "Cache-Control"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_fails(fault: str, run: Runner, web: ScriptedWeb, site: Target) -> None:
    """Every fault makes the check exit with 1 and is named."""
    plant, words = FAULTS[fault]
    plant(web.pages)
    checks = await run(HealthCheck(grpc_port=1), site)
    assert words in "\n".join(lines(checks, "failed"))
    assert checks.finish(SUCCESS) == 1


async def test_updates_are_asked_on_the_port_that_status_names(run: Runner) -> None:
    """Without an ingress the update service has a port of its own, with its own /health."""
    updates = ScriptedWeb({"/health": Page(document={"status": "healthy", **versions()})})
    with serve_web(updates) as update_port:
        web = ScriptedWeb(good_pages(updates=f"127.0.0.1:{update_port}"))
        with serve_web(web) as port:
            checks = await run(HealthCheck(grpc_port=1), Target(host="127.0.0.1", port=port, timeout=10))
    assert updates.asked == ["GET /health"]
    assert "Updates health endpoint доступен: HTTP 200" in lines(checks, "passed")


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("127.0.0.1:50051", 50051),
        ("[::1]:8081", 8081),
        ("https://nexy.test:8443/x", 8443),
        ("/updates", None),
        ("", None),
    ],
)
def test_the_port_of_an_address(address: str, port: int | None) -> None:
    """Addresses of /status are read in every form they take."""
    assert port_of(address) == port
