"""How the training goes: curves, and what the answers are right and wrong about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import curves, session
from dlplay.ui.acts import at, example, guarded
from dlplay.ui.parts import CURVE, METRICS


def wants(*, both: bool = False) -> list[dict[str, Any]]:
    """The question to the run, when its answers are shown: in the place of the curves, or under them."""
    if both or session.visit().answers:
        return [{"key": "metrics", "picture": "metrics", "part": "held-out", "turns": not both}]
    return []


def show(run: Run, pictures: Mapping[str, bytes], *, both: bool = False) -> None:
    """One panel that turns between curves and answers, or one for each."""
    if both or not session.visit().answers:
        with st.container(border=True, key="panel-curve"):
            CURVE("curve", _curves(run, turns=not both), _curve)
    if both or session.visit().answers:
        with st.container(border=True, key="panel-answers"):
            METRICS("metrics", pictures.get("metrics"), _metrics, tall=300 if both else 152)


def _curves(run: Run, *, turns: bool) -> bytes:
    history = run.history
    measured = history.measured
    norm_steps, norms = history.norms
    steps = measured["step"]
    return curves.frame(
        history.step,
        loss={"train": (steps, measured["train_loss"]), "held-out": (steps, measured["held_out_loss"])},
        score={"train": (steps, measured["train_score"]), "held-out": (steps, measured["held_out_score"])},
        norms={name: (norm_steps, norms[:, place]) for place, name in enumerate(history.norm_names)},
        score_name="accuracy" if run.experiment.task.answers == "classes" else "R²",
        looking=session.visit().view.step,
        kept=history.kept,
        turns=turns,
    )


def _turn(answers: bool) -> None:
    session.visit().answers = answers


_curve = guarded({"at": at, "answers": lambda act: _turn(True)})
_metrics = guarded({"example": example, "cell": lambda act: None, "curves": lambda act: _turn(False)})
