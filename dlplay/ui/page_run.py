"""The run of a visit: found or begun, followed while it changes, put aside when the experiment becomes another."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import Any

from dlplay.experiment import Experiment
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.ui.visit import Moment, Visit


def of(here: Visit) -> Run:
    """The run the page shows: the one in the address, or a new one at step 0. Raises `Refusal` when none can be had."""
    found = followed(here)
    if found is None:
        found = runs().open(here.experiment, here.visitor, here.run_id)
        here.run_id = found.id
        if here.speed is not None:
            found.speed(here.speed)
    here.from_run, here.followed = False, Moment(found.experiment, found.id)
    runs().touch(found.id)
    if here.play:
        here.play = False
        found.play()
    return found


def followed(here: Visit) -> Run | None:
    """The run in the address, None where there is none. The page takes up what it is. Raises `Refusal`."""
    found = runs().adopt(here.run_id) if here.run_id else None
    if found is not None:
        here.speed = found.pace
        if here.from_run or _follows(here, found):
            here.experiment = found.experiment
    return found


def known(here: Visit) -> Run | None:
    """The run of the page, where it has a process already or had one a moment ago."""
    return runs().find(here.run_id)


def trained(here: Visit) -> bool:
    """Whether the run of the page has taken a step."""
    found = known(here)
    return found is not None and found.history.step > 0


def stale(here: Visit) -> bool:
    """Whether the pictures show a run of another experiment than the one being edited."""
    found = known(here)
    return found is not None and found.experiment != here.experiment


def survey(here: Visit) -> dict[str, Any]:
    """What the model of the draft would consist of, or why it cannot be; asked once for every experiment."""
    if here.surveyed is None or here.surveyed[0] != here.experiment:
        here.surveyed = (here.experiment, runs().survey(here.experiment))
    return here.surveyed[1]


def possible(here: Visit) -> bool:
    """Whether the draft can be built and is small enough to train."""
    found = survey(here)
    return "misfit" not in found and not found.get("too_large")


def show(here: Visit, experiment: Experiment, *, draft: bool = False) -> None:
    """Makes this the experiment of the page, with another run. A draft leaves a trained run where it is."""
    changed_data = (experiment.dataset, experiment.data) != (here.experiment.dataset, here.experiment.data)
    changed_network = experiment.network != here.experiment.network
    here.experiment = experiment
    found = known(here)
    if found is not None and found.experiment == experiment:
        return
    if draft and (trained(here) or not possible(here)):
        return
    put_aside(here)
    here.view = here.view.newest()
    if changed_data:
        here.view = here.view.of_other_data()
    elif changed_network:
        here.view = here.view.of_another_network()


def go_on_as(here: Visit, forked: Run) -> None:
    """Shows a run that went on from a moment of the page's own, at its newest step."""
    here.remember()
    put_aside(here)
    here.run_id, here.experiment = forked.id, forked.experiment
    here.view = here.view.newest()


def put_aside(here: Visit) -> None:
    """A trained run pauses and can be found again; an untouched one ends. The page has none then."""
    found = known(here)
    here.run_id = ""
    if found is None:
        return
    if found.history.step == 0:
        runs().close(found.id)
        return
    found.pause()
    runs().away(found.id)


def _follows(here: Visit, found: Run) -> bool:
    """Whether the page shows what the run is, or was when its address was written, so that it takes up what it became.

    A run's own record of changes and edits is never a draft: an older address of the run means the run.
    """
    if here.followed is not None and here.followed.run_id == found.id:
        return here.experiment == here.followed.experiment
    plain = {"changes": (), "edits": ()}
    return replaced(here.experiment, training=here.experiment.training.but(**plain)) == replaced(
        found.experiment, training=found.experiment.training.but(**plain)
    )
