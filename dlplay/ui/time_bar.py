"""The bar of time under every stage, filled from a run."""

from __future__ import annotations

from typing import cast

import numpy as np

from dlplay.runs.run import Run
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
    speed = latest.get("examples_per_second")
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
            flags=_flags(run),
            speed=run.pace,
            waits=waits,
            seconds_left=_left(run, total),
            examples_per_second=speed,
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
    return (total - run.history.step) * latest["seconds"] / latest["step"]


def _flags(run: Run) -> list[scrubber.Flag]:
    """The visitor's pins, and what the run found: its lowest held-out loss, the step at which it diverged."""
    history = run.history
    flags = [scrubber.Flag(step, f"pin {place}") for place, step in enumerate(run.pins, 1)]
    measured = history.measured
    finite = np.isfinite(measured["held_out_loss"])
    if finite.sum() > 2:
        lowest = measured["step"][finite][np.argmin(measured["held_out_loss"][finite])]
        if lowest not in (0, measured["step"][-1]):
            flags.append(scrubber.Flag(int(lowest), "lowest held-out loss", "best"))
    if history.diagnosis:
        flags.append(scrubber.Flag(history.diagnosis["step"], "diverged", "diverged"))
    return flags
