"""How the training goes: curves, and what the answers are right and wrong about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlplay.runs.run import Run
from dlplay.ui import curves, session
from dlplay.ui.acts import guarded
from dlplay.ui.network_acts import example
from dlplay.ui.parts import CURVE, METRICS

CHOICES = ("Curves", "Answers")


def _chosen() -> str:
    return st.session_state.get("progress") or CHOICES[0]


def wants() -> list[dict[str, Any]]:
    """The question to the run that the chosen half needs."""
    return [{"key": "metrics", "picture": "metrics", "part": "held-out"}] if _chosen() == "Answers" else []


def show(run: Run, pictures: Mapping[str, bytes]) -> None:
    """The curves while nothing else is asked for; the answers on the held-out part at the shown step."""
    st.segmented_control("What is shown", CHOICES, default=CHOICES[0], key="progress", required=True, label_visibility="collapsed")
    if _chosen() == "Answers" and "metrics" in pictures:
        METRICS("metrics", pictures["metrics"], _metrics)
    else:
        CURVE("curve", _curves(run), _curve)


def _curves(run: Run) -> bytes:
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
    )


def _at(act: Mapping[str, Any]) -> None:
    session.look(step=max(0, int(act["step"])))


_curve = guarded({"at": _at})
_metrics = guarded({"example": example, "cell": lambda act: None})
