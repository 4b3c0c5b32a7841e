"""What can be done where a target is written: read another source, widen the beam, lock a step."""

from __future__ import annotations

from dlplay.probes.choices import WIDEST
from dlplay.ui import session, texts
from dlplay.ui.acts import Act, example, guarded, release, text, whole
from dlplay.ui.limits import LAST


def lock(act: Act) -> None:
    """A step of the target: what it weighs to say, and what it read, stay beside."""
    session.look(query=whole(act, "step", high=LAST))


def own(act: Act) -> None:
    """A source of one's own."""
    if texts.write("text", text(act, "value").strip()):
        session.look(query=None)


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
