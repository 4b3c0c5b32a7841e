"""How the training goes: curves, and what the answers are right and wrong about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from dlplay.runs.history import History
from dlplay.runs.manager import runs
from dlplay.runs.run import Run
from dlplay.ui import curves, session
from dlplay.ui.acts import at, example, guarded
from dlplay.ui.parts import CURVE, METRICS

TOLD = {"pair": "told the true token before", "caption": "told the true word before"}
"""What a model is told when the score of its curve is measured, where it could do without."""


def wants(*, both: bool = False) -> list[dict[str, Any]]:
    """The question to the run, when its answers are shown: in the place of the curves, or under them."""
    if both or session.visit().answers:
        return [{"key": "metrics", "picture": "metrics", "part": "held-out", "turns": not both}]
    return []


def show(run: Run, pictures: Mapping[str, bytes], *, both: bool = False, framed: bool = True) -> None:
    """One panel that turns between curves and answers, or one for each. framed: as panels of their own."""
    if both or not session.visit().answers:
        with st.container(border=framed, key="panel-curve"):
            CURVE("curve", _curves(run, turns=not both), _curve)
    if both or session.visit().answers:
        with st.container(border=framed, key="panel-answers"):
            METRICS("metrics", pictures.get("metrics"), _metrics, tall=300 if both else 152)


def _curves(run: Run, *, turns: bool) -> bytes:
    history = run.history
    measured = history.measured
    norm_steps, norms = history.norms
    steps = measured["step"]
    then = _before(run) if len(steps) else None
    old = {} if then is None else then.measured
    return curves.frame(
        history.step,
        loss=_lines(measured, old, "loss"),
        score=_lines(measured, old, "score"),
        norms={name: (norm_steps, norms[:, place]) for place, name in enumerate(history.norm_names)},
        gates=history.gates,
        moments=run.experiment.model.moments(run.experiment.network),
        score_name=run.experiment.task.score_name,
        looking=session.visit().view.step,
        kept=history.kept,
        turns=turns,
        told=TOLD.get(run.experiment.task.reads, ""),
    )


def _lines(now: Mapping[str, np.ndarray], old: Mapping[str, np.ndarray], what: str) -> dict[str, curves.Line]:
    """Both parts of this run, and the held-out part of the run before."""
    lines = {"train": (now["step"], now[f"train_{what}"]), "held-out": (now["step"], now[f"held_out_{what}"])}
    return lines | ({curves.BEFORE: (old["step"], old[f"held_out_{what}"])} if old else {})


def _before(run: Run) -> History | None:
    """What the last other run of this visit on the same data has reported: a line to compare with."""
    made = run.experiment
    for moment in reversed(session.visit().past):
        then = moment.experiment
        if moment.run_id in ("", run.id) or (then.dataset, then.data) != (made.dataset, made.data):
            continue
        history = runs().history(moment.run_id)
        if history is not None and len(history.measured["step"]) > 1:
            return history
    return None


def _turn(answers: bool) -> None:
    session.visit().answers = answers


_curve = guarded({"at": at, "answers": lambda act: _turn(True)})
_metrics = guarded({"example": example, "curves": lambda act: _turn(False)})
