"""The stage: the live pictures of one run, and under them the bar of time.

One fragment a page. It asks the run for every picture in one question, hands the bytes on as they are, and comes again
some times a second while the run plays; the more pages are open, the less often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlplay.config import Refusal
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.ui import insides, session, texts, time_bar, troubles
from dlplay.ui.view import View

FASTEST, WATCHED, QUIET = 0.1, 0.02, 1.0  # seconds between pictures: alone, for every page watched, while nothing moves


def places() -> tuple[DeltaGenerator, DeltaGenerator]:
    """How the page is shared between the settings and the stage: side by side, or the settings in a row above."""
    widths = insides.of(session.visit().experiment).widths
    if not widths:
        return st.container(key="above"), st.columns(1)[0]
    left, right = st.columns(widths, gap="small")
    return left, right


def show(run: Run) -> None:
    """Shows the stage and keeps it moving. What is there in a moment is shown at once, not as starting first."""
    run.arrive()
    every = max(FASTEST, WATCHED * runs().watched()) if _moves(run) else QUIET
    st.fragment(run_every=every)(_tick)(_around(run))


def _moves(run: Run) -> bool:
    return run.state in ("starting", "playing")


def _around(run: Run | None) -> tuple[object, ...]:
    """All that the rest of the page is made from: when it changes, the whole page has to be shown again."""
    here = session.visit()
    moves = run is not None and _moves(run)
    return moves, here.experiment, here.run_id, here.notice, bool(here.past), bool(here.future), session.stale()


def _tick(around: tuple[object, ...]) -> None:
    run = session.open_run()
    if run is None or _around(run) != around:
        st.rerun()
    inside = insides.of(run.experiment)
    pictures = _ask(run, inside.wants)
    with st.bottom:
        time_bar.show(run, inside.waits())
    troubles.show(run)
    inside.show(run, pictures)
    session.write_address()
    if _around(run) != around:
        st.rerun()


def _ask(run: Run, wants: Callable[[Run], list[dict[str, Any]]]) -> Mapping[str, bytes]:
    """The pictures now, or the last ones when the run cannot answer: a picture never vanishes."""
    view = session.visit().view
    pictures, refused = _look(run, wants(run))
    if refused:
        _let_go(refused[0])
        if session.visit().view != view:
            pictures, _ = _look(run, wants(run))
    return session.remember_pictures(run.experiment.architecture, pictures)


def _look(run: Run, wants: list[dict[str, Any]]) -> tuple[Mapping[str, bytes], list[Refusal]]:
    """The pictures that could be drawn, and why others could not."""
    view = session.visit().view
    try:
        found = run.look(wants, view.step, view.example)
    except Refusal as refusal:
        return {}, [refusal]
    return found, [*found.refused.values()]


def _let_go(refusal: Refusal) -> None:
    """Lets go of what this run cannot show; of all that is chosen and locked where it is not known what it was."""
    field, written = refusal.field, session.visit().view.text
    if field == "text" and written is not None:  # it stays in its box, where the reason is said
        session.look(View.on)
        texts.refuse("text", written, refusal.sentence)
        return
    session.visit().notice = refusal.sentence
    if field == "layer":
        session.look(layer=0)
    elif field not in ("picture", "wants"):  # a picture that this run has not: no other example would change that
        session.look(View.afresh)
