"""Measuring a run while it goes on: when, by the clock, and on which examples."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.dataset import Examples, Split
from dlplay.training import metrics, sample
from dlplay.training.events import Measured
from dlplay.training.gates import openings
from dlplay.training.objective import given

SHARE = 0.03
"""Part of a run's time that is spent on measuring, but for the first two times, which are wanted soon."""
OFTEN, SELDOM = 0.05, 0.25
"""Seconds between two measurements: at first, and later, where `SHARE` allows."""


class Meter:
    """Measures a model on a fixed sample of both parts. most: examples of each, see `sample`.

    step: the last one measured, −1 for none. at: when the next one is due.
    """

    def __init__(self, split: Split, device: torch.device, most: int):
        self.task = split.task
        self.samples = [_sample(part, device, most) for part in (split.train, split.held_out)]
        self.step = -1
        self.at = 0.0
        self._gap = OFTEN
        self.begin(0, 0.0)

    def begin(self, taken: int, seconds: float) -> None:
        """Count examples per second from here."""
        self._taken, self._seconds = taken, seconds

    def forget(self) -> None:
        """The model was changed by hand: what was measured last holds no more."""
        self.step, self.at = -1, 0.0

    def measure(
        self,
        model: nn.Module,
        step: int,
        epoch: float,
        rate: float,
        taken: int,
        seconds: float,
        norms: dict[str, float],
    ) -> Measured | None:
        """The measurement of this model in evaluation mode; none when an answer is not finite."""
        started = time.monotonic()
        outputs = [metrics.answers(model, inputs) for inputs, _ in self.samples]
        if not all(np.isfinite(part).all() for part in outputs):
            return None
        flat = [metrics.flat(part, truth, self.task) for part, (_, truth) in zip(outputs, self.samples, strict=True)]
        (train_loss, train_score), (held_out_loss, held_out_score) = (
            (metrics.loss(part, truth, self.task), metrics.score(part, truth, self.task)) for part, truth in flat
        )
        speed = (taken - self._taken) / max(seconds - self._seconds, 1e-9)
        self.begin(taken, seconds)
        share = SHARE if self.step >= 0 else 0.25
        self.step = step
        self.at = started + max(self._gap, (time.monotonic() - started) / share)
        self._gap = min(self._gap * 1.3, SELDOM)
        return Measured(
            step,
            epoch,
            rate,
            train_loss,
            train_score,
            held_out_loss,
            held_out_score,
            examples_per_second=speed,
            seconds=seconds,
            norms=norms,
            gates=openings(model),
        )


def _sample(part: Examples, device: torch.device, most: int) -> tuple[Tensor, np.ndarray]:
    """Inputs where the model is, and the true answers."""
    chosen = sample.places(len(part), most)
    return given(part.inputs[chosen]).to(device), part.targets[chosen]
