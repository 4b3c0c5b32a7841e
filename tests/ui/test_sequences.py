"""Which loss, forecast and text are looked at: part of the link, set by acts that are read field by field."""

from __future__ import annotations

import pytest

from dlplay import link
from dlplay.dataset import datasets
from dlplay.experiment import experiment
from dlplay.ui import inside_states, view
from dlplay.ui.limits import LONGEST_TEXT
from dlplay.ui.turn import fitting
from dlplay.ui.view import View
from tests.ui.page import opened

SEEN = [
    View(loss=0),
    View(free=12, index=3),
    View(beginning="The  end", temperature=0.7, seed=9999, state="cell"),
    View(temperature=0.0),
    View(temperature=3.0, seed=1),
]


@pytest.mark.parametrize("seen", SEEN)
def test_the_link_says_what_is_looked_at(seen: View) -> None:
    pairs = seen.pairs()
    assert view.read(pairs) == seen
    assert set(pairs) <= set(link.VIEW)
    link.read({"model": "gru", "data": "names", **pairs})


@pytest.mark.parametrize(
    "pairs",
    [
        {"loss": "-1"},
        {"free": "x"},
        {"seed": "10000"},
        {"temperature": "3.1"},
        {"temperature": "1e9"},
        {"state": "gate"},
        {"begin": "a" * (LONGEST_TEXT + 1)},
    ],
)
def test_what_makes_no_sense_is_left_out(pairs: dict[str, str]) -> None:
    assert view.read(pairs) == View()


@pytest.mark.parametrize("name", [name for name, record in datasets().items() if record.gives == "sequence"])
def test_a_task_is_offered_the_panels_that_fit_it(name: str) -> None:
    found = [panel.name for panel in fitting(inside_states.PANELS, experiment("lstm", name))]
    extra = {"Writing": ("names", "stories", "induction"), "Forecast": ("waves", "stocks", "gapminder")}
    assert found == [*(panel for panel, where in extra.items() if name in where), "Training", "Gradient"]


def _page() -> None:
    """Every act of these pictures, on a page that has a run."""
    from dlplay.ui import sequence_acts, session, states_acts

    session.run()
    here, writing = session.visit(), sequence_acts.writing
    writing({"do": "write", "value": "Cam"})
    assert here.view.beginning == "Cam"
    writing({"do": "write", "value": "Cä"})
    assert (here.view.refused.box, here.view.refused.text) == ("beginning", "Cä")
    assert "'ä'" in here.view.refused.sentence
    assert (here.view.beginning, here.notice) == ("Cam", "")
    writing({"do": "write", "value": "C" * 25})
    assert here.view.refused.sentence == "text has 25 tokens; at most 24 fit."
    writing({"do": "write", "value": ""})
    assert (here.view.beginning, here.view.refused) == ("", None)
    writing({"do": "temperature", "value": 0.7000000000000001})
    assert here.view.temperature == 0.7
    writing({"do": "temperature", "value": 3.5})
    assert "from 0 to 3" in here.notice
    writing({"do": "seed", "value": "42"})
    writing({"do": "seed", "value": "4.2"})
    assert here.notice == "value is 4.2; it is a whole number."
    assert here.view.seed == 42
    writing({"do": "state", "value": "cell"})
    writing({"do": "unit", "layer": 0, "unit": 3})
    writing({"do": "unit", "layer": 99, "unit": 3})
    assert (here.view.state, here.view.layer, here.view.unit) == ("cell", 0, (0, 3))
    sequence_acts.gradient({"do": "loss", "step": 4})
    sequence_acts.gradient({"do": "lock", "step": 2})
    assert (here.view.loss, here.view.time) == (4, 2)
    sequence_acts.gradient({"do": "release"})
    assert (here.view.loss, here.view.time, here.view.unit) == (4, None, None)
    sequence_acts.forecast({"do": "begin", "value": 7})
    assert here.view.free == 7
    sequence_acts.forecast({"do": "begin", "value": 0})
    assert "from 1" in here.notice
    sequence_acts.forecast({"do": "release"})
    assert here.view.free is None
    writing({"do": "write", "value": "Cam"})
    sequence_acts.forecast({"do": "begin", "value": 7})
    session.edit(network={"units": 20})
    assert (here.view.loss, here.view.free, here.view.beginning, here.view.unit) == (4, 7, "Cam", None)
    session.edit(data={"seed": 1})
    assert (here.view.loss, here.view.free, here.view.beginning) == (None, None, "")
    states_acts.states({"do": "lock", "unit": 5, "time": 2, "layer": 1})
    assert (here.view.layer, here.view.unit, here.view.time) == (1, (1, 5), 2)
    states_acts.states({"do": "stack"})
    assert (here.view.layers, here.view.layer, here.view.unit) == ("all", 1, (1, 5))
    sequence_acts.gradient({"do": "layer", "value": 0})
    assert (here.view.layers, here.view.layer, here.view.unit) == ("all", 0, None)
    states_acts.states({"do": "layer", "value": 1})
    assert (here.view.layers, here.view.layer) == ("one", 1)
    states_acts.states({"do": "lock", "unit": 5, "time": 2, "layer": 64})
    assert "layer" in here.notice


def test_every_act_does_what_it_says() -> None:
    opened(_page, {"v": "1", "model": "gru", "data": "names"})
