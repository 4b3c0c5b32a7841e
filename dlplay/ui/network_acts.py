"""What can be done in the picture of an MLP and in its output surface."""

from __future__ import annotations

from typing import Any

from dlplay.config import Refusal, knob
from dlplay.ui import session
from dlplay.ui.acts import Act, guarded, release


def lock(act: Act) -> None:
    session.look(unit=(int(act["layer"]), int(act["unit"])))


def edit(act: Act) -> None:
    """One weight or bias set by hand; the run remembers it, so the link tells the same curve."""
    session.edit_weight(str(act["parameter"])[:80], int(act["index"]), float(act["value"]))


def units(act: Act) -> None:
    """One neuron more or less in a hidden layer."""
    layer = int(act["layer"])
    _change_hidden(layer, units=_hidden()[layer].units + int(act["by"]))


def activation(act: Act) -> None:
    _change_hidden(int(act["layer"]), activation=str(act["value"]))


def norm(act: Act) -> None:
    _change_hidden(int(act["layer"]), norm=str(act["value"]))


def dropout(act: Act) -> None:
    _change_hidden(int(act["layer"]), dropout=float(act["value"]))


def layers(act: Act) -> None:
    """One hidden layer more, like the last, or one less: the last, or the one that is named."""
    hidden = _hidden()
    if int(act["by"]) > 0:
        hidden = (*hidden, hidden[-1] if hidden else {"units": 4})
    else:
        gone = int(act.get("layer", len(hidden) - 1))
        hidden = tuple(layer for number, layer in enumerate(hidden) if number != gone)
    session.edit(network={"hidden": hidden})


def feature(act: Act) -> None:
    """One input feature on or off; at least one stays."""
    network: Any = session.visit().experiment.network
    name = str(act["name"])
    every = knob(type(network), "features").choices
    chosen = tuple(one for one in every if (one in network.features) != (one == name))
    if not chosen:
        raise Refusal("features", "features is empty; at least one input is needed.")
    session.edit(network={"features": chosen})


def point(act: Act) -> None:
    session.look(point=(round(float(act["x"]), 2), round(float(act["y"]), 2)))


def add(act: Act) -> None:
    """A point drawn by hand."""
    drawn: dict[str, Any] = {
        "x": round(float(act["x"]), 2),
        "y": round(float(act["y"]), 2),
        "target": float(act["answer"]),
    }
    data: Any = session.visit().experiment.data
    session.edit(data={"added": (*data.added, drawn)})


def remove(act: Act) -> None:
    """A point taken away: a drawn one for good, a made one by its number."""
    data: Any = session.visit().experiment.data
    index = int(act["index"])
    if index >= data.points:
        drawn = index - data.points
        session.edit(data={"added": data.added[:drawn] + data.added[drawn + 1 :]})
    else:
        session.edit(data={"removed": tuple(sorted({*data.removed, index}))})


def example(act: Act) -> None:
    session.look(
        part="train" if act["part"] == "train" else "held-out", index=int(act["index"]), point=None, pixels=None
    )


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
