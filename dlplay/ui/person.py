"""Who a visitor is: a random name in a cookie, the same in every tab of a browser, so that places count people.

The name stands for nobody and nothing is kept under it but the runs that are going on.
"""

from __future__ import annotations

import re
import secrets

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "dlplay_visitor"
_NAME = re.compile(r"[\w-]{12,64}", re.ASCII)


def greet(request: Request, response: Response) -> None:
    """Gives a name to a browser that has none yet."""
    if not _NAME.fullmatch(request.cookies.get(COOKIE, "")):
        response.set_cookie(COOKIE, secrets.token_urlsafe(12), httponly=True, samesite="lax")


def name() -> str | None:
    """The name of the browser that shows this page; None where it takes no cookies."""
    told = str(st.context.cookies.get(COOKIE, ""))
    return told if _NAME.fullmatch(told) else None
