"""The CNN that is about as large as another model, to be trained on the same data in the same way."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from dlplay.anatomy import anatomy
from dlplay.architecture import architecture
from dlplay.budget import need
from dlplay.config import Config, Refusal, accept
from dlplay.experiment import Experiment
from dlplay.layers.records import Flatten
from dlplay.layers.stem import stem
from dlplay.limits import Limits

ROUNDS = 2
"""Convolutions with a pool each, before the answer."""
WIDEST = 512
"""Maps of the first convolution at the most."""
RATE = 0.003
"""The learning rate it gets with Adam: at it small CNNs learn digits and shapes fast and stay stable."""
PART = 0.25
"""Of the memory that a network may take."""
LONGEST = 0.2
"""Seconds that one step may take at the assumed rate, see `dlplay.budget`."""


def like(wanted: Experiment, parameters: int) -> Experiment:
    """The experiment of a CNN of about so many parameters on the same data, with the same seed and batches.

    Two rounds of convolution and pool; the maps of the first are chosen so that its parameters come closest. What was
    changed by hand of rate and weights stays with the other model. Raises `Refusal`.
    """
    task, record = wanted.task, architecture("cnn")

    def network(channels: int) -> Config:
        layers = (*stem(ROUNDS, channels, task.input_shape), Flatten())
        return record.fit(accept(record.config, {"layers": layers}), task)

    def count(channels: int) -> int:
        with torch.device("meta"):
            return size(record.build(network(channels), task))

    low, high = 1, WIDEST
    while low < high:  # the least that has as many, for more maps have more parameters
        middle = (low + high) // 2
        low, high = (low, middle) if count(middle) >= parameters else (middle + 1, high)
    best = min((max(1, low - 1), low), key=lambda channels: abs(count(channels) - parameters))
    batches = tuple(change for change in wanted.training.changes if change.name == "batch")
    training = wanted.training.but(optimiser="adam", rate=RATE, changes=batches, edits=())
    found = replace(wanted, architecture="cnn", network=network(best), training=training)
    _weigh(found)
    return found


def _weigh(wanted: Experiment) -> None:
    """Raises `Refusal` for a CNN that takes more than a guest may."""
    takes = need(anatomy(wanted.model, wanted.network, wanted.task), "adam", wanted.training.batch)
    room = Limits.of_environment().network * PART
    if takes.memory > room:
        sizes = f"needs {takes.memory / 1e6:,.1f} MB to train; beside another model it may take {room / 1e6:,.1f} MB"
        raise Refusal("picture", f"A CNN of this size {sizes}.")
    if takes.seconds > LONGEST:
        times = f"takes about {takes.seconds:.2g} s for a step; beside another model it may take {LONGEST:g} s"
        raise Refusal("picture", f"A CNN of this size {times}.")


def size(model: nn.Module) -> int:
    """How many parameters a model has."""
    return sum(parameter.numel() for parameter in model.parameters())
