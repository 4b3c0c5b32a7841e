"""A forecast beside what came: one step ahead, on its own, and the simplest guess that nothing changes."""

from __future__ import annotations

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.dataset import Scaling
from dlplay.frame import finite
from dlplay.probes.asked import Nth
from dlplay.probes.choices import forecasts
from dlplay.probes.onward import Onward
from dlplay.probes.seen import Frame, Seen
from dlplay.series import naive
from dlplay.training.metrics import answers

MOST = 100
"""Examples of a part over which both errors are compared at most, spread evenly over all."""
SHORTEST, SHARE = 3, 4
"""How far a free run goes beyond the example: a quarter of its steps, and at least three."""
SAME = 0.005
"""A difference of errors below this share counts as none."""


def picture(seen: Seen, begin: Nth | None = None) -> Frame:
    """The chosen example's first target at every step, in the data's units.

    begin: how many true values are read before the model goes on from its own forecasts; two thirds by default.

    Facts: name (of the example) and dates (of its values and those of the free run), empty where there are none; target
    (its name), count (values read), begin, held (features that are not forecast and keep their last value in the free
    run), here and part: {model, naive, sentence} mean absolute errors over the steps that an answer is
    wanted for, of this example and of used of the all examples of its part; free {error, steps}: of the free run, as
    far as the truth is known. Arrays: known (time + 1,) all true values, the last NaN where it is not known; said and
    naive (time,), the forecasts of values 1 and later, one step ahead; asked (time,) 1 where an answer is wanted; free
    (step,), the free run's forecasts of values `begin` and later.
    Raises `Refusal` where the next values are not asked for.
    """
    task, split = seen.task, seen.split
    if not forecasts(task):
        raise Refusal("picture", "A forecast is shown where the next value of every step is asked for.")
    inputs, target = seen.chosen()
    if target is None:
        raise Refusal("example", "A forecast is shown for an example of the data.")
    time, column = inputs.shape[1], task.features.index(task.targets[0])
    start = min(max(1, round(2 * time / 3) if begin is None else begin), time)
    values = _values(split.input_scaling, inputs)[0, :, column]
    truth = _values(split.target_scaling, target)[:, 0]
    said = _values(split.target_scaling, answers(seen.model, seen.tensor(inputs)))[0, :, 0]
    guess = _values(split.target_scaling, naive(split, inputs))[0, :, 0]
    asked = np.isfinite(truth)
    known = np.append(values, truth[-1])
    free = _free(seen, inputs, start, time + max(SHORTEST, time // SHARE) + 1 - start)
    met = np.abs(free[: len(known) - start] - known[start:])
    met = met[np.isfinite(met)]
    whole = seen.part(str(seen.example.get("part", "held-out")))
    used = min(len(whole), MOST, seen.most)
    some = whole.only(np.arange(used) * len(whole) // used)
    wanted = _values(split.target_scaling, some.targets)[..., 0]
    outputs = _values(split.target_scaling, answers(seen.model, seen.tensor(some.inputs)))[..., 0]
    simple = _values(split.target_scaling, naive(split, some.inputs))[..., 0]
    labels = seen.labels(start + len(free))
    facts = {
        "step": seen.step,
        "name": labels.name,
        "dates": list(labels.steps),
        "target": task.targets[0],
        "count": time,
        "begin": start,
        "held": [name for name in task.features if name not in task.targets],
        "here": compared(truth, said, guess),
        "part": compared(wanted, outputs, simple)
        | {"name": str(seen.example.get("part", "held-out")), "used": used, "all": len(whole)},
        "free": {"error": finite(met.mean()) if len(met) else None, "steps": len(met)},
    }
    return facts, {"known": known, "said": said, "naive": guess, "asked": asked.astype(np.uint8), "free": free}


def compared(truth: np.ndarray, said: np.ndarray, guess: np.ndarray) -> dict[str, object]:
    """Mean absolute errors of a model and of the naive forecast where the truth is known (not NaN), and a sentence."""
    known = np.isfinite(truth)
    if not known.any():
        return {"model": None, "naive": None, "sentence": "nothing to compare with"}
    model, simple = (float(np.abs(one[known] - truth[known]).mean()) for one in (said, guess))
    return {"model": finite(model), "naive": finite(simple), "sentence": verdict(model, simple)}


def verdict(model: float, simple: float) -> str:
    """How a model's error compares with the naive one, in words."""
    if not np.isfinite(model):
        return "no finite forecast"
    if simple == 0:
        return "no better than naive: naive is exact" if model == 0 else "worse than naive: naive is exact"
    gain = 1 - model / simple
    if gain >= SAME:
        return f"better than naive by {100 * gain:.2g} %"
    if gain > -SAME:
        return "no better than naive"
    return f"no better than naive: its error is {model / simple:.3g} × as large"


@torch.no_grad()
def _free(seen: Seen, inputs: np.ndarray, begin: int, steps: int) -> np.ndarray:
    """So many forecasts, each of which is read as if it had happened: (step,) in the data's units."""
    split, task = seen.split, seen.task
    columns = [task.features.index(name) for name in task.targets]
    onward = Onward(seen.model, task)
    latest = inputs[:, :begin]
    found = []
    for _ in range(steps):
        said = _values(split.target_scaling, onward.read(seen.tensor(latest))[0, -1].cpu().numpy())  # (target,)
        found.append(said[0])
        row = _values(split.input_scaling, latest[0, -1])
        row[columns] = said
        latest = (split.input_scaling(row) if split.input_scaling else row).reshape(1, 1, -1)
    return np.array(found, np.float32)


def _values(scaling: Scaling | None, scaled: np.ndarray) -> np.ndarray:
    """The same in the data's units, as a new array."""
    return scaling.back(scaled) if scaling else np.array(scaled, np.float32)
