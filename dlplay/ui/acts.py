"""What a visitor does in a live part, said to the run or to the experiment.

A browser can send anything, so every act is looked up by name and read field by field; what is not understood becomes
one sentence in the experiment line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlplay.config import Refusal
from dlplay.ui import session

Act = Mapping[str, Any]


def guarded(handlers: Mapping[str, Callable[[Act], None]]) -> Callable[[Act], None]:
    """One function for all acts of a part; a refusal becomes the visit's notice and loses nothing."""

    def handle(act: Act) -> None:
        here = session.visit()
        here.notice = ""
        try:
            handler = handlers.get(str(act.get("do")))
            if handler is None:
                raise Refusal("do", f"{str(act.get('do'))[:20]!r} is nothing this picture can do.")
            handler(act)
        except Refusal as refusal:
            here.notice = refusal.sentence
        except (LookupError, TypeError, ValueError, OverflowError):
            here.notice = f"The page sent something it cannot mean: {str(act.get('do'))[:20]}."

    return handle


def release(_: Act) -> None:
    """One level back: nothing is locked."""
    session.look(unit=None, cell=None, channel=None)
