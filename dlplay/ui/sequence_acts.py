"""What can be done where a sequence is followed: choose a loss, let a forecast run on its own, have a text written."""

from __future__ import annotations

from dlplay import tokens
from dlplay.config import Refusal, quoted
from dlplay.probes.choices import HOTTEST, STATES
from dlplay.ui import session
from dlplay.ui.acts import Act, guarded, number, release, text, whole
from dlplay.ui.view import LONGEST_TEXT

LATEST = 9_999
"""The last step, unit and seed that can be asked for; a run knows what it has."""
DEEPEST = 9
TENTHS = 1


def lock(act: Act) -> None:
    """A step of the sequence; the pictures of gates and states stay there."""
    session.look(time=whole(act, "step", high=LATEST))


def loss(act: Act) -> None:
    """The step whose loss is followed back."""
    session.look(loss=whole(act, "step", high=LATEST))


def begin(act: Act) -> None:
    """From which value on the model reads its own forecasts."""
    session.look(free=whole(act, "value", low=1, high=LATEST))


def beside_truth(_: Act) -> None:
    """The free run begins where it does by itself."""
    session.look(free=None)


def write(act: Act) -> None:
    """How a text begins, checked token by token; nothing is as good as anything."""
    given = text(act, "value")
    if len(given) > LONGEST_TEXT:
        raise Refusal("text", f"text has {len(given):,} characters; at most {LONGEST_TEXT} are read.")
    if given:
        tokens.encode(session.visit().experiment.task, given)
    session.look(beginning=given)


def temperature(act: Act) -> None:
    """How much chance there is in a text."""
    session.look(temperature=round(number(act, "value", 0, HOTTEST), TENTHS))


def top_k(act: Act) -> None:
    """How many of the most probable tokens can be drawn; 0 for all."""
    session.look(top_k=whole(act, "value", high=LATEST))


def top_p(act: Act) -> None:
    """Only the most probable tokens that make up this share can be drawn."""
    session.look(top_p=round(number(act, "value", 0.01, 1), 2))


def seed(act: Act) -> None:
    """Which of the possible texts is written."""
    session.look(seed=whole(act, "value", high=LATEST))


def unit(act: Act) -> None:
    """The unit that colours the text; it is the one that is followed in gates and states, too."""
    session.look(layer=whole(act, "layer", high=DEEPEST), unit=(whole(act, "layer"), whole(act, "unit", high=LATEST)))


def state(act: Act) -> None:
    """What of the unit colours the text."""
    value = act.get("value")
    if value not in STATES:
        raise Refusal("state", f"state is {quoted(value)}; it can be {' or '.join(STATES)}.")
    session.look(state=value)


gradient = guarded({"lock": lock, "release": release, "loss": loss})
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
