"""The bar of time under every stage, filled from a run."""

from __future__ import annotations

from typing import cast

import numpy as np

from dlplay.config import knob
from dlplay.numerals import short
from dlplay.runs.history import thin
from dlplay.runs.run import Run
from dlplay.training.settings import TrainingConfig, in_force
from dlplay.ui import scrubber, scrubber_acts, session
from dlplay.ui.parts import SCRUBBER

GROUND = 240
"""Points of the loss that is drawn under the scrubber."""


def show(run: Run, waits: str | None = None) -> None:
    """waits: why Play cannot be pressed, in a few words."""
    history, view = run.history, session.visit().view
    steps, losses = history.curve(GROUND)
    latest = history.latest or {}
    per_epoch = latest["step"] / latest["epoch"] if latest.get("epoch") else None
    epochs = run.experiment.training.epochs
    total = round(epochs * per_epoch) if epochs and per_epoch else None
    rate_steps, rates = _rates(run)
    SCRUBBER(
        "scrubber",
        scrubber.frame(
            _state(run),
            history.step,
            total=total,
            epoch=history.step / per_epoch if per_epoch else 0.0,
            epochs=epochs,
            looking=view.step,
            looking_epoch=view.step / per_epoch if view.step is not None and per_epoch else None,
            kept=history.kept,
            kept_losses=history.losses_at(history.kept),
            curve_steps=steps,
            curve_losses=losses,
            rate_steps=rate_steps,
            rates=rates,
            flags=_flags(run),
            speed=run.pace,
            waits=waits,
            seconds_left=_left(run, total),
            examples_per_second=latest.get("examples_per_second"),
        ),
        scrubber_acts.handle,
    )


def _state(run: Run) -> scrubber.State:
    """What the run does, as the bar says it: whether it can be begun is another thing than whether it is there."""
    state = run.state
    if state == "starting" and not run.plays:
        return "opening"
    if state == "paused" and not run.history.step:
        return "ready"
    return cast(scrubber.State, state)


def _left(run: Run, total: int | None) -> float | None:
    latest = run.history.latest
    if not total or not latest or not latest["seconds"] or not latest["step"]:
        return None
    seconds = max(latest["seconds"] / latest["step"], 1 / run.pace if run.pace else 0.0)
    return (total - run.history.step) * seconds


def _rates(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """The learning rate as it was measured, and the steps from which on it held: at most `GROUND` of them."""
    measured = run.history.measured
    steps, rates = measured["step"], measured["rate"]
    new = np.flatnonzero(np.r_[True, rates[1:] != rates[:-1]]) if len(rates) else np.zeros(0, int)
    chosen = new[thin(rates[new], GROUND)] if len(new) else new
    return steps[chosen], rates[chosen]


def _flags(run: Run) -> list[scrubber.Flag]:
    """The visitor's pins and changes, and what the run found: its lowest held-out loss, where it diverged."""
    history = run.history
    flags = [scrubber.Flag(step, f"pin {place}") for place, step in enumerate(run.pins, 1)]
    flags += [scrubber.Flag(step, words, "change") for step, words in changes(run.experiment.training).items()]
    measured = history.measured
    finite = np.isfinite(measured["held_out_loss"])
    if finite.sum() > 2:
        lowest = measured["step"][finite][np.argmin(measured["held_out_loss"][finite])]
        if lowest not in (0, measured["step"][-1]):
            flags.append(scrubber.Flag(int(lowest), "lowest held-out loss", "best"))
    if history.diagnosis:
        flags.append(scrubber.Flag(history.diagnosis["step"], "diverged", "diverged"))
    return flags


def changes(training: TrainingConfig) -> dict[int, str]:
    """What was changed by hand, by the step after which it was: "learning rate 0.01 → 0.03"."""
    told: dict[int, list[str]] = {}
    for change in training.changes:
        before = getattr(in_force(training, change.step - 1), change.name)
        name = knob(TrainingConfig, change.name).label.lower()
        told.setdefault(change.step, []).append(f"{name} {short(before)} → {short(change.value)}")
    for edit in training.edits:
        told.setdefault(edit.step, []).append(f"a number of {edit.parameter} set to {short(edit.value)}")
    return {step: ", ".join(words[:3]) for step, words in told.items()}
