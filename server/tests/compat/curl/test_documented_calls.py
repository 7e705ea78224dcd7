"""The literal calls of the testing protocol (§2.1 and §2.2), with curl, against a real server with the demo account."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from nexy.contracts.demo import DEMO_EMAIL
from support.nexy_process import LASTING, NexyProcess
from support.nexy_thread import served
from support.postgres import open_home

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]
SIGN_IN = r"""
curl -X POST http://localhost:54321/auth/v1/token \
  -H "Content-Type: application/json" \
  -d '{
    "email": "test@example.com",
    "password": "testpassword"
  }'
"""
ROWS = r"""
curl -X GET http://localhost:54321/rest/v1/projects \
  -H "Authorization: Bearer $JWT_TOKEN"
"""
SAVE = r"""
curl -s -X POST http://localhost:54321/rest/v1/code_snippets \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $JWT_TOKEN" \
  -H "apikey: $SUPABASE_ANON_KEY" \
  -d '{
    "title": "Generated Login Endpoint",
    "code": "export {};",
    "language": "typescript"
  }'
"""
OTHER = {"email": "other@example.com", "password": "a long password"}


@pytest.fixture(scope="module")
def server() -> Iterator[NexyProcess]:
    """A demonstration on a home of its own."""
    with served(open_home(), NEXY_DEMO="1", COLUMNS="200", **LASTING) as running:
        yield running


def said(server: NexyProcess, command: str, **variables: str) -> tuple[int, Any]:
    """Status and JSON of a literal command; only the port is another, and curl tells the status behind the body."""
    port = server.doors["supabase"].rpartition(":")[2]
    adapted = command.strip().replace(":54321/", f":{port}/") + r" -sS -w '\n%{http_code}'"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", adapted],
        env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def signed_in(server: NexyProcess) -> str:
    status, session = said(server, SIGN_IN)
    assert status == 200
    return str(session["access_token"])


def test_signing_in_gives_a_token(server: NexyProcess) -> None:
    """§2.1: 200 OK with a JWT, without grant_type and without apikey."""
    status, session = said(server, SIGN_IN)
    assert status == 200
    assert session["access_token"].count(".") == 2
    assert session["user"]["email"] == DEMO_EMAIL


def test_rows_are_the_persons_own(server: NexyProcess) -> None:
    """§2.2: 200 OK with nothing but her own rows; another person does not see them."""
    status, rows = said(server, ROWS, JWT_TOKEN=signed_in(server))
    assert status == 200
    assert {row["name"] for row in rows} == {"lighthouse", "weather-mast"}
    sign_up = SIGN_IN.replace("token", "signup", 1).replace(DEMO_EMAIL, OTHER["email"])
    _, other = said(server, sign_up.replace("testpassword", OTHER["password"]))
    assert said(server, ROWS, JWT_TOKEN=other["access_token"]) == (200, [])


def test_a_snippet_is_saved_and_answered(server: NexyProcess) -> None:
    """The last step of the end-to-end script: 201 with the stored row, whether there is an anon key or none."""
    status, row = said(server, SAVE, JWT_TOKEN=signed_in(server), SUPABASE_ANON_KEY="")
    assert status == 201
    assert row["id"]
    assert row["title"] == "Generated Login Endpoint"


def test_the_start_page_and_status_say_that_it_is_on(server: NexyProcess) -> None:
    """With address and password, since both are in the documents anyway."""
    assert "test@example.com / testpassword" in server.start_page
    shown = subprocess.run(
        ["curl", "-sS", f"http://{server.doors['http']}/status"], capture_output=True, timeout=20, check=True
    )
    assert json.loads(shown.stdout)["demo"] == "on"


def test_in_prod_there_is_none() -> None:
    """The flag is ignored, and the start page says so; the same call is refused as every wrong password is."""
    with served(open_home(), NEXY_DEMO="1", NEXY_ENV="prod", COLUMNS="200", **LASTING) as server:
        assert "NEXY_DEMO is ignored in prod" in server.start_page
        status, refusal = said(server, SIGN_IN)
        assert (status, refusal["error_code"]) == (400, "invalid_credentials")
