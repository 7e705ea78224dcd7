"""`nexy users` and `nexy keys` on a real database, with and without a running server."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jwt
import pytest
import pytest_asyncio

from nexy.cli.access_requests import _SENTENCES
from nexy.cli.keys import GoodFor
from nexy.contracts.access import Scope
from nexy.messages.catalogue import LANGUAGES, load_texts
from support.nexy_process import LASTING, Finished, environment, nexy, nexy_serve
from support.postgres import open_home

EMAIL, PASSWORD = "anna@example.com", b"correct horse\n"


async def told(home: Path, *arguments: str, stdin: bytes = b"", **more: str) -> Finished:
    return await nexy(home, *arguments, stdin=stdin, **LASTING, **more)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home() -> Path:
    """A home where Anna has an account; tests that share it leave her as she is."""
    made = open_home()
    assert (await told(made, "users", "add", EMAIL, stdin=PASSWORD)).code == 0
    return made


@pytest.mark.slow
async def test_an_account_from_beginning_to_end() -> None:
    """Added, listed, shut out and let in again, each said in one line."""
    home = open_home()
    assert (
        await told(home, "users", "list")
    ).out.strip() == "Nobody has an account yet. Make one: nexy users add EMAIL"
    added = await told(home, "users", "add", "Anna@Example.com", stdin=PASSWORD)
    assert (added.code, added.out, added.err) == (0, "Added: anna@example.com. She can sign in now.\n", "")
    for command, word in (("disable", "shut out"), ("enable", "may sign in again"), ("password", "has a new password")):
        done = await told(home, "users", command, EMAIL, stdin=b"another horse")
        assert (done.code, word in done.out, done.err) == (0, True, "")
    for command, off in (("disable", True), ("enable", False), ("password", False)):
        (shown,) = json.loads((await told(home, "users", command, EMAIL, "--json", stdin=PASSWORD)).out)["users"]
        assert (shown["email"], shown["disabled"]) == (EMAIL, off)
    (listed,) = json.loads((await told(home, "users", "list", "--json")).out)["users"]
    assert (listed["email"], listed["disabled"], listed["last_sign_in_at"]) == (EMAIL, False, None)
    assert EMAIL in (await told(home, "users", "list")).out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "stdin", "complaint"),
    [
        (("users", "add", EMAIL), PASSWORD, "an account with this address exists"),
        (("users", "add", "anna"), PASSWORD, "this is no e-mail address"),
        (("users", "add", "bob@example.com"), b"short\n", "a password has 8 to 256 characters"),
        (("users", "add", "bob@example.com"), b"", "no password was given"),
        (("users", "add", "bob@example.com"), b"\xff" * 9 + b"\n", "all of which a keyboard can type"),
        (("users", "password", "bob@example.com"), b"", "no account has this address"),
        (("keys", "issue", "bob@example.com", "--name", "x"), b"", "no account has this address"),
        (("keys", "revoke", "nexy_none"), b"", "no key has this id"),
    ],
)
async def test_what_a_person_does_wrong_is_said_in_one_line(
    home: Path, arguments: tuple[str, ...], stdin: bytes, complaint: str
) -> None:
    """Exit code 1, nothing on the standard output."""
    refused = await told(home, *arguments, stdin=stdin)
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert complaint in refused.err


@pytest.mark.slow
async def test_in_russian(home: Path) -> None:
    """Tables and refusals."""
    shown = await told(home, "users", "list", LANG="ru_RU.UTF-8")
    assert all(word in shown.out for word in ("адрес", "последний вход", "действует", EMAIL))
    refused = await told(home, "users", "add", EMAIL, stdin=PASSWORD, LANG="ru_RU.UTF-8")
    assert "учётная запись с этим адресом уже есть" in refused.err


@pytest.mark.slow
async def test_a_key_is_printed_alone_and_once(home: Path) -> None:
    """A script takes it from the standard output; lists show its beginning."""
    made = await told(home, "keys", "issue", EMAIL, "--name", "ci", "--scope", "code", "--days", "9")
    key = made.out.removesuffix("\n")
    assert (made.code, key[:5], len(key), "shown this once" in made.err) == (0, "nexy_", 48, True)
    listed = await told(home, "keys", "list")
    assert key not in listed.out
    assert all(word in listed.out for word in (key[:12], "ci", EMAIL, "code", "good"))
    shown = json.loads((await told(home, "keys", "list", "--email", EMAIL, "--json")).out)["keys"]
    assert [(one["name"], one["scopes"], one["revoked"]) for one in shown] == [("ci", ["code"], False)]
    assert "Revoked" in (await told(home, "keys", "revoke", key[:12])).out
    (gone,) = json.loads((await told(home, "keys", "revoke", key, "--json")).out)["keys"]
    assert (gone["name"], gone["revoked"], key in str(gone)) == ("ci", True, False)
    assert "revoked" in (await told(home, "keys", "list")).out
    second = json.loads((await told(home, "keys", "issue", EMAIL, "--name", "all", "--json")).out)
    assert second["secret"].startswith(second["keys"][0]["beginning"])


@pytest.mark.slow
async def test_the_anonymous_token_needs_no_database(tmp_path: Path) -> None:
    """It is all that is printed, the same each time, and the printed key set verifies it; a rotation changes it."""
    first, again = await nexy(tmp_path, "keys", "anon"), await nexy(tmp_path, "keys", "anon")
    assert (first.code, first.err, first.out) == (0, "", again.out)
    keys = jwt.PyJWKSet.from_json((await nexy(tmp_path, "keys", "jwks")).out)
    token = first.out.strip()
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, algorithms=["ES256"], audience="authenticated")["role"] == "anon"
    rotated = await nexy(tmp_path, "keys", "rotate")
    assert "for up to 60 minutes" in rotated.out
    assert (await nexy(tmp_path, "keys", "anon")).out != first.out
    assert len(json.loads((await nexy(tmp_path, "keys", "jwks")).out)["keys"]) == 2
    ended = await nexy(tmp_path, "keys", "rotate", "--now")
    assert "everybody signs in again" in ended.out
    (key,) = json.loads((await nexy(tmp_path, "keys", "jwks")).out)["keys"]
    assert key["kid"] in ended.out


@pytest.mark.slow
async def test_beside_a_running_server() -> None:
    """Both use one database; the server is not disturbed."""
    home = open_home()
    async with nexy_serve(home, **LASTING) as server:
        assert (await told(home, "users", "add", EMAIL, stdin=PASSWORD)).code == 0
        assert EMAIL in (await told(home, "users", "list")).out
        assert (await told(home, "keys", "issue", EMAIL, "--name", "x")).out.startswith("nexy_")
        assert await server.stopped_by(signal.SIGTERM) == 0


@pytest.mark.slow
async def test_without_a_database_one_line_says_why(tmp_path: Path) -> None:
    """No traceback, exit code 1."""
    shown = await nexy(tmp_path, "users", "list")
    assert (shown.code, shown.out, len(shown.err.splitlines())) == (1, "", 1)
    assert "DATABASE_ENABLED" in shown.err


@pytest.mark.slow
async def test_who_is_asked_for_a_password_leaves_with_ctrl_c(home: Path) -> None:
    """At the first one, and without a traceback; who has no account is not asked at all."""
    shown = await asyncio.to_thread(_typed, home, b"\x03", command=("users", "password", EMAIL))
    assert shown.count(b":") == 1
    assert b"Traceback" not in shown
    shown = await asyncio.to_thread(_typed, home, command=("users", "password", "bob@example.com"))
    assert b"New password" not in shown
    assert b"no account has this address" in shown


@pytest.mark.slow
async def test_a_typed_password_is_not_shown(home: Path) -> None:
    """On a terminal it is asked for twice; two different ones change nothing."""
    shown = await asyncio.to_thread(_typed, home, b"first horse\n", b"other horse\n")
    assert b"New password:" in shown
    assert b"Once more:" in shown
    assert b"the two passwords differ" in shown
    assert b"horse" not in shown


def _typed(home: Path, *lines: bytes, command: Sequence[str] = ("users", "add", "carl@example.com")) -> bytes:
    """What the command's own terminal shows while these lines are typed, each after its question."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", sys.executable, "-m", "nexy.cli.main", *command],
        stdin=end, stdout=end, stderr=end, cwd=home, env=environment(home, **LASTING),
    )  # fmt: skip
    os.close(end)
    shown, left = b"", list(lines)
    try:
        while part := _read(terminal):
            shown += part
            if left and shown.count(b":") > len(lines) - len(left):
                os.write(terminal, left.pop(0))
    finally:
        os.close(terminal)
        process.kill()
        process.wait()
    return shown


def _read(terminal: int) -> bytes:
    """Nothing when the other end is closed, which Linux tells by an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_the_scopes_are_those_of_the_contract() -> None:
    """Help is printed without loading it."""
    assert [scope.value for scope in GoodFor] == [scope.value for scope in Scope]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_and_column_has_its_words(language: str) -> None:
    """Keys that are put together in code are not seen by the catalogue's own test."""
    columns = [f"users.column_{name}" for name in ("email", "since", "last", "state")]
    columns += [f"keys.column_{name}" for name in ("beginning", "name", "email", "scopes", "ends", "used", "state")]
    states = ["users.state_active", "users.state_disabled", "keys.state_good", "keys.state_over", "keys.state_revoked"]
    assert {*_SENTENCES.values(), *columns, *states} <= set(load_texts(language))
