"""One HTTP request, whatever answers."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from http_reply import Reply, fetch

from support.scripted_web import Page, ScriptedWeb, serve_web

CONTEXT = ssl.create_default_context()


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Answers one connection with these bytes; yields its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def reply() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)

    thread = threading.Thread(target=reply)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join()
        listener.close()


def test_status_cache_and_body_are_kept() -> None:
    """What a page answers arrives whole."""
    with serve_web(ScriptedWeb({"/x": Page(document={"a": 1}, cache_control="no-store")})) as port:
        reply = fetch(f"http://127.0.0.1:{port}/x", seconds=5, context=CONTEXT)
    assert (reply.status, reply.cache_control, reply.document) == (200, "no-store", {"a": 1})


def test_a_refusal_is_an_answer() -> None:
    """HTTP errors are statuses, not exceptions."""
    with serve_web(ScriptedWeb()) as port:
        assert fetch(f"http://127.0.0.1:{port}/nothing", seconds=5, context=CONTEXT).status == 404


def test_nobody_there_is_status_zero_with_a_reason() -> None:
    """A refused connection says why."""
    reply = fetch("http://127.0.0.1:1/", seconds=5, context=CONTEXT)
    assert reply.status == 0
    assert "refused" in reply.reason.lower()


def test_something_that_is_not_http_is_status_zero() -> None:
    """A server that speaks another protocol is told from one that answers."""
    with raw_server(b"SSH-2.0-OpenSSH\r\n") as url:
        assert fetch(url, seconds=5, context=CONTEXT).status == 0


def test_a_body_that_breaks_off_is_status_zero() -> None:
    """A connection that is lost amid the body is no answer."""
    with raw_server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf") as url:
        assert fetch(url, seconds=5, context=CONTEXT).status == 0


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of this machine goes to this machine."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serve_web(ScriptedWeb({"/x": Page(document={})})) as port:
        assert fetch(f"http://127.0.0.1:{port}/x", seconds=5, context=CONTEXT).status == 200


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff\xfe"])
def test_a_body_that_is_no_object_reads_as_an_empty_one(body: bytes) -> None:
    """Whoever checks keys need not check the kind first."""
    assert Reply(status=200, body=body).document == {}
