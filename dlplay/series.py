"""Tables over time as windows to forecast from: no gaps, a split in time, and the simplest forecast beside.

A window holds some steps and, at each of them, what comes one step later. Windows stand in the order of time, and the
last ones are held out. Where a held-out window reaches back into the time that was trained on, it may read that, as
anybody could who stands at the border, but no answer is wanted there: every held-out answer is later than all others.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import NO_ANSWER, DataConfig, Examples, Split


class SeriesConfig(DataConfig):
    """A table is what it is: nothing is drawn, and the split goes by time."""

    held_out: float = field(
        0.3, ge=0.1, le=0.9, step=0.1, label="Held out", help="share kept for testing: the latest part"
    )
    seed: int = field(0, ge=0, le=9999, label="Data seed", hidden=True, help="draws nothing here")


def check(table: str, times: np.ndarray, values: np.ndarray) -> None:
    """Refuses a table that is not one value after the other at even steps.

    times: (time,) whole numbers or dates. values: (…, time, feature). Raises `Refusal` that names the first fault: too
    few steps, times out of order, a gap, a value that is missing.
    """
    if len(times) < 3:
        raise Refusal("data", f"{table} has {len(times)} steps; a forecast needs 3 at least.")
    steps = np.diff(times)
    lengths, counts = np.unique(steps, return_counts=True)
    usual, nothing = lengths[counts.argmax()], lengths[0] * 0
    if (steps <= nothing).any():
        place = int(np.argmax(steps <= nothing))
        raise Refusal("data", f"{table} is not in the order of time: {times[place + 1]} comes after {times[place]}.")
    if len(lengths) > 1:
        place = int(np.argmax(steps != usual))
        raise Refusal(
            "data",
            f"{table} has a gap in time: {times[place]} is followed by {times[place + 1]}; one step is {usual}.",
        )
    present = np.isfinite(values).all(axis=tuple(axis for axis in range(values.ndim) if axis != values.ndim - 2))
    if not present.all():
        raise Refusal("data", f"{table} has a gap in time: there is no value at {times[int(np.argmin(present))]}.")


def windows(values: np.ndarray, length: int) -> np.ndarray:
    """Every window of `length` steps and the one after: (window, length + 1, feature), in the order of time.

    values: (series, time, feature), all over the same times. Windows that begin together stand together.
    Raises `Refusal` when the table has less than two windows one after the other.
    """
    most = values.shape[1] - 2
    if length > most:
        raise Refusal("length", f"length is {length}; this table leaves room for {most} steps.")
    found = np.lib.stride_tricks.sliding_window_view(values, length + 1, axis=1)  # (series, begin, feature, step)
    return found.transpose(1, 0, 3, 2).reshape(-1, length + 1, values.shape[2])


def ahead(found: np.ndarray, columns: list[int]) -> Examples:
    """Windows (window, length + 1, feature) as examples: all steps but the last, and these columns one step later."""
    whole = found.astype(np.float32)
    return Examples(whole[:, :-1], whole[:, 1:, columns])


def parted(examples: Examples, share: float, *, together: int = 1, stride: int = 1) -> tuple[Examples, Examples]:
    """Windows in the order of time as a training part and a later part of this share.

    together: how many windows begin at the same time. stride: steps from one beginning to the next.
    """
    begins = np.arange(len(examples)) // together
    count = int(begins[-1]) + 1
    kept = count - min(max(round(count * share), 1), count - 1)
    length = examples.targets.shape[1]
    last = (kept - 1) * stride + length  # the step of the last answer that is trained on
    later = examples.only(begins >= kept)
    answered = begins[begins >= kept, None] * stride + 1 + np.arange(length)  # (window, time): which step is the answer
    whole = later.targets.dtype.kind == "i"
    wanted = answered > last
    targets = np.where(wanted if whole else wanted[..., None], later.targets, NO_ANSWER if whole else np.nan)
    return examples.only(begins < kept), Examples(later.inputs, targets.astype(later.targets.dtype), later.numbers)


def naive(split: Split, inputs: np.ndarray) -> np.ndarray:
    """The simplest forecast, that nothing changes: the value just read, for each target and step.

    inputs: (example, time, feature) in the model's units. Returns (example, time, target) in the units of the targets.
    """
    columns = [split.task.features.index(target) for target in split.task.targets]
    raw = split.input_scaling.back(inputs) if split.input_scaling else inputs
    return split.target_scaling(raw[..., columns]) if split.target_scaling else raw[..., columns]
