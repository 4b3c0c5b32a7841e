"""The bar at the bottom: the run as a scrubber with its loss as the ground, and the buttons that move time.

`assets/live/scrubber.js` draws the frame made here. What a visitor does comes back as acts:

    rewind, play, pause, step, epoch, seed, live, back      nothing more
    at, pin, unpin, fork                                    step: the one that is meant
    speed                                                   value: steps a second, null for as fast as it goes
    gone_back                                               the browser's own Back or Forward: the address is meant
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dlplay.frame import pack

State = Literal["ready", "opening", "starting", "playing", "paused", "finished", "diverged", "lost"]
SPEEDS: tuple[int | None, ...] = (None, 300, 30, 10, 3, 1)
WATCHABLE = 300
"""Steps a second at which a small network can be seen to learn: the speed a visit begins with."""


@dataclass(frozen=True)
class Flag:
    """A mark at one step of the run. A pin is the visitor's own, a change is what they did to the run while it went on;
    best and diverged are found by the run.
    """

    step: int
    label: str
    kind: Literal["pin", "change", "best", "diverged"] = "pin"


def frame(
    state: State,
    step: int,
    *,
    total: int | None = None,
    epoch: float = 0.0,
    epochs: int | None = None,
    looking: int | None = None,
    looking_epoch: float | None = None,
    kept: Sequence[int] | np.ndarray = (),
    kept_losses: Sequence[float] | np.ndarray = (),
    curve_steps: Sequence[float] | np.ndarray = (),
    curve_losses: Sequence[float] | np.ndarray = (),
    rate_steps: Sequence[float] | np.ndarray = (),
    rates: Sequence[float] | np.ndarray = (),
    flags: Sequence[Flag] = (),
    speed: float | None = None,
    waits: str | None = None,
    seconds_left: float | None = None,
    examples_per_second: float | None = None,
) -> bytes:
    """The bar as bytes.

    state: "opening" while the process of a run that waits for Play is not there yet, "starting" of one that shall play.
    step, epoch: where the run is. total, epochs: where it ends, None without an end. looking: the step every picture
    shows, None for the newest. kept: steps with a snapshot; kept_losses: theirs, NaN where there is none. curve_*: the
    loss along the run, down-sampled, at most some hundred points; losses that are not positive numbers are left out.
    rates: the learning rate from each of `rate_steps` on. waits: why Play cannot be pressed.
    """
    steps, losses = np.asarray(curve_steps, np.float32), np.asarray(curve_losses, np.float32)
    drawn = np.isfinite(losses) & (losses > 0)
    known = np.asarray(kept_losses if len(kept_losses) else np.full(len(kept), np.nan), np.float32)
    facts = {
        "state": state,
        "step": int(step),
        "total": None if total is None else int(total),
        "epoch": float(epoch),
        "epochs": epochs or None,
        "looking": None if looking is None or looking == step else int(looking),
        "lookingEpoch": None if looking_epoch is None else float(looking_epoch),
        "flags": [{"step": int(flag.step), "label": flag.label, "kind": flag.kind} for flag in flags],
        "speed": speed,
        "speeds": list(SPEEDS),
        "waits": waits,
        "secondsLeft": _finite(seconds_left),
        "rate": _finite(examples_per_second),
    }
    arrays = {
        "kept": np.asarray(kept, np.int32),
        "keptLosses": known,
        "steps": steps[drawn],
        "losses": losses[drawn],
        "rateSteps": np.asarray(rate_steps, np.float32),
        "rates": np.asarray(rates, np.float32),
    }
    return pack(facts, arrays)


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
