"""What the ASGI application in app.py is made of: the frame script and the static assets."""

from __future__ import annotations

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from dlplay.ui.live import ASSETS

FRAME = ASSETS.parent / "pages" / "frame.py"
ROUTES = [Mount("/assets", StaticFiles(directory=ASSETS))]
