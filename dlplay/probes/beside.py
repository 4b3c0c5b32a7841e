"""A CNN of about the same size beside a model that attends: trained on the same images, looked at on the same one."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import nn

from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.frame import cleaned
from dlplay.probes import maps
from dlplay.probes.answers import answer
from dlplay.probes.counterpart import like, size
from dlplay.probes.images import as_bytes, brightness
from dlplay.probes.looked import groups, passage
from dlplay.probes.maps import Scale
from dlplay.probes.seen import Frame, Seen
from dlplay.training import metrics, sample
from dlplay.training.events import Diagnosis, Finished
from dlplay.training.loop import Training
from dlplay.training.settings import in_force

MOST = 2000
"""Steps it takes at the most."""
SHARE, MEASURED = 0.1, 0.02
"""Part of the time that it takes of a run that goes on, all it does over all looks; and what measuring has of that."""
AT_ONCE = 0.3
"""Seconds that it works in one look at the most; so many while the run rests, when nobody waits for a step."""


def picture(seen: Seen, rests: bool = False, scale: Scale = "layer") -> Frame:
    """The feature maps of the CNN beside, for the chosen image; and how both models stand.

    Each look lets the CNN learn on, until it has taken as many steps as the model looked at, or `MOST`. rests: nobody
    trains meanwhile, so it may take longer. scale: see `maps.picture`, which draws it, and whose facts these are.

    Facts besides: beside {models: of both name, parameters, step, score, of (the step its score was measured at) and
    rate; score_name, used, all (held-out examples that both are measured on, and how many there are), goal (the step
    it goes to), most, done, share, broken (whether its numbers left the finite)}; said, what the model looked at
    answers; looks, where it has its image in a grid: from, what looks. Arrays besides: image (channel, row, column) as
    bytes, and looks (layer, head, row, column), how much the class token, or else the mean of all regions, looks at
    each. Raises `Refusal` for models that do not attend over an image, for answers that are no class, and for a CNN
    that would be too large.
    """
    pair = _pair(seen)
    began, goal = time.monotonic(), min(seen.step, MOST)
    pair.go_on(goal, rests)
    found = pair.training.seen(seen.step, seen.example)
    facts, arrays = _activated(*maps.picture(found, None, scale))
    pair.measure(seen, found, rests)
    more, drawn = _attended(seen)
    facts, arrays = facts | more, arrays | drawn
    names = (seen.experiment.model.title, "CNN")
    steps, sizes = (seen.step, found.step), (size(seen.model), size(found.model))
    rates = (in_force(seen.experiment.training, seen.step).rate, pair.training.settings.rate)
    facts["picture"] = "beside"
    facts["beside"] = {
        "models": [
            {"name": name, "parameters": count, "step": step, "rate": rate, "score": score, "of": of}
            for name, count, step, rate, (of, score) in zip(names, sizes, steps, rates, pair.scores, strict=True)
        ],
        "score_name": seen.task.score_name,
        "used": min(pair.most, len(seen.split.held_out)),
        "all": len(seen.split.held_out),
        "goal": goal,
        "most": MOST,
        "done": pair.training.step >= goal or pair.over,
        "share": SHARE,
        "broken": pair.broken,
    }
    pair.credit -= time.monotonic() - began
    return cleaned(facts), arrays


@dataclass
class _Pair:
    """The CNN beside one model, and what both scored last: (step, score), (−1, none) before.

    credit: seconds it may take now, less than none where it took too long; at: when it was looked at last; due: when
    the next may be measured.
    """

    experiment: Experiment
    training: Training
    most: int
    over: bool = False
    broken: bool = False
    credit: float = AT_ONCE / 6
    at: float = field(default_factory=time.monotonic)
    due: float = 0.0
    scores: list[tuple[int, float | None]] = field(default_factory=lambda: [(-1, None), (-1, None)])

    def go_on(self, goal: int, rests: bool) -> None:
        """Learns on towards a step, as long as its share of the time lasts; what a look takes too long is owed."""
        began = time.monotonic()
        self.credit = AT_ONCE if rests else min(self.credit + SHARE * (began - self.at), AT_ONCE)
        self.at = began
        if self.credit <= 0 or self.over or self.training.step >= goal:
            return
        for event in self.training.run(goal):
            self.broken = isinstance(event, Diagnosis)
            self.over = self.broken or isinstance(event, Finished)
            if time.monotonic() - began >= self.credit:
                break

    def measure(self, seen: Seen, beside: Seen, rests: bool) -> None:
        """Scores both on the same held-out examples where they are other models than last time and time allows.

        While the run goes on it is one of them in turn, so that no look takes long.
        """
        began = time.monotonic()
        if not rests and began < self.due:
            return
        both = sorted(enumerate((seen, beside)), key=lambda one: self.scores[one[0]][0])
        stale = [(place, one) for place, one in both if self.scores[place][0] != one.step]
        for place, one in stale if rests else stale[:1]:
            part = one.split.held_out.only(sample.places(len(one.split.held_out), self.most))
            outputs = metrics.answers(one.model, one.tensor(part.inputs))
            self.scores[place] = (one.step, metrics.score(outputs, part.targets, one.task))
        self.due = began + (time.monotonic() - began) / MEASURED


_PAIRS: weakref.WeakKeyDictionary[nn.Module, _Pair] = weakref.WeakKeyDictionary()
"""By the copy of a run's model that is looked at, so a CNN goes when its run goes."""


def _pair(seen: Seen) -> _Pair:
    """The CNN beside this model; another one where its batches have changed. Raises `Refusal`."""
    task = seen.task
    if task.reads != "image" or not groups(seen.model):
        raise Refusal("picture", "A CNN stands beside models that look at an image with attention.")
    if task.each_step or not task.classes:
        raise Refusal("picture", "A CNN stands beside models that answer one class; this one answers otherwise.")
    kept = _PAIRS.get(seen.model)
    batches = tuple(change for change in seen.experiment.training.changes if change.name == "batch")
    if kept is None or kept.experiment.training.changes != batches:
        wanted = like(seen.experiment, size(seen.model))
        if kept is not None:
            kept.training.close()
        folder = None if seen.folder is None else seen.folder / "beside"
        training = Training(wanted, folder=folder, split=seen.split, measured=False)
        few = training.seen(0)
        kept = _PAIRS[seen.model] = _Pair(wanted, training, min(seen.most, few.most))
    return kept


def _activated(facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> Frame:
    """The same maps without those of a convolution before its activation, which is what the next layer sees."""
    layers = [layer for layer in facts["layers"] if " conv " not in layer["title"]]
    sent = {layer.get("array") for layer in layers}
    return facts | {"layers": layers}, {name: array for name, array in arrays.items() if name in sent}


def _attended(seen: Seen) -> Frame:
    """The image, what the model looked at answers to it, and where it looks."""
    read = passage(seen, next(one for one in groups(seen.model) if not one.crosses), [])
    image = as_bytes(read.given[0].cpu().numpy(), brightness(seen.split))
    facts = {"said": answer(seen.split, read.captures["output"].value[0], None), "looks": None}
    grid = read.grid
    if grid is None or not read.square:
        return facts, {"image": image}
    before = len(read.keys) - grid.regions
    weights = read.weights[..., before:]  # (layer, head, query, key)
    looked = weights[:, :, 0] if before else weights.mean(dim=2)
    facts["looks"] = {"from": f"{read.queries[0]} token" if before else f"mean {read.reading.word}"}
    return facts, {"image": image, "looks": looked.unflatten(-1, (grid.rows, grid.columns)).numpy()}
