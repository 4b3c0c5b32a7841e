"""The start page: recipes as cards with recorded pictures, and the way back to one's own run."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from dlplay import link
from dlplay.architecture import architecture
from dlplay.frame import pack
from dlplay.recipe import Recipe, recipes
from dlplay.runs.manager import runs
from dlplay.ui import session
from dlplay.ui.live import ASSETS
from dlplay.ui.parts import CARDS
from dlplay.ui.scrubber import WATCHABLE

PLAYGROUND = "playground.py"


def head() -> None:
    """What to do here, and the run to go on with when there is one."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="start-head"):
        with st.container(gap=None, width="stretch"):
            st.title("Pick a recipe, watch it learn, look inside", anchor=False)
            st.markdown(":gray[Everything can be changed, nothing can be broken.]")
        _continue()


def cards() -> None:
    """Every recipe; a click opens it in the playground and plays it."""
    known = recipes()
    done = CARDS("cards", pack({"recipes": [_card(recipe) for recipe in known.values()]}))
    chosen = known.get(str(done.get("slug"))) if done else None
    if chosen is not None:
        st.switch_page(PLAYGROUND, query_params={**link.pairs(chosen.experiment), **chosen.looks, "play": "on"})


def _continue() -> None:
    here = session.visit()
    run = runs().find(here.run_id) if here.run_id else None
    if run is None or not run.history.step:
        return
    what = f"{run.experiment.model.title} on {run.experiment.source.title}, step {run.history.step:,}"
    if st.button(f"Continue **{what}**", icon=":material/chevron_right:", icon_position="right", key="continue"):
        st.switch_page(PLAYGROUND, query_params=here.written or {"run": here.run_id})


def _card(recipe: Recipe) -> dict[str, Any]:
    recording, picture = recipe.recording, None
    if recording.exists():  # the time stands in the address, so that a new recording is fetched anew
        picture = f"assets/{recording.relative_to(ASSETS).as_posix()}?{recording.stat().st_mtime_ns}"
    experiment = recipe.experiment
    model = architecture(experiment.architecture)
    return {
        "slug": recipe.slug,
        "name": recipe.name,
        "watch": recipe.watch,
        "group": recipe.group,
        "tags": [model.title, _lasts(recipe)],
        "about": f"{experiment.source.title} {model.story}",  # not shown: it is found by these words, too
        "href": f"playground?{'&'.join(filter(None, (link.write(experiment), recipe.view)))}&play=on",
        "picture": picture,
    }


def _lasts(recipe: Recipe) -> str:
    """How long it trains before it looks as recorded, at the speed a visit begins with."""
    return f"trains in {math.ceil(max(recipe.seconds, recipe.steps / WATCHABLE))} s"
