"""The only door to `st.session_state`: one `Visit` holds what a visitor edits and looks at; runs live elsewhere.

The address bar always says the same as the visit. Whatever changes the experiment goes through `edit`: settings that a
run takes up while it goes on are sent to it, everything else begins a new run at step 0; a trained run is put aside,
not ended, and `undo` comes back to it. A page follows its run: what another tab changes in it is seen here too.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dlplay import link
from dlplay.config import Refusal, knobs
from dlplay.experiment import Experiment
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.training.settings import TrainingConfig, now
from dlplay.ui import view
from dlplay.ui.transport import WATCHABLE
from dlplay.ui.view import View

DEFAULT = "model=mlp&data=spiral&model.hidden=8~6&model.features=x~y~sinx~siny&train.rate=0.02&train.batch=10"
LIVE = frozenset(knob.name for knob in knobs(TrainingConfig) if knob.live)
REMEMBERED = 50
CATCHING_UP = 5.0
"""Seconds in which a browser that was told of a new address may still send an old one without a run in it."""


@dataclass(frozen=True)
class Moment:
    """What a page was about before a change: undo and redo come back to it."""

    experiment: Experiment
    run_id: str


@dataclass
class Visit:
    """One visitor's page. experiment is the draft; the run it is meant for may still have another.

    chosen: how often a model or a data set was chosen.
    from_run: the address named a run and no experiment, so the run says what it is.
    followed: the moment that was last shown. While the visitor has no draft, the page takes up what the run becomes.
    written: what the address bar was told last, at the time `written_at`. before: what it said before that, and the
    browser may still say for a moment, because a request carries the address as it stood when the request was sent.
    """

    experiment: Experiment
    view: View = View()
    visitor: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    run_id: str = ""
    play: bool = False
    from_run: bool = False
    notice: str = ""
    selected: int | None = None
    chosen: int = 0
    answers: bool = False
    speed: float | None = WATCHABLE
    written: dict[str, str] = field(default_factory=dict)
    before: list[dict[str, str]] = field(default_factory=list)
    written_at: float = 0.0
    followed: Moment | None = None
    past: list[Moment] = field(default_factory=list)
    future: list[Moment] = field(default_factory=list)


def visit() -> Visit:
    """This visitor's state, read from the address bar when the page is new or the address was changed by hand."""
    address = {key: st.query_params[key] for key in st.query_params}
    known: Visit | None = st.session_state.get("visit")
    if known is None or (address and not _written_here(known, address)):
        st.session_state["visit"] = known = _arrive(address, known)
    return known


def _written_here(here: Visit, address: dict[str, str]) -> bool:
    """Whether the address is ours: the last one written, or one before it that a busy browser still sends.

    One that the visitor has gone back to is told apart by `gone_back`.
    """
    return address == here.written or (address in here.before and ("run" in address or _catching_up(here)))


def _catching_up(here: Visit) -> bool:
    return time.monotonic() - here.written_at < CATCHING_UP


def gone_back() -> None:
    """The browser says that the visitor went back or forward: what the address says now is meant."""
    here = visit()
    here.before, here.written = [], {}


def _arrive(address: Mapping[str, str], known: Visit | None) -> Visit:
    notice = ""
    try:
        experiment = link.read(address if set(address) - set(link.VIEW) else DEFAULT)
    except Refusal as refusal:
        experiment, notice = link.read(DEFAULT), f"This link could not be opened: {refusal.sentence}"
    arrived = Visit(experiment, view.read(address) if not notice else View(), notice=notice, written=dict(address))
    arrived.from_run = not set(address) - set(link.VIEW)
    arrived.run_id = "" if notice else address.get("run", "")[:40]
    arrived.play = address.get("play") == "on" and not notice
    if known is not None:
        _move_on(known, arrived)
    return arrived


def _move_on(known: Visit, arrived: Visit) -> None:
    """The same visitor at another address: by the Back button, or by hand. Undo comes back to where they were."""
    arrived.visitor, arrived.speed, arrived.answers = known.visitor, known.speed, known.answers
    arrived.past, arrived.future = known.past, known.future
    if (known.run_id, known.experiment) != (arrived.run_id, arrived.experiment):
        _remember(known)
        arrived.past, arrived.future = known.past, []
    if known.run_id != arrived.run_id:
        _put_aside(known)


def run() -> Run:
    """The run the page shows: the one in the address, or a new one at step 0. Raises `Refusal` when none can be had."""
    here = visit()
    found = runs().adopt(here.run_id) if here.run_id else None
    if found is None:
        found = runs().open(here.experiment, here.visitor, here.run_id)
        here.run_id = found.id
        if here.speed is not None:
            found.speed(here.speed)
    else:
        here.speed = found.pace
        if here.from_run or _follows(here, found):
            here.experiment = found.experiment
    here.from_run, here.followed = False, Moment(found.experiment, found.id)
    runs().touch(found.id)
    if here.play:
        here.play = False
        found.play()
    return found


def open_run() -> Run | None:
    """The run of the page, or none with the reason in the visit's notice: too large, too many."""
    try:
        return run()
    except Refusal as refusal:
        visit().notice = refusal.sentence
        return None


def edit_weight(parameter: str, index: int, value: float) -> None:
    """One weight of the run set by hand."""
    here, found = visit(), run()
    found.edit(parameter, index, value)
    if found.experiment != here.experiment:
        _remember(here)
    here.experiment = found.experiment


def fork(step: int) -> None:
    """Goes on from an old moment as a new run."""
    _go_on_as(runs().fork(run().id, step, visit().visitor))


def go_on(experiment: Experiment, back_to: int | None) -> None:
    """A remedy: another experiment that begins like the run did, from a moment before it went wrong. It plays."""
    here = visit()
    if back_to:
        _go_on_as(runs().fork(run().id, back_to, here.visitor, experiment))
    else:
        become(experiment)
    here.play = True


def _go_on_as(forked: Run) -> None:
    here = visit()
    _remember(here)
    _put_aside(here)
    here.run_id, here.experiment = forked.id, forked.experiment
    here.view = here.view.but(step=None)


def rewind() -> None:
    """The same initial weights again, with the settings as they are now, as a new run: undo finds the one of before."""
    here, found = visit(), run()
    if found.history.step:
        again = found.experiment if not stale() else here.experiment
        _remember(here)
        _put_aside(here)
        here.experiment = replaced(again, training=now(again.training))
    here.view = here.view.but(step=None)


def write_address() -> None:
    """Makes the address bar say what the page shows."""
    here = visit()
    wanted = {**link.pairs(here.experiment), **here.view.pairs(), "run": here.run_id}
    stray = {key: st.query_params[key] for key in st.query_params} != wanted and not _catching_up(here)
    if here.written != wanted or stray:
        if here.written != wanted:
            here.before = [*here.before[1 - REMEMBERED :], here.written]
            here.written, here.written_at = wanted, time.monotonic()
        st.query_params.from_dict(wanted)


def share() -> str:
    """The link of the experiment and the view, without the visitor's own run."""
    here = visit()
    base = st.context.url or ""
    return f"{base.split('?')[0]}?{urlencode({**link.pairs(here.experiment), **here.view.pairs()})}"


def look(**changes: Any) -> None:
    """Changes what is looked at."""
    here = visit()
    here.view = here.view.but(**changes)


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
        if training and not network and not data and set(training) <= LIVE and _trained() and not stale():
            set_live(**training)
            return
        base = replaced(here.experiment, training=now(here.experiment.training))
        become(base.but(network=network, data=data, training=training), draft=draft)
    except Refusal as refusal:
        here.notice = refusal.sentence


def set_live(**training: Any) -> None:
    """Settings the run takes up while it goes on."""
    here = visit()
    found = run()
    found.set(**training)
    _remember(here)
    here.experiment = found.experiment


def become(experiment: Experiment, *, draft: bool = False) -> None:
    """Makes this the visitor's experiment; undo comes back to the one before."""
    here = visit()
    here.notice = ""
    if experiment == here.experiment:
        return
    _remember(here)
    _show(here, experiment, draft=draft)


def survey() -> dict[str, Any]:
    """What the model of the draft would consist of, or why it cannot be; made once for every experiment."""
    here = visit()
    known: tuple[Experiment, dict[str, Any]] | None = st.session_state.get("survey")
    if known is None or known[0] != here.experiment:
        st.session_state["survey"] = known = (here.experiment, runs().survey(here.experiment))
    return known[1]


def remember_pictures(of: str, pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The newest picture under every key: what a run of the same kind could not answer now stays as it was."""
    last = st.session_state.get("pictures")
    known = last[1] if last is not None and last[0] == of else {}
    newest = {**known, **pictures}
    st.session_state["pictures"] = (of, newest)
    return newest


def look_elsewhere() -> None:
    """Lets go of an example or a lock that this run cannot show."""
    here = visit()
    here.view = View(step=here.view.step, scale=here.view.scale)


def undo() -> None:
    """The moment before the last change, with its run and all its steps."""
    here = visit()
    if here.past:
        here.future.append(Moment(here.experiment, here.run_id))
        _return(here, here.past.pop())


def redo() -> None:
    """The change that was undone last."""
    here = visit()
    if here.future:
        here.past.append(Moment(here.experiment, here.run_id))
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
        _show(here, new, draft=only_layers and "layers" in type(old.network).model_fields)
        return
    if found.id != here.run_id:
        _put_aside(here)
        here.run_id, here.view = found.id, View(scale=here.view.scale, order=here.view.order)
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
        _put_aside(here)
        return
    again = runs().fork(found.id, kept, here.visitor, here.experiment)
    _put_aside(here)
    here.run_id = again.id
    again.play(None if playing else step - kept)


def _same_but_training(one: Experiment, other: Experiment) -> bool:
    return replaced(one, training=other.training) == other


def possible() -> bool:
    """Whether the draft can be built and is small enough to train."""
    found = survey()
    return "misfit" not in found and not found.get("too_large")


def stale() -> bool:
    """Whether the pictures show a run of another experiment than the one being edited."""
    here = visit()
    found = runs().find(here.run_id)
    return found is not None and found.experiment != here.experiment


def renew(*, play: bool = False) -> None:
    """Puts the run aside and begins a new one with the experiment as it stands."""
    here = visit()
    _put_aside(here)
    here.play = play


def back_to_run() -> None:
    """Drops the draft: the experiment is again the one the pictures show."""
    here = visit()
    found = runs().find(here.run_id)
    if found is not None:
        become(found.experiment)


def _remember(here: Visit) -> None:
    here.past = [*here.past[1 - REMEMBERED :], Moment(here.experiment, here.run_id)]
    here.future = []


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


def _show(here: Visit, experiment: Experiment, *, draft: bool = False) -> None:
    changed_data = (experiment.dataset, experiment.data) != (here.experiment.dataset, here.experiment.data)
    changed_network = experiment.network != here.experiment.network
    here.experiment = experiment
    found = runs().find(here.run_id)
    if found is not None and found.experiment == experiment:
        return
    if draft and (_trained() or not possible()):
        return
    _put_aside(here)
    here.view = here.view.but(step=None)
    if changed_data:
        here.view = here.view.but(index=0, part="held-out", point=None, pixels=None)
    if changed_network or changed_data:
        here.view = here.view.but(unit=None, cell=None, channel=None)


def _trained() -> bool:
    found = runs().find(visit().run_id)
    return found is not None and found.history.step > 0


def _put_aside(here: Visit) -> None:
    """A trained run pauses and can be found again; an untouched one ends."""
    found = runs().find(here.run_id)
    here.run_id = ""
    if found is None:
        return
    if found.history.step == 0:
        runs().close(found.id)
        return
    found.pause()
    runs().away(found.id)
