"""Experiments and layer stacks as hypothesis draws them, made from the catalogue: whatever is added is drawn too."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dlplay.architecture import architectures
from dlplay.config import Config, Knob, Refusal, knobs, records
from dlplay.dataset import datasets
from dlplay.experiment import Experiment, experiment
from dlplay.layers.records import KINDS
from dlplay.layers.shapes import Shape, after
from dlplay.training.settings import TrainingConfig


@st.composite
def configs(draw: st.DrawFn, config: type[Config], largest: float | None = None) -> dict[str, Any]:
    """Values of some fields of a config, each within its own limits; `largest` bounds sizes that are to be built."""
    chosen = draw(st.sets(st.sampled_from(list(config.model_fields)))) if config.model_fields else set()
    return {knob.name: draw(_values(config, knob, largest)) for knob in knobs(config) if knob.name in chosen - {"kind"}}


def _values(config: type[Config], knob: Knob, largest: float | None) -> st.SearchStrategy[Any]:
    high = knob.high if largest is None or knob.high is None else max(min(knob.high, largest), knob.low or 0)
    few = min(knob.at_most or 4, 4)
    if knob.kind == "choice":
        return st.sampled_from(knob.choices)
    if knob.kind == "switch":
        return st.booleans()
    if knob.kind == "whole":
        return st.integers(int(knob.low or 0), int(high or 0))
    if knob.kind == "number":
        return st.floats(knob.low, high)
    if knob.kind == "many":
        return st.lists(st.sampled_from(knob.choices), max_size=few).map(tuple)
    if knob.kind == "wholes":
        return st.lists(st.integers(0, 1999), max_size=few).map(tuple)
    if knob.kind == "records":
        return st.lists(_record(records(config, knob.name), largest), max_size=few).map(tuple)
    return st.from_regex(r"[A-Za-z0-9_.]{0,40}", fullmatch=True)


def _record(kinds: dict[str, type[Config]], largest: float | None) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        configs(record, largest).map(lambda values, kind=kind: {**({"kind": kind} if kind else {}), **values})
        for kind, record in kinds.items()
    )


@st.composite
def experiments(draw: st.DrawFn, largest: float | None = None, downloads: bool = True) -> Experiment:
    """Any experiment that is accepted. largest: bounds every whole number and float, for those that are to be built."""
    model = draw(st.sampled_from(sorted(architectures())))
    fitting = [
        name
        for name, record in datasets().items()
        if record.gives in architectures()[model].reads and (downloads or not record.download)
    ]
    data = draw(st.sampled_from(sorted(fitting)))
    network = draw(st.none() | configs(architectures()[model].config, largest))
    data_config, training = draw(configs(datasets()[data].config)), draw(configs(TrainingConfig, largest))
    try:
        return experiment(model, data, network, data_config, training)
    except Refusal:  # fields that do not go together: an even residual kernel, a class that is not there
        from hypothesis import reject

        reject()


@st.composite
def stacks(draw: st.DrawFn, longest: int = 8) -> tuple[Shape, tuple[Config, ...]]:
    """An input shape (channel, row, column) and a stack of layers that fits it, small enough to compute with."""
    shape: Shape = (draw(st.integers(1, 4)), draw(st.integers(1, 14)), draw(st.integers(1, 14)))
    start, layers = shape, []
    for _ in range(draw(st.integers(0, longest))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        values = draw(configs(KINDS[kind], largest=8))
        try:
            layer = KINDS[kind](**values)
            shape = after(layer, shape)
        except ValueError:
            continue  # left out: it does not fit here
        layers.append(layer)
    return start, tuple(layers)
