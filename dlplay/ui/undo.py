"""Past and future of a visit: undo and redo bring back a moment with its run and all its steps."""

from __future__ import annotations

from dataclasses import replace as replaced

from dlplay.config import Refusal, knobs
from dlplay.experiment import Experiment
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.training.settings import TrainingConfig, now
from dlplay.ui import page_run
from dlplay.ui.visit import Moment, Visit

LIVE = frozenset(knob.name for knob in knobs(TrainingConfig) if knob.live)
"""Settings that a run takes up while it goes on."""


def undo(here: Visit) -> None:
    """The moment before the last change."""
    if here.past:
        here.future.append(here.moment)
        _return(here, here.past.pop())


def redo(here: Visit) -> None:
    """The change that was undone last."""
    if here.future:
        here.past.append(here.moment)
        _return(here, here.future.pop())


def _return(here: Visit, then: Moment) -> None:
    """Shows a moment of before, or says in `notice` why not."""
    here.notice = ""
    try:
        _bring_back(here, then)
    except Refusal as refusal:
        here.notice = refusal.sentence


def _bring_back(here: Visit, then: Moment) -> None:
    """Where the run of that moment cannot be had, layers alone come back as a draft, everything else as a new run."""
    found = runs().adopt(then.run_id) if then.run_id else None
    if found is None:
        old, new = here.experiment, then.experiment
        same = (old.architecture, old.dataset, old.data, old.training)
        only_layers = same == (new.architecture, new.dataset, new.data, new.training)
        page_run.show(here, new, draft=only_layers and new.model.free_stack)
        return
    if found.id != here.run_id:
        page_run.put_aside(here)
        here.run_id, here.view = found.id, here.view.afresh().newest()
    here.experiment, here.followed = then.experiment, None
    if _same_but_training(found.experiment, then.experiment):
        _take_back(here, found, then.experiment.training)


def _take_back(here: Visit, found: Run, wanted: TrainingConfig) -> None:
    """Settings and weights of a run that were changed by hand since: settings go back, for weights the run does."""
    here.experiment = replaced(found.experiment, training=wanted)
    edits = [edit.step for edit in found.experiment.training.edits if edit not in wanted.edits]
    if edits:
        _before(here, found, min(edits))
        return
    before, after = now(found.experiment.training), now(wanted)
    values = {name: getattr(after, name) for name in LIVE if getattr(after, name) != getattr(before, name)}
    if values:
        found.set(**values)
    if now(found.experiment.training) == after:
        here.experiment = found.experiment


def _before(here: Visit, found: Run, step: int) -> None:
    """A run that begins like this one and goes without what was edited by hand after `step` steps."""
    playing = found.state == "playing"
    kept = max((at for at in found.history.kept if at < step), default=None)
    if kept is None:
        page_run.put_aside(here)
        return
    again = runs().fork(found.id, kept, here.visitor, here.experiment)
    page_run.put_aside(here)
    here.run_id = again.id
    again.play(None if playing else step - kept)


def _same_but_training(one: Experiment, other: Experiment) -> bool:
    return replaced(one, training=other.training) == other
