"""The left column: what starts a new run, and what the running one takes up."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st

from dlplay.config import Config, knobs
from dlplay.dataset import DataConfig, datasets
from dlplay.runs.manager import runs
from dlplay.training.settings import TrainingConfig, now
from dlplay.ui import pick, session
from dlplay.ui.acts import guarded, text
from dlplay.ui.controls import controls
from dlplay.ui.editor import layers
from dlplay.ui.line import choose_data
from dlplay.ui.parts import PICK

COMMON = ("held_out", "seed", "examples", "shortest")
"""Fields of data that are not what its difficulty is about."""
SHOWN = ("noise", "seed", "optimiser", "rate", "batch", "weight_decay")
"""Fields with a place of their own; the others stand behind the button in their panel's title."""
IN_SIGHT = ("attention", "units")
"""Fields of a network for pairs that stand in sight: what its pages are about."""
NEW, THIS = "Starts a new run", "Changes this run"
"""What the settings of a group do, wherever they stand."""


def show() -> None:
    """Two groups, named by their effect; a free stack comes with its layer editor instead of the first."""
    with st.container(key="settings", gap="small"):
        if session.visit().experiment.model.free_stack:
            with st.container(border=True, key="panel-layers"):
                layers()
            _beside_layers()
        elif _row():
            _in_a_row()
        else:
            _new_run()
            _running()


def _new_run() -> None:
    here = session.visit()
    with st.container(border=True, gap="xsmall", key="new-run"):
        _titled(NEW, _more)
        data = here.experiment.data
        if here.experiment.task.reads == "point":
            PICK("pick", pick.frame(here.experiment.dataset, only=_points()), _picked)
        controls(data, "data", _data, only=(_above(data),))
        network, training = here.experiment.network, here.experiment.training
        rows: list[list[tuple[str, Config]]] = [[("optimiser", training), ("seed", training)]]
        if _first_of_network() == IN_SIGHT:  # attention has long words, a seed is short
            rows = [[("attention", network), ("seed", training)], [("units", network), ("optimiser", training)]]
        for row in rows:
            widths = [9, 4] if row[0][0] == "attention" else [1, 1]
            for column, (name, config) in zip(st.columns(widths, gap="xsmall"), row, strict=True):
                with column:
                    if config is network:
                        controls(network, "network", _network, only=(name,), compact=True)
                    else:
                        controls(training, "training", _training, only=(name,), compact=True)


def _above(data: DataConfig) -> str:
    """The field of the data that stands in sight: noise, where something is read in order or described its length or
    kind, else what is held out.
    """
    reads = session.visit().experiment.task.reads
    if hasattr(data, "noise") and reads not in ("video", "caption"):
        return "noise"
    own = [knob.name for knob in knobs(type(data)) if not knob.hidden and knob.name not in COMMON]
    return own[0] if own and reads in ("sequence", "pair", "video", "caption") else "held_out"


@functools.cache
def _points() -> frozenset[str]:
    return frozenset(record.slug for record in datasets().values() if record.gives == "point")


def _running() -> None:
    training = now(session.visit().experiment.training)
    with st.container(border=True, gap="xsmall", key="running"):
        _titled(THIS, _more_running)
        controls(training, "training", _training, only=("rate",))
        left, right = st.columns(2, gap="xsmall")
        with left:
            controls(training, "training", _training, only=("batch",), compact=True)
        with right:
            controls(training, "training", _training, only=("weight_decay",), compact=True)


def _beside_layers() -> None:
    """The same settings in one row, for where the layers take the room."""
    training = now(session.visit().experiment.training)
    with st.container(border=True, gap="xsmall", key="running"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Training**", width="stretch")
            _behind(NEW, _more)
            _behind(THIS, _more_running)
        for column, name in zip(st.columns(4, gap="xsmall"), ("rate", "batch", "optimiser", "seed"), strict=True):
            with column:
                controls(training, "training", _training, only=(name,), compact=True)


def _in_a_row() -> None:
    """The same settings in one line, for where the pictures take the whole width."""
    here = session.visit()
    training = now(here.experiment.training)
    network = _first_of_network()
    with st.container(key="running"):
        places = iter(st.columns([9, 8, 10, 13, 9, 9, 12, 12], gap="xsmall", vertical_alignment="center"))
        for name in network:
            with next(places):
                controls(here.experiment.network, "network", _network, only=(name,), inline=True)
        for name in ("rate", "batch", "optimiser"):
            with next(places):
                controls(training, "training", _training, only=(name,), inline=True)
        with next(places):
            _behind(NEW, _more)
        with next(places):
            _behind(THIS, _more_running)


def _row() -> bool:
    """Whether the settings stand in one line."""
    return session.visit().experiment.model.inside in ("states", "attention", "film", "captions")


def _first_of_network() -> tuple[str, ...]:
    """The network's fields that have a place of their own: in the line the first three, of pairs `IN_SIGHT`."""
    value = session.visit().experiment
    names = tuple(knob.name for knob in knobs(type(value.network)) if not knob.hidden)
    if _row():
        return names[:3]
    return IN_SIGHT if value.task.reads == "pair" and set(IN_SIGHT) <= set(names) else ()


def _placed() -> tuple[str, ...]:
    """The fields of training and data that have a place of their own."""
    return ("rate", "batch", "optimiser") if _row() else SHOWN


def _titled(title: str, more: Callable[[], None]) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{title}**", width="stretch")
        _behind("", more)


def _behind(label: str, more: Callable[[], None]) -> None:
    """All settings of a group. The button says in a word what they are for, and what they do where one points at it."""
    effect = "Each begins a new run" if more is _more else "This run takes them up and goes on"
    with st.popover(label, icon=":material/tune:", type="tertiary", help=f"More settings. {effect}", key=more.__name__):
        more()


def _more_running() -> None:
    live = tuple(knob.name for knob in knobs(TrainingConfig) if knob.live and knob.name not in _placed())
    controls(now(session.visit().experiment.training), "training", _training, only=live)


def _more() -> None:
    """Every setting that has no place of its own, by what it belongs to."""
    here = session.visit()
    st.markdown("**Data**")
    above = _above(here.experiment.data)
    rest = tuple(knob.name for knob in knobs(type(here.experiment.data)) if _row() or knob.name != above)
    controls(here.experiment.data, "data", _data, only=rest)
    st.markdown("**Network**")
    beside = _first_of_network()
    rest = tuple(knob.name for knob in knobs(type(here.experiment.network)) if knob.name not in beside)
    controls(here.experiment.network, "network", _network, only=rest)
    st.markdown("**Training**")
    rest = tuple(k.name for k in knobs(TrainingConfig) if not k.live and k.name not in _placed())
    controls(here.experiment.training, "training", _training, only=rest, offered={"device": runs().devices()})


_picked = guarded({"data": lambda act: choose_data(text(act, "slug"))})


def _data(name: str, value: Any) -> None:
    session.edit(data={name: value})


def _network(name: str, value: Any) -> None:
    session.edit(network={name: value})


def _training(name: str, value: Any) -> None:
    session.edit(training={name: value})
