"""What the ASGI application in app.py is made of: the frame script, the assets, and the runs that live with it."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import plotly
import streamlit
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from dlplay.runs.manager import runs
from dlplay.ui import person, unsent
from dlplay.ui.live import ASSETS

FRAME = ASSETS.parent / "pages" / "frame.py"
PAGES = ["/", *(f"/{file.stem}" for file in sorted(FRAME.parent.glob("*.py")) if file.stem not in ("frame", "start"))]
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_KEEP_MEMORY_FLAT = 120.0  # seconds between full collections; Streamlit's own after every script is switched off


class _Assets(StaticFiles):
    """Asked for again at every page, answered with "not modified" while nothing changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class _Closed:
    """Streamlit's own addresses that no page needs: uploads, which would let anybody fill the memory of the server, and
    unless DLPLAY_METRICS is set, figures of the server.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if "/_stcore/upload_file" in path or ("/_stcore/metrics" in path and not os.environ.get("DLPLAY_METRICS")):
            await PlainTextResponse("There is nothing here.", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _plotly(_: Any) -> FileResponse:
    return FileResponse(PLOTLY, headers={"Cache-Control": "max-age=86400"})


def _shell() -> str:
    """Streamlit's page around every page; it loads our care for the browser's history before its own code."""
    shell = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    head, begin, rest = shell.partition("<head>")
    if not begin:
        raise ValueError("Streamlit's index.html has no <head>.")
    return f'{head}{begin}<script src="./assets/history.js"></script>{rest}'


_SHELL = _shell()


def _page(request: Request) -> HTMLResponse:
    response = HTMLResponse(_SHELL, headers={"Cache-Control": "no-cache"})
    person.greet(request, response)
    return response


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Starts the workers' forkserver before the first visitor, stops every run with the server."""
    keeper = runs()
    keeper.start()
    unsent.send_all()
    gc.collect()
    gc.freeze()
    tidying = asyncio.create_task(_collect())
    try:
        yield
    finally:
        tidying.cancel()
        keeper.shutdown()


async def _collect() -> None:
    while True:
        await asyncio.sleep(_KEEP_MEMORY_FLAT)
        gc.collect()


ROUTES = [
    *(Route(path, _page) for path in PAGES),
    Route("/assets/plotly.min.js", _plotly),
    Mount("/assets", _Assets(directory=ASSETS)),
]
MIDDLEWARE = [Middleware(_Closed)]
