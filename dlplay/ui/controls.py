"""Controls made from configs: one `Knob`, one Streamlit widget that shows the field's value and reports a change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from dlplay.config import Config, Knob, knobs
from dlplay.layers.records import ACTIVATION_NAMES
from dlplay.numerals import short
from dlplay.training.settings import OPTIMISER_NAMES
from dlplay.ui import session

Changed = Callable[[str, Any], None]
_STEPS = (1, 3)
_WORDS: dict[str, str] = {
    **ACTIVATION_NAMES, **OPTIMISER_NAMES,
    "cpu": "CPU", "cuda": "GPU (CUDA)", "mps": "GPU (Apple)",
    "default": "PyTorch default", "he": "He", "xavier": "Xavier", "small": "small normal", "large": "too large",
    "gelu-tanh": "GELU by tanh", "rms": "RMS",
}  # fmt: skip


def control(knob: Knob, value: Any, key: str, changed: Changed, *, compact: bool = False, inline: bool = False) -> None:
    """The widget of one field, showing `value`; `changed(name, value)` is called before the page runs again.

    compact: a list to choose from instead of a slider, for narrow places. inline: such a list without a label above,
    whose choices say what they are: "rate 0.01".
    """
    place = _place(key, value)

    def report() -> None:
        said = session.said(place.key)
        if place is session.widgets()[key] and said != place.value:
            place.value = said
            changed(knob.name, said)

    first = place.first
    shown: dict[str, Any] = {"key": place.key, "help": None if compact or inline else knob.help, "on_change": report}
    label = f"{knob.label} ({knob.unit})" if knob.unit and not compact else knob.label
    if inline and knob.kind in ("choice", "whole", "number"):
        choices = knob.choices if knob.kind == "choice" else steps_of(knob, first)
        shown |= {"label_visibility": "collapsed", "help": None}
        st.selectbox(label, choices, index=choices.index(first), format_func=lambda one: _inline(knob, one), **shown)
    elif knob.kind == "choice":
        st.selectbox(label, knob.choices, index=knob.choices.index(first), format_func=words, **shown)
    elif knob.kind == "switch":
        st.toggle(label, value=first, **shown)
    elif compact and knob.kind in ("whole", "number") and (knob.scale == "log" or _few(knob)):
        steps = rungs(knob, first)
        st.selectbox(label, steps, index=steps.index(first), format_func=short, **shown)
    elif knob.kind in ("whole", "number") and knob.scale == "log":
        st.select_slider(label, rungs(knob, first), value=first, format_func=short, **shown)
    elif knob.kind == "whole" and _few(knob):
        st.slider(label, int(knob.low or 0), int(knob.high or 0), first, step=int(knob.step or 1), **shown)
    elif knob.kind == "whole":
        st.number_input(label, int(knob.low or 0), int(knob.high or 0), first, step=int(knob.step or 1), **shown)
    elif knob.kind == "number":
        st.slider(label, float(knob.low or 0), float(knob.high or 0), float(first), step=knob.step or 0.01, **shown)


def _inline(knob: Knob, value: Any) -> str:
    """A choice that says what it is a choice of."""
    if knob.kind == "choice":
        return words(value)
    label = knob.label.lower()
    if knob.kind == "whole" and label.endswith("s"):
        return f"{short(value)} {label if value != 1 else label[:-1]}"
    return f"{label} {short(value)}"


def steps_of(knob: Knob, value: float) -> Sequence[float]:
    """Values to choose from in a list: rungs, and of a long linear range the powers of two, `value` among them."""
    if knob.scale == "log" or _few(knob) or knob.kind == "number":
        return rungs(knob, value)
    powers = {2**power for power in range(20) if (knob.low or 0) <= 2**power <= (knob.high or 0)}
    return sorted(powers | {value})


@dataclass
class _Place:
    """Where a field has its widget. first: what the widget began with. value: what it shows now."""

    key: str
    first: Any
    value: Any


def _place(field: str, value: Any) -> _Place:
    """The place of a field whose value this is: a new widget whenever the value was changed elsewhere.

    A busy browser may still report what the old widget showed; that is then told apart from what a visitor sets. And a
    widget is never told its value through the session: a browser that missed the telling would report its lowest one.
    """
    places: dict[str, _Place] = session.widgets()
    known = places.get(field)
    if known is None or known.value != value:
        number = int(known.key.rpartition(".")[2]) + 1 if known else 0
        places[field] = known = _Place(f"{field}.{number}", value, value)
    return known


def controls(
    config: Config,
    prefix: str,
    changed: Changed,
    *,
    only: tuple[str, ...] | None = None,
    compact: bool = False,
    inline: bool = False,
    offered: Mapping[str, tuple[Any, ...]] = MappingProxyType({}),
) -> None:
    """The widgets of a config's fields in order: all that have a control, or only these.

    offered: by field, the choices that can be had here; a value that is set stays among them.
    """
    for knob in knobs(type(config)):
        if not knob.hidden and (only is None or knob.name in only):
            if knob.name in offered:
                here = {*offered[knob.name], getattr(config, knob.name)}
                knob = replace(knob, choices=tuple(choice for choice in knob.choices if choice in here))
            control(knob, getattr(config, knob.name), f"{prefix}.{knob.name}", changed, compact=compact, inline=inline)


def rungs(knob: Knob, value: float) -> list[float]:
    """Values to choose from between a field's limits, `value` among them: every step of a linear field; on a log field
    1 and 3 to a decade, zero first where it is allowed.
    """
    low, high = knob.low or 0, knob.high or 1
    if knob.scale == "linear":
        step = knob.step or 1
        steps = [round(low + place * step, 6) for place in range(int((high - low) / step + 1e-6) + 1)]
        return steps if value in steps else sorted([*steps, value])
    whole = knob.kind == "whole"
    found: list[float] = [0] if low <= 0 else []
    exponent = 0 if whole else -5
    while 10**exponent <= high:
        found += [float(f"{step}e{exponent}") for step in _STEPS if low <= step * 10.0**exponent <= high]
        exponent += 1
    if whole:
        powers = {2**power for power in range(11) if low <= 2**power <= high} if knob.name == "batch" else set()
        found = sorted({int(v) for v in found} | powers)
    if value not in found:
        found.insert(bisect_left(found, value), value)
    return found


def words(choice: Any) -> str:
    """A choice as a visitor reads it."""
    return _WORDS.get(choice, str(choice).replace("_", " "))


def _few(knob: Knob) -> bool:
    span = (knob.high or 0) - (knob.low or 0)
    return knob.step is not None and span / knob.step <= 200
