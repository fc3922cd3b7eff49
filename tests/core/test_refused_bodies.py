"""Who is refused while still sending sees the answer; nothing is read without a bound."""

import io
import socket
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from participation.core.refused_bodies import RefusedBodies

_BODY = b"x" * 300_000


def refuse(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An application that answers without reading."""
    start_response("413 Too Large", [("Content-Length", "4"), ("Connection", "close")])
    return [b"nein"]


def left_after(body: bytes, announced: str | None, most: int = 10**6) -> int:
    """How many bytes nobody has read when the answer is there."""
    stream = io.BytesIO(body)
    environ = {"wsgi.input": stream} | ({"CONTENT_LENGTH": announced} if announced else {})
    assert RefusedBodies(refuse, most)(environ, lambda *_: None) == [b"nein"]
    return len(body) - stream.tell()


@pytest.mark.parametrize(
    ("announced", "most", "left"),
    [
        ("300000", 10**6, 0),
        ("100", 10**6, 299_900),
        ("300000", 299_999, 300_000),
        (None, 10**6, 300_000),
        ("-1", 10**6, 300_000),
        ("words", 10**6, 300_000),
        ("400000", 10**6, 0),
    ],
)
def test_rest_of_a_body_is_read_up_to_its_end_or_the_bound(
    announced: str | None, most: int, left: int
) -> None:
    assert left_after(_BODY, announced, most) == left


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """A server that refuses everything at once."""
    server = make_server("127.0.0.1", 0, RefusedBodies(refuse), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_browser_that_sends_for_a_long_time_gets_to_the_end_and_reads_the_answer(
    address: tuple[str, int],
) -> None:
    megabyte = b"x" * 1024 * 1024
    with socket.create_connection(address, timeout=20) as browser:
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {20 * len(megabyte)}\r\n\r\n"
        browser.sendall(head.encode())
        for _ in range(20):
            browser.sendall(megabyte)
        answer = b""
        while piece := browser.recv(4096):
            answer += piece
    assert answer.split(b"\r\n")[0].endswith(b"413 Too Large")
    assert answer.endswith(b"nein")
