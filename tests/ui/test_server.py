"""What the server gives to everyone who asks, and what it takes: its assets, and nothing."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dlplay.ui import server


def status(path: str, method: str = "GET") -> int:
    """The status of what `answered` gives."""
    return int(answered(path, method)["status"])


def headers(path: str, cookie: bytes = b"") -> list[tuple[bytes, bytes]]:
    """The headers of what a browser with this cookie is answered."""
    return list(answered(path, cookie=cookie)["headers"])


def answered(path: str, method: str = "GET", cookie: bytes = b"") -> dict[str, Any]:
    """What the server's own routes and middleware answer to one request."""
    said: list[Any] = []

    asked: list[Any] = []

    async def receive() -> dict[str, Any]:
        if asked:
            await asyncio.Event().wait()  # nothing more comes, and the browser stays
        asked.append({"type": "http.request", "body": b"x", "more_body": False})
        return asked[0]

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": method, "path": path, "root_path": "", "query_string": b""}
    scope["headers"] = [(b"cookie", cookie)] if cookie else []
    app = Starlette(routes=server.ROUTES, middleware=server.MIDDLEWARE)
    # In a thread of its own: a browser that is driven in this process keeps an event loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    return dict(said[0])


@pytest.mark.parametrize(
    "path", [*server.PAGES, "/assets/tokens.json", "/assets/live/part.js", "/assets/plotly.min.js"]
)
def test_assets_are_given(path: str):
    assert status(path) == 200


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/live", "/assets/../app.py", "/assets/live/../../app.py", "/assets//etc/passwd"]
)
def test_nothing_beside_the_assets_is_given(path: str):
    assert status(path) == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "OPTIONS", "DELETE", "GET"])
@pytest.mark.parametrize("base", ["", "/somewhere"])
def test_nothing_is_taken(method: str, base: str):
    path = f"{base}/_stcore/upload_file/session/file"
    assert status(path, method) == 404


@pytest.mark.parametrize("base", ["", "/somewhere"])
def test_figures_of_the_server_are_for_who_asked_for_them(base: str, monkeypatch: pytest.MonkeyPatch):
    routes = [Route(f"{base}/_stcore/metrics", lambda _: PlainTextResponse("1"))]
    monkeypatch.setattr(server, "ROUTES", routes)
    assert status(f"{base}/_stcore/metrics") == 404
    monkeypatch.setenv("DLPLAY_METRICS", "on")
    assert status(f"{base}/_stcore/metrics") == 200


def test_every_other_request_goes_through():
    assert status("/assets/tokens.json", "PUT") == 405


def test_a_browser_gets_a_name_once():
    fresh = headers("/playground")
    (cookie,) = (value for name, value in fresh if name == b"set-cookie")
    said = re.fullmatch(rb"dlplay_visitor=([\w-]{16}); HttpOnly; Path=/; SameSite=lax", cookie)
    assert said
    assert b"set-cookie" not in dict(headers("/playground", cookie=b"dlplay_visitor=" + said[1]))
    for bad in (b"short", b"x" * 65, b"a.b/c d e f g h i"):
        assert b"set-cookie" in dict(headers("/playground", cookie=b"dlplay_visitor=" + bad))
