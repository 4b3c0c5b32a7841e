"""What can be done in the pictures of gates and states: lock a unit and a step, choose layer, order and example."""

from __future__ import annotations

from dlplay import tokens
from dlplay.config import Refusal, quoted
from dlplay.probes.choices import ARRANGED
from dlplay.ui import session
from dlplay.ui.acts import Act, example, guarded, release, text, whole
from dlplay.ui.view import LONGEST_TEXT, View

MOST_UNITS, LONGEST, DEEPEST = 9_999, 9_999, 9
"""The last unit, step and layer that can be locked; a run knows what it has."""


def lock(act: Act) -> None:
    """A unit at a step: its wiring and its arithmetic stay open."""
    unit, time = whole(act, "unit", high=MOST_UNITS), whole(act, "time", high=LONGEST)
    session.look(unit=(session.visit().view.layer, unit), time=time)


def step(act: Act) -> None:
    """A step of the sequence, whatever unit is locked."""
    session.look(time=whole(act, "time", high=LONGEST))


def layer(act: Act) -> None:
    """Another recurrent layer; its units are others."""
    session.look(layer=whole(act, "value", high=DEEPEST), unit=None)


def order(act: Act) -> None:
    value = act.get("value")
    if value not in ARRANGED:
        raise Refusal("order", f"order is {quoted(value)}; it can be {', '.join(ARRANGED)}.")
    session.look(arranged=value)


def own(act: Act) -> None:
    """A text of one's own, checked token by token."""
    given = text(act, "value")
    if len(given) > LONGEST_TEXT:
        raise Refusal("text", f"text has {len(given):,} characters; at most {LONGEST_TEXT} are read.")
    task = session.visit().experiment.task
    if not task.tokens:
        raise Refusal("text", "text is of no use here; this data reads numbers.")
    tokens.encode(task, given)
    session.look(View.on, text=given)


states = guarded(
    {"lock": lock, "release": release, "step": step, "layer": layer, "order": order, "example": example, "text": own}
)
