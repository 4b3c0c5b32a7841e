"""What can be done in the picture of an MLP and in its output surface."""

from __future__ import annotations

from typing import Any

from dlplay.config import Refusal, knob
from dlplay.ui import session
from dlplay.ui.acts import Act, example, guarded, number, release, text, whole
from dlplay.ui.limits import DEEPEST, FAR, LAST, MOST
from dlplay.ui.view import View

MOST_UNITS = 512


def lock(act: Act) -> None:
    session.look(unit=(whole(act, "layer", high=DEEPEST), whole(act, "unit", high=LAST)))


def edit(act: Act) -> None:
    """One weight or bias set by hand; the run remembers it, so the link tells the same curve."""
    session.edit_weight(text(act, "parameter"), whole(act, "index"), number(act, "value", -MOST, MOST))


def units(act: Act) -> None:
    """One neuron more or less in a hidden layer."""
    layer = whole(act, "layer", high=len(_hidden()) - 1)
    _change_hidden(layer, units=_hidden()[layer].units + whole(act, "by", -MOST_UNITS, MOST_UNITS))


def activation(act: Act) -> None:
    _change_hidden(whole(act, "layer"), activation=text(act, "value"))


def norm(act: Act) -> None:
    _change_hidden(whole(act, "layer"), norm=text(act, "value"))


def dropout(act: Act) -> None:
    _change_hidden(whole(act, "layer"), dropout=number(act, "value", 0, 1))


def layers(act: Act) -> None:
    """One hidden layer more, like the last, or one less: the last, or the one that is named."""
    hidden = _hidden()
    if whole(act, "by", -1, 1) > 0:
        hidden = (*hidden, hidden[-1] if hidden else {"units": 4})
    else:
        gone = whole(act, "layer") if "layer" in act else len(hidden) - 1
        hidden = tuple(layer for number, layer in enumerate(hidden) if number != gone)
    session.edit(network={"hidden": hidden})


def feature(act: Act) -> None:
    """One input feature on or off; at least one stays."""
    network: Any = session.visit().experiment.network
    name = text(act, "name")
    every = knob(type(network), "features").choices
    chosen = tuple(one for one in every if (one in network.features) != (one == name))
    if not chosen:
        raise Refusal("features", "features is empty; at least one input is needed.")
    session.edit(network={"features": chosen})


def point(act: Act) -> None:
    session.look(View.on, point=_place(act))


def add(act: Act) -> None:
    """A point drawn by hand."""
    x, y = _place(act)
    drawn: dict[str, Any] = {"x": x, "y": y, "target": number(act, "answer", -MOST, MOST)}
    data: Any = session.visit().experiment.data
    session.edit(data={"added": (*data.added, drawn)})


def remove(act: Act) -> None:
    """A point taken away: a drawn one for good, a made one by its number."""
    data: Any = session.visit().experiment.data
    index = whole(act, "index")
    if index >= data.points:
        drawn = index - data.points
        session.edit(data={"added": data.added[:drawn] + data.added[drawn + 1 :]})
    else:
        session.edit(data={"removed": tuple(sorted({*data.removed, index}))})


def _place(act: Act) -> tuple[float, float]:
    """A point of the plane, to a hundredth."""
    return round(number(act, "x", -FAR, FAR), 2), round(number(act, "y", -FAR, FAR), 2)


def _hidden() -> tuple:
    network: Any = session.visit().experiment.network
    return network.hidden


def _change_hidden(layer: int, **values: Any) -> None:
    hidden = _hidden()
    if not 0 <= layer < len(hidden):
        raise Refusal("hidden", f"hidden has no layer {layer}; there are {len(hidden)}.")
    session.edit(network={"hidden": (*hidden[:layer], hidden[layer].but(**values), *hidden[layer + 1 :])})


network = guarded(
    {
        "lock": lock,
        "release": release,
        "edit": edit,
        "units": units,
        "activation": activation,
        "norm": norm,
        "dropout": dropout,
        "layers": layers,
        "feature": feature,
        "example": example,
    }
)
surface = guarded({"point": point, "add": add, "remove": remove, "example": example, "release": release})
