"""What can be done where a sequence is followed: choose a loss, let a forecast run on its own, have a text written."""

from __future__ import annotations

from dlplay.probes.choices import HOTTEST, LAST_SEED, STATES
from dlplay.ui import session, texts
from dlplay.ui.acts import Act, chosen, guarded, number, release, text, whole
from dlplay.ui.limits import DEEPEST, LAST

TENTHS = 1


def lock(act: Act) -> None:
    """A step of the sequence; the pictures of gates and states stay there."""
    session.look(time=whole(act, "step", high=LAST))


def loss(act: Act) -> None:
    """The step whose loss is followed back."""
    session.look(loss=whole(act, "step", high=LAST))


def layer(act: Act) -> None:
    """The layer whose states it flows back through; every other panel shows it, too."""
    value, view = whole(act, "value", high=DEEPEST), session.visit().view
    session.look(layer=value, unit=view.unit if view.layer == value else None)


def begin(act: Act) -> None:
    """From which value on the model reads its own forecasts."""
    session.look(free=whole(act, "value", low=1, high=LAST))


def beside_truth(_: Act) -> None:
    """The free run begins where it does by itself."""
    session.look(free=None)


def write(act: Act) -> None:
    """How a text begins; nothing is as good as anything."""
    texts.write("beginning", text(act, "value"))


def temperature(act: Act) -> None:
    """How much chance there is in a text."""
    session.look(temperature=round(number(act, "value", 0, HOTTEST), TENTHS))


def top_k(act: Act) -> None:
    """How many of the most probable tokens can be drawn; 0 for all."""
    session.look(top_k=whole(act, "value", high=LAST))


def top_p(act: Act) -> None:
    """Only the most probable tokens that make up this share can be drawn."""
    session.look(top_p=round(number(act, "value", 0.01, 1), 2))


def seed(act: Act) -> None:
    """Which of the possible texts is written."""
    session.look(seed=whole(act, "value", high=LAST_SEED))


def unit(act: Act) -> None:
    """The unit that colours the text; it is the one that is followed in gates and states, too."""
    layer = whole(act, "layer", high=DEEPEST)
    session.look(layer=layer, unit=(layer, whole(act, "unit", high=LAST)))


def state(act: Act) -> None:
    """What of the unit colours the text."""
    session.look(state=chosen(act, STATES))


gradient = guarded({"lock": lock, "release": release, "loss": loss, "layer": layer})
forecast = guarded({"begin": begin, "release": beside_truth})
writing = guarded(
    {
        "write": write,
        "temperature": temperature,
        "top_k": top_k,
        "top_p": top_p,
        "seed": seed,
        "unit": unit,
        "state": state,
    }
)
