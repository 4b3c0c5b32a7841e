"""The door to `st.session_state`: one `Visit` holds what a visitor edits and looks at; runs live elsewhere.

Beside it lie the newest pictures and the places of the widgets. One other file looks into the state: `live.py` reads
there what a component's trigger brought.

The address bar always says the same as the visit. Whatever changes the experiment goes through `edit`: settings that a
run takes up while it goes on are sent to it, everything else begins a new run at step 0; a trained run is put aside,
not ended, and `undo` comes back to it. A page follows its run: what another tab changes in it is seen here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace as replaced
from typing import Any

import streamlit as st

from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.training.settings import now
from dlplay.ui import address, page_run, person
from dlplay.ui import undo as history
from dlplay.ui.undo import LIVE
from dlplay.ui.view import View
from dlplay.ui.visit import Visit

# --- the visit and its address -------------------------------------------------------------------------------------


def visit() -> Visit:
    """This visitor's state, read from the address bar when the page is new or the address was changed by hand."""
    said = _said()
    known: Visit | None = st.session_state.get("visit")
    if known is None or (said and not address.ours(known, said)):
        before, known = known, address.read(said, known)
        if before is None:
            known.visitor = person.name() or known.visitor
        st.session_state["visit"] = known
    return known


def gone_back() -> None:
    """The browser says that the visitor went back or forward: what the address says now is meant."""
    address.forget(visit())


def write_address() -> None:
    """Makes the address bar say what the page shows."""
    wanted = address.write(visit(), _said())
    if wanted is not None:
        st.query_params.from_dict(wanted)


def share() -> str:
    """The link of the experiment and the view, without the visitor's own run."""
    return address.share(visit(), st.context.url or "")


def _said() -> dict[str, str]:
    return st.query_params.to_dict()


# --- the run -------------------------------------------------------------------------------------------------------


def run() -> Run:
    """The run the page shows: the one in the address, or a new one at step 0. Raises `Refusal` when none can be had."""
    return page_run.of(visit())


def follow() -> None:
    """The page is about what the run in its address is, where there is one. Begins another only where nobody waits."""
    with suppress(Refusal):  # said when the run is opened
        page_run.of(visit()) if runs().warm else page_run.followed(visit())


def known_run() -> Run | None:
    """The run of the page, where it has a process already or had one a moment ago."""
    return page_run.known(visit())


def open_run() -> Run | None:
    """The run of the page, or none with the reason in the visit's notice: too large, too many."""
    try:
        return run()
    except Refusal as refusal:
        visit().notice = refusal.sentence
        return None


def stale() -> bool:
    """Whether the pictures show a run of another experiment than the one being edited."""
    return page_run.stale(visit())


def survey() -> dict[str, Any]:
    """What the model of the draft would consist of, or why it cannot be."""
    return page_run.survey(visit())


def possible() -> bool:
    """Whether the draft can be built and is small enough to train."""
    return page_run.possible(visit())


def edit_weight(parameter: str, index: int, value: float) -> None:
    """One weight of the run set by hand."""
    here, found = visit(), run()
    found.edit(parameter, index, value)
    if found.experiment != here.experiment:
        here.remember()
    here.experiment = found.experiment


def fork(step: int) -> None:
    """Goes on from an old moment as a new run."""
    page_run.go_on_as(visit(), runs().fork(run().id, step, visit().visitor))


def go_on(experiment: Experiment, back_to: int | None) -> None:
    """A remedy: another experiment that begins like the run did, from a moment before it went wrong. It plays."""
    here = visit()
    if back_to:
        page_run.go_on_as(here, runs().fork(run().id, back_to, here.visitor, experiment))
    else:
        become(experiment)
    here.play = True


def rewind() -> None:
    """The same initial weights again, with the settings as they are now, as a new run: undo finds the one of before."""
    here, found = visit(), run()
    if found.history.step:
        again = found.experiment if not stale() else here.experiment
        here.remember()
        page_run.put_aside(here)
        here.experiment = replaced(again, training=now(again.training))
    here.view = here.view.newest()


def renew(*, play: bool = False) -> None:
    """Puts the run aside and begins a new one with the experiment as it stands."""
    here = visit()
    page_run.put_aside(here)
    here.play = play


def back_to_run() -> None:
    """Drops the draft: the experiment is again the one the pictures show."""
    found = page_run.known(visit())
    if found is not None:
        become(found.experiment)


# --- the experiment ------------------------------------------------------------------------------------------------


def edit(
    *,
    network: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    draft: bool = False,
) -> None:
    """Changes the experiment, or says in `notice` why not. A draft leaves a trained run alone until Play."""
    here = visit()
    here.notice = ""
    try:
        if training and not network and not data and set(training) <= LIVE and page_run.trained(here) and not stale():
            set_live(**training)
            return
        base = replaced(here.experiment, training=now(here.experiment.training))
        become(base.but(network=network, data=data, training=training), draft=draft)
    except Refusal as refusal:
        here.notice = refusal.sentence


def set_live(**training: Any) -> None:
    """Settings the run takes up while it goes on."""
    here, found = visit(), run()
    found.set(**training)
    here.remember()
    here.experiment = found.experiment


def become(experiment: Experiment, *, draft: bool = False) -> None:
    """Makes this the visitor's experiment; undo comes back to the one before."""
    here = visit()
    here.notice = ""
    if experiment != here.experiment:
        here.remember()
        page_run.show(here, experiment, draft=draft)


def undo() -> None:
    """The moment before the last change, with its run and all its steps."""
    history.undo(visit())


def redo() -> None:
    """The change that was undone last."""
    history.redo(visit())


# --- what is looked at ---------------------------------------------------------------------------------------------


def look(how: Callable[..., View] = View.but, /, **changes: Any) -> None:
    """Changes what is looked at: `look(unit=(0, 3))`, `look(View.released)`, `look(View.on, text="abc")`."""
    here = visit()
    here.view = how(here.view, **changes)


def remember_pictures(of: str, pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The newest picture under every key: what a run of the same kind could not answer now stays as it was."""
    last = st.session_state.get("pictures")
    known = last[1] if last is not None and last[0] == of else {}
    newest = {**known, **pictures}
    st.session_state["pictures"] = (of, newest)
    return newest


def widgets() -> dict[str, Any]:
    """Where each field has its widget (`dlplay.ui.controls`), by the field's name."""
    return st.session_state.setdefault("places", {})


def said(key: str) -> Any:
    """What the browser says that a widget shows."""
    return st.session_state[key]
