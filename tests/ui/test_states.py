"""What is looked at in a recurrent network goes through the address bar, and nothing else does."""

from __future__ import annotations

import pytest

from dlplay.probes.choices import ARRANGED
from dlplay.recipe import recipes
from dlplay.ui import view
from dlplay.ui.view import View
from tests.ui.page import opened


@pytest.mark.parametrize(
    "seen",
    [
        View(unit=(0, 1023), time=0),
        View(unit=(2, 7), time=199, layer=2),
        View(time=4, text="([])"),
        View(layer=1, layers="all"),
        View(panel="residual-stream"),
        *(View(arranged=order) for order in ARRANGED),
    ],
)
def test_lock_step_layer_and_order_are_part_of_the_link(seen: View) -> None:
    assert view.read(seen.pairs()) == seen


@pytest.mark.parametrize("junk", ["-1", "99999", "1e3", "nan", "", "x", " 1"])
def test_what_makes_no_sense_is_left_out(junk: str) -> None:
    found = view.read({"time": junk, "layer": junk, "arranged": junk, "lock": f"0.{junk}"})
    assert found == View()


def test_a_link_says_which_view_is_turned_to_and_one_that_does_not_fit_shows_the_first() -> None:
    opened(_turned, {"v": "1", "model": "lstm", "data": "brackets", "panel": "gradient"})
    opened(_first, {"v": "1", "model": "lstm", "data": "brackets", "panel": "positions"})


def _turned() -> None:
    from dlplay.ui import inside_states, session, turn

    session.run()
    assert turn.turned(inside_states.PANELS, session.visit().experiment).name == "Gradient"
    assert "panel=gradient" in session.share()


def _first() -> None:
    from dlplay.ui import inside_states, session, turn

    session.run()
    assert turn.turned(inside_states.PANELS, session.visit().experiment).name == "Training"


@pytest.mark.parametrize("slug", [slug for slug, one in recipes().items() if one.view])
def test_what_a_recipe_looks_at_can_be_looked_at(slug: str) -> None:
    looks = recipes()[slug].looks
    assert looks
    assert view.read(looks).pairs() == looks


def test_brackets_open_with_the_units_that_follow_the_depth() -> None:
    assert view.read(recipes()["brackets"].looks).arranged == "follows the target"
