"""The layer editor on the page: the draft of a free stack, checked at every edit, before any training."""

from __future__ import annotations

from dataclasses import replace

from dlplay.ui import session, stack
from dlplay.ui.acts import Act, heed
from dlplay.ui.layer_table import frame
from dlplay.ui.parts import STACK


def layers() -> None:
    """The stack of the visitor's experiment as rows to edit; the run may still have another."""
    STACK("stack", frame(_draft(), session.survey()), _act)


def waits() -> str | None:
    """Why Play has to wait: which layer does not fit, or that the network is too large."""
    found = session.survey()
    if "misfit" in found:
        place, count = found["misfit"]["index"], len(stack.layers(session.visit().experiment.network))
        return "Play waits for the answer to fit" if place >= count else f"Play waits for layer {place + 1}"
    return "Play waits: too large" if found.get("too_large") else None


def _draft() -> stack.Draft:
    here, run = session.visit(), session.known_run()
    same = run is not None and run.experiment.architecture == here.experiment.architecture
    kept = run.experiment.network if run is not None and same else None
    network, task = here.experiment.network, here.experiment.task
    undo, redo = bool(here.past), bool(here.future)
    return stack.Draft(here.experiment.architecture, task, network, kept, here.selected, undo, redo)


def _act(act: Act) -> None:
    elsewhere = {"undo": session.undo, "redo": session.redo, "back": session.back_to_run}
    do = act.get("do")
    if isinstance(do, str) and do in elsewhere:
        elsewhere[do]()
    else:
        heed(_edit, act)


def _edit(act: Act) -> None:
    here = session.visit()
    edited = stack.apply(act, _draft())
    here.selected = edited.selected
    session.become(replace(here.experiment, network=edited.network), draft=True)
