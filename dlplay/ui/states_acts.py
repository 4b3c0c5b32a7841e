"""What can be done in the pictures of gates and states: lock a unit and a step, choose layer, order and example."""

from __future__ import annotations

from dlplay.probes.choices import ARRANGED
from dlplay.ui import session, texts
from dlplay.ui.acts import Act, chosen, example, guarded, release, text, whole
from dlplay.ui.limits import DEEPEST, LAST


def lock(act: Act) -> None:
    """A unit at a step: its wiring and its arithmetic stay open."""
    unit, time = whole(act, "unit", high=LAST), whole(act, "time", high=LAST)
    session.look(unit=(session.visit().view.layer, unit), time=time)


def step(act: Act) -> None:
    """A step of the sequence, whatever unit is locked."""
    session.look(time=whole(act, "time", high=LAST))


def layer(act: Act) -> None:
    """Another recurrent layer; its units are others."""
    session.look(layer=whole(act, "value", high=DEEPEST), unit=None)


def order(act: Act) -> None:
    session.look(arranged=chosen(act, ARRANGED))


def own(act: Act) -> None:
    """A text of one's own."""
    texts.write("text", text(act, "value"))


states = guarded(
    {"lock": lock, "release": release, "step": step, "layer": layer, "order": order, "example": example, "text": own}
)
