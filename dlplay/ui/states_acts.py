"""What can be done in the pictures of gates and states: lock a unit and a step, choose layer, order and example."""

from __future__ import annotations

from dlplay.probes.choices import ARRANGED, LAYERS
from dlplay.ui import session, texts
from dlplay.ui.acts import Act, chosen, example, guarded, release, text, whole
from dlplay.ui.limits import DEEPEST, LAST


def lock(act: Act) -> None:
    """A unit of a layer at a step: its wiring and its arithmetic stay open."""
    unit, time, layer = whole(act, "unit", high=LAST), whole(act, "time", high=LAST), whole(act, "layer", high=DEEPEST)
    session.look(layer=layer, unit=(layer, unit), time=time)


def step(act: Act) -> None:
    """A step of the sequence, whatever unit is locked."""
    session.look(time=whole(act, "time", high=LAST))


def layer(act: Act) -> None:
    """One recurrent layer, which every panel then shows; another one's units are others."""
    value, view = whole(act, "value", high=DEEPEST), session.visit().view
    session.look(layer=value, layers=LAYERS[0], unit=view.unit if view.layer == value else None)


def stack(_: Act) -> None:
    """All layers above one another; the panels go on to show the one they show."""
    session.look(layers=LAYERS[1])


def order(act: Act) -> None:
    session.look(arranged=chosen(act, ARRANGED))


def own(act: Act) -> None:
    """A text of one's own."""
    texts.write("text", text(act, "value"))


states = guarded(
    {
        "lock": lock,
        "release": release,
        "step": step,
        "layer": layer,
        "stack": stack,
        "order": order,
        "example": example,
        "text": own,
    }
)
