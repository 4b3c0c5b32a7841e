"""What a model can do without: how well it answers with parts switched off, and what each part alone is worth."""

from __future__ import annotations

import re
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.frame import cleaned
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import silenced, switches
from dlplay.training import metrics, sample

MOST, SHARE = 64, 20
"""Held-out examples that are answered at most, spread evenly over all; and which part of those a look may take."""
EVERY = 0.5
"""Seconds between two measurements of a model that trains, while the same parts are off."""
CHUNK = 0.01
"""Seconds in which parts are switched off one after the other in one picture; the next picture goes on there."""
BLOCK = re.compile(
    r"(?P<block>(?:(?P<side>\w+)\.)?(?P<kind>blocks|looks)\.(?P<number>\d+)|(?P<lone>looking|asking))"
    r"(?:\.(?P<part>\w+))?(?:\.(?P<head>\d+))?"
)


KINDS = {"blocks": "layer", "looks": "look"}


def picture(seen: Seen, off: tuple[str, ...] = ()) -> Frame:
    """Loss and score on held-out examples with everything on, and with these parts off; what each part alone is worth.

    Facts: on and off ({loss, score}, off none where nothing is), silent (the names that are off), without (the same in
    words), score_name, used and all (numbers of examples), shared (names that belong to no block), rows (of each
    block: title, block, parts: name, title and heads), effects (of each name measured so far: loss and score by which
    the model changes without it). Raises `Refusal` for a model in which nothing can be switched off.
    """
    names = switches(seen.model)
    if not names:
        raise Refusal("picture", f"Nothing of {type(seen.model).__name__} can be switched off.")
    silent = known(seen.model, off)
    kept, fresh = _kept(seen, silent)
    if fresh:
        kept.go_on(names)
    facts = {
        "step": seen.step,
        "on": kept.on,
        "off": kept.without(silent) if silent else None,
        "silent": silent,
        "without": [called(name) for name in silent],
        "score_name": seen.task.score_name,
        "used": len(kept.targets),
        "all": len(seen.part("held-out")),
        "shared": [name for name in names if not BLOCK.fullmatch(name)],
        "rows": rows(names),
        "effects": kept.effects,
    }
    return cleaned(facts), {}


def rows(names: Sequence[str]) -> list[dict[str, Any]]:
    """The switches by block: {title, block, parts: [{name, title, heads}]}, heads as names, none for what has none."""
    found: dict[str, dict[str, Any]] = {}
    heads: dict[str, list[str]] = {}
    for name in names:
        match = BLOCK.fullmatch(name)
        if match is None:
            continue
        block, part = match["block"], match["part"]
        if match["head"] is not None:
            heads.setdefault(f"{block}.{part}", []).append(name)
            continue
        row = found.setdefault(block, {"title": _block(match).capitalize(), "block": block, "parts": []})
        if part is not None:
            row["parts"].append({"name": name, "title": part.replace("_", "-")})
    for row in found.values():
        for part in row["parts"]:
            part["heads"] = heads.get(part["name"], [])
    return list(found.values())


def called(name: str) -> str:
    """How a switch is called in a sentence: "layer 1 head 3", "decoder 2 cross-attention", "the mask"."""
    match = BLOCK.fullmatch(name)
    if match is None:
        return "the mask" if name == "mask" else name.replace(".", " ").replace("_", "-")
    part, head = match["part"], match["head"]
    words = [_block(match)]
    if part is not None and (head is None or part == "cross"):
        words.append({"cross": "cross-attention"}.get(part, part.replace("_", "-")))
    return " ".join([*words, *([] if head is None else [f"head {int(head) + 1}"])])


def _block(match: re.Match[str]) -> str:
    """What a block is called; one that looks at an image between the others is a look."""
    return match["lone"] or f"{match['side'] or KINDS[match['kind']]} {int(match['number']) + 1}"


@dataclass
class _Kept:
    """What was measured of one model with these weights; effects may be of weights a moment older."""

    weights: Tensor
    model: weakref.ref[nn.Module]
    inputs: Tensor
    targets: np.ndarray
    task: Task
    on: dict[str, float] = field(default_factory=dict)
    measured: dict[tuple[str, ...], dict[str, float]] = field(default_factory=dict)
    effects: dict[str, dict[str, float]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    at: float = 0.0

    def without(self, names: Sequence[str]) -> dict[str, float]:
        """Loss and score with these parts switched off."""
        which, model = tuple(sorted(names)), self.model()
        if which not in self.measured and model is not None:
            with silenced(model, which):
                outputs, truth = metrics.flat(metrics.answers(model, self.inputs), self.targets, self.task)
            if np.isfinite(outputs).all():
                values = {
                    "loss": metrics.loss(outputs, truth, self.task),
                    "score": metrics.score(outputs, truth, self.task),
                }
            else:
                values = {"loss": float("nan"), "score": float("nan")}
            self.measured[which] = values
        return self.measured[which]

    def go_on(self, names: Sequence[str]) -> None:
        """Measures what each part is worth, as many as there is time for, in turn."""
        self.on = self.without(())
        until = time.thread_time() + CHUNK
        while self.waiting and time.thread_time() < until:
            name = self.waiting.pop(0)
            if name in names:
                found = self.without([name])
                self.effects[name] = {one: found[one] - self.on[one] for one in ("loss", "score")}


_KEPT: weakref.WeakKeyDictionary[nn.Module, _Kept] = weakref.WeakKeyDictionary()


def _kept(seen: Seen, silent: Sequence[str]) -> tuple[_Kept, bool]:
    """What is known of the model, and whether it is of its weights as they are.

    With other weights everything is measured anew, one part after the other in turn; while it trains not each time.
    """
    now = time.monotonic()
    weights = torch.cat([value.detach().flatten() for value in seen.model.parameters()])
    kept = _KEPT.get(seen.model)
    if kept is None:
        part = seen.part("held-out")
        some = part.only(sample.places(len(part), min(MOST, max(1, seen.most // SHARE))))
        inputs = seen.tensor(some.inputs)
        kept = _Kept(weights, weakref.ref(seen.model), inputs, some.targets, seen.task)
        kept.waiting = list(switches(seen.model))
        _KEPT[seen.model] = kept
        kept.at = now
    elif not torch.equal(kept.weights, weights):
        if now - kept.at < EVERY and (not silent or tuple(sorted(silent)) in kept.measured):
            return kept, False
        kept.weights, kept.at = weights, now
        kept.measured.clear()
        later = [name for name in switches(seen.model) if name not in kept.waiting]
        kept.waiting += later
    return kept, True
