"""How a run trains: optimiser, schedule, batch, regularisation, and what was changed by hand while it ran."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from dlplay.config import Config, Refusal, accept, field

Optimiser = Literal["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"]
Schedule = Literal["constant", "step", "cosine", "warm-up"]
MOST_CHANGES = 64
"""Changes, and edits, that one run can remember."""
UNASKED = 1000
"""Steps that are taken where neither the caller nor the experiment sets an end."""
OPTIMISER_NAMES: dict[str, str] = {
    "sgd": "SGD",
    "momentum": "momentum",
    "nesterov": "Nesterov",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adam": "Adam",
    "adamw": "AdamW",
}
"""What each is called in a sentence."""


class Change(Config):
    """A setting that was changed after `step` steps: the next step is the first with the new value."""

    step: int = field(0, ge=0, le=10**9, help="steps taken before the change")
    name: Literal["rate", "batch", "weight_decay", "l1", "label_smoothing", "clip"] = field("rate", help="the setting")
    value: float = field(0.0, ge=0, le=4096, help="its new value")


class Edit(Config):
    """One weight or bias that was set by hand after `step` steps."""

    step: int = field(0, ge=0, le=10**9, help="steps taken before the edit")
    parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]*$")] = field(
        "", at_most=80, help="name of the parameter in the model"
    )
    index: int = field(0, ge=0, le=10**9, help="place in the parameter, counted in C order")
    value: float = field(0.0, ge=-1000, le=1000, help="the new weight")


class TrainingConfig(Config):
    """Everything about a run that is neither architecture nor data."""

    optimiser: Optimiser = field("adam", help="rule that turns gradients into steps")
    rate: float = field(0.01, ge=1e-5, le=10, scale="log", live=True, label="Learning rate", help="size of one step")
    schedule: Schedule = field("constant", help="how the learning rate moves during the run")
    batch: int = field(
        32, ge=1, le=1024, scale="log", live=True, label="Batch", unit="examples", help="examples in one step"
    )
    weight_decay: float = field(0.0, ge=0, le=1, scale="log", live=True, help="pulls every weight towards zero (L2)")
    l1: float = field(0.0, ge=0, le=1, scale="log", live=True, label="L1", help="pulls small weights to exactly zero")
    label_smoothing: float = field(
        0.0, ge=0, le=0.5, step=0.05, live=True, help="share of certainty given to all classes"
    )
    clip: float = field(
        0.0, ge=0, le=100, scale="log", live=True, label="Clip gradients", help="largest gradient norm; 0 is off"
    )
    epochs: int = field(0, ge=0, le=100_000, scale="log", help="passes through the data; 0 has no end")
    seed: int = field(0, ge=0, le=9999, help="initial weights, order of the data, dropout")
    device: Literal["cpu", "cuda", "mps"] = field("cpu", help="where it computes")
    changes: tuple[Change, ...] = field((), at_most=MOST_CHANGES, hidden=True, help="settings changed while it ran")
    edits: tuple[Edit, ...] = field((), at_most=MOST_CHANGES, hidden=True, help="weights set by hand")


def now(training: TrainingConfig) -> TrainingConfig:
    """The settings in force after every change, as the beginning of another run."""
    return in_force(training, 10**9).but(changes=(), edits=())


def in_force(training: TrainingConfig, step: int) -> TrainingConfig:
    """The settings that the step after `step` steps is taken with. Raises `Refusal` for a change to a bad value."""
    values = {change.name: change.value for change in sorted(training.changes, key=_step) if change.step <= step}
    return training.but(**values) if values else training


def changed(training: TrainingConfig, step: int, **values: Any) -> TrainingConfig:
    """The settings with live ones changed after `step` steps, later changes kept. Raises `Refusal`.

    A change made twice after the same step counts once.
    """
    known = get_args(Change.model_fields["name"].annotation)
    for name in values:
        if name not in known:
            raise Refusal(name, f"{name} cannot be changed while a run goes on; {', '.join(known)} can.")
    wanted = in_force(training, step).but(**values)
    kept = [change for change in training.changes if not (change.step == step and change.name in values)]
    before = in_force(training.but(changes=tuple(kept)), step)
    new = [
        accept(Change, {"step": step, "name": name, "value": float(getattr(wanted, name))})
        for name in values
        if getattr(wanted, name) != getattr(before, name)
    ]
    return training.but(changes=tuple(sorted([*kept, *new], key=_step)))


def edited(training: TrainingConfig, edit: Edit) -> TrainingConfig:
    """The settings with one more weight set by hand; the same weight set twice after the same step counts once."""
    kept = [e for e in training.edits if (e.step, e.parameter, e.index) != (edit.step, edit.parameter, edit.index)]
    return training.but(edits=tuple(sorted([*kept, edit], key=_step)))


def until(training: TrainingConfig, step: int) -> TrainingConfig:
    """The settings without what was changed or edited after more than `step` steps."""
    return training.but(
        changes=tuple(change for change in training.changes if change.step <= step),
        edits=tuple(edit for edit in training.edits if edit.step <= step),
    )


def _step(part: Change | Edit) -> int:
    return part.step
