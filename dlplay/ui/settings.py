"""The left column: what starts a new run, and what the running one takes up."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlplay.config import knobs
from dlplay.runs.run import Run
from dlplay.training.settings import TrainingConfig, now
from dlplay.ui import session
from dlplay.ui.controls import control, controls
from dlplay.ui.editor import layers

FIRST = ("rate", "batch", "weight_decay")
ELSEWHERE = ("seed", "optimiser")


def show(run: Run | None) -> None:
    """Two groups, named by their effect; a free stack comes with its layer editor instead of the first."""
    with st.container(key="settings", gap="small"):
        if "layers" in type(session.visit().experiment.network).model_fields:
            layers(run)
        else:
            _new_run()
        _running()


def _new_run() -> None:
    here = session.visit()
    with st.container(border=True, gap="xsmall", key="new-run"):
        st.markdown("**Starts a new run**")
        data = here.experiment.data
        controls(data, "data", _data, only=("noise",))
        left, right = st.columns(2, gap="xsmall")
        with left:
            controls(data, "data", _data, only=("held_out",))
        with right:
            controls(here.experiment.training, "training", _training, only=("seed",))
        controls(here.experiment.training, "training", _training, only=("optimiser",))
        with st.popover("More", icon=":material/tune:", width="stretch", key="more-new"):
            _more()


def _running() -> None:
    training = now(session.visit().experiment.training)
    with st.container(border=True, gap="xsmall", key="running"):
        st.markdown("**Changes the running one**")
        controls(training, "training", _training, only=("rate",))
        left, right = st.columns(2, gap="xsmall")
        with left:
            controls(training, "training", _training, only=("batch",))
        with right:
            controls(training, "training", _training, only=("weight_decay",))
        with st.popover("More", icon=":material/tune:", width="stretch", key="more-running"):
            live = tuple(knob.name for knob in knobs(TrainingConfig) if knob.live and knob.name not in FIRST)
            controls(training, "training", _training, only=live)


def _more() -> None:
    """Every setting that has no place of its own, by what it belongs to."""
    here = session.visit()
    st.markdown("**Data**")
    shown = ("noise", "held_out")
    for knob in knobs(type(here.experiment.data)):
        if not knob.hidden and knob.name not in shown:
            control(knob, getattr(here.experiment.data, knob.name), f"data.{knob.name}", _data)
    st.markdown("**Network**")
    controls(here.experiment.network, "network", _network)
    st.markdown("**Training**")
    rest = tuple(k.name for k in knobs(TrainingConfig) if not k.live and k.name not in ELSEWHERE)
    controls(here.experiment.training, "training", _training, only=rest)


def _data(name: str, value: Any) -> None:
    session.edit(data={name: value})


def _network(name: str, value: Any) -> None:
    session.edit(network={name: value})


def _training(name: str, value: Any) -> None:
    session.edit(training={name: value})
