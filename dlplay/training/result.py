"""Training in a notebook or a terminal: one call, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import nn

from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.training.events import Diagnosis, Event, Measured, Step
from dlplay.training.loop import Training
from dlplay.training.settings import UNASKED


@dataclass(frozen=True)
class Result:
    """A run that was taken as far as asked: all its events, and the training to look into or go on with."""

    training: Training
    events: tuple[Event, ...]

    @property
    def experiment(self) -> Experiment:
        return self.training.experiment

    @property
    def model(self) -> nn.Module:
        """The trained model, a copy in evaluation mode."""
        return self.training.at()[0]

    @property
    def losses(self) -> np.ndarray:
        """The loss of every step: (step,)."""
        return np.array([event.loss for event in self.events if isinstance(event, Step)])

    @property
    def measured(self) -> tuple[Measured, ...]:
        return tuple(event for event in self.events if isinstance(event, Measured))

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Why it stopped early, if it did."""
        return next((event for event in self.events if isinstance(event, Diagnosis)), None)


def train(experiment: Experiment, steps: int | None = None) -> Result:
    """Train in this process: `steps` steps, else to the experiment's end, else 1,000 steps.

    result = dlplay.train(experiment("mlp", "circle"), steps=500); result.losses; result.training.at(100)
    """
    if steps is not None and steps < 0:
        raise Refusal("steps", f"steps is {steps}; the smallest allowed is 0.")
    if steps is None and not experiment.training.epochs:
        steps = UNASKED
    training = Training(experiment)
    return Result(training, tuple(training.run(steps)))
