"""What can be done where a target is written: read another source, widen the beam, lock a step."""

from __future__ import annotations

from dlplay import tokens
from dlplay.config import Refusal
from dlplay.ui import session
from dlplay.ui.acts import Act, example, guarded, release, text, whole
from dlplay.ui.view import LONGEST_TEXT, View

WIDEST = 5
LATEST = 999
"""The last step of a target that can be locked."""


def lock(act: Act) -> None:
    """A step of the target: what it weighs to say, and what it read, stay beside."""
    session.look(query=whole(act, "step", high=LATEST))


def own(act: Act) -> None:
    """A source of one's own, checked word by word."""
    given = text(act, "value").strip()
    if len(given) > LONGEST_TEXT:
        raise Refusal("text", f"text has {len(given):,} characters; at most {LONGEST_TEXT} are read.")
    tokens.encode(session.visit().experiment.task, given)
    session.look(View.on, text=given, query=None)


def width(act: Act) -> None:
    """How many hypotheses are kept."""
    session.look(beam=whole(act, "value", low=1, high=WIDEST), kept=0, query=None)


def choose(act: Act) -> None:
    """Which hypothesis is shown step by step."""
    session.look(kept=whole(act, "value", high=WIDEST - 1), query=None)


alignment = guarded(
    {"lock": lock, "release": release, "example": example, "text": own, "width": width, "choose": choose}
)
written = guarded({"lock": lock, "release": release})
