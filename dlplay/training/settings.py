"""How a run trains: optimiser, schedule, batch, regularisation, and what was changed by hand while it ran."""

from __future__ import annotations

from typing import Literal

from dlplay.config import Config, field

Optimiser = Literal["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"]
Schedule = Literal["constant", "step", "cosine", "warm-up"]


class Change(Config):
    """A setting that was changed while the run went on: from this step on it has the new value."""

    step: int = field(0, ge=0, le=10**9, help="first step with the new value")
    name: Literal["rate", "batch", "weight_decay", "l1", "label_smoothing", "clip"] = field("rate", help="the setting")
    value: float = field(0.0, ge=0, le=4096, help="its new value")


class Edit(Config):
    """One weight or bias that was set by hand before this step."""

    step: int = field(0, ge=0, le=10**9, help="first step with the new weight")
    parameter: str = field("", at_most=80, help="name of the parameter in the model")
    index: int = field(0, ge=0, le=10**9, help="place in the parameter, counted in C order")
    value: float = field(0.0, ge=-1000, le=1000, help="the new weight")


class TrainingConfig(Config):
    """Everything about a run that is neither architecture nor data."""

    optimiser: Optimiser = field("adam", help="rule that turns gradients into steps")
    rate: float = field(0.01, ge=1e-5, le=10, scale="log", live=True, label="Learning rate", help="size of one step")
    schedule: Schedule = field("constant", help="how the learning rate moves during the run")
    batch: int = field(32, ge=1, le=1024, scale="log", live=True, label="Batch", unit="examples", help="examples in one step")
    weight_decay: float = field(0.0, ge=0, le=1, scale="log", live=True, help="pulls every weight towards zero (L2)")
    l1: float = field(0.0, ge=0, le=1, scale="log", live=True, label="L1", help="pulls small weights to exactly zero")
    label_smoothing: float = field(0.0, ge=0, le=0.5, step=0.05, live=True, help="share of certainty given to all classes")
    clip: float = field(0.0, ge=0, le=100, scale="log", live=True, label="Clip gradients", help="largest gradient norm; 0 is off")
    epochs: int = field(0, ge=0, le=100_000, scale="log", help="passes through the data; 0 has no end")
    seed: int = field(0, ge=0, le=9999, help="initial weights, order of the data, dropout")
    device: Literal["cpu", "cuda", "mps"] = field("cpu", help="where it computes")
    changes: tuple[Change, ...] = field((), at_most=64, hidden=True, help="settings changed while it ran")
    edits: tuple[Edit, ...] = field((), at_most=64, hidden=True, help="weights set by hand")
