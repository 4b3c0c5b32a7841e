"""The live training loop against a bare one: same model, optimiser and batches, in one process, round by round in turn.

The bare loop is what one would type: torch.optim, `model(x)`, `loss.backward()`, `optimiser.step()`, no loss read. The
live loop is `Training.events()` with everything on: a Step a step, measurements, snapshots. A ratio is bare ÷ live
processor time; shown are the median of all rounds and where eight of ten lie.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from dlplay.experiment import Experiment, experiment
from dlplay.training.events import Step
from dlplay.training.loop import Training
from dlplay.training.objective import given, goal, objective
from dlplay.training.order import Order

TARGET = 0.95
ROUNDS = 40


def bare(value: Experiment, training: Training, **options: Any) -> Callable[[int], None]:
    """The bare loop, `steps` steps a call."""
    torch.manual_seed(0)
    model = value.model.build(value.network, training.task)
    optimiser = torch.optim.Adam(model.parameters(), lr=value.training.rate, **options)
    inputs, targets = given(training.split.train.inputs), goal(training.split.train.targets, training.task)
    loss, order, batch = objective(training.task), Order(len(inputs), 0), value.training.batch
    taken = 0

    def run(steps: int) -> None:
        nonlocal taken
        places = torch.from_numpy(order.take(taken, steps * batch))
        taken += steps * batch
        for start in range(0, steps * batch, batch):
            chosen = places[start : start + batch]
            optimiser.zero_grad()
            loss(model(inputs[chosen]), targets[chosen], 0.0).backward()
            optimiser.step()

    return run


def live(training: Training) -> Callable[[int], None]:
    """The live loop, `steps` steps a call."""
    events = training.events()

    def run(steps: int) -> None:
        for event in events:
            if isinstance(event, Step):
                steps -= 1
                if not steps:
                    return

    return run


def ratios(value: Experiment, steps: int, **options: Any) -> list[float]:
    """Bare time / live time of every round; the order within a round changes from one to the next."""
    found = []
    with Training(value) as training:
        runs = {"bare": bare(value, training, **options), "live": live(training)}
        for run in runs.values():
            run(steps // 2)
        for place in range(ROUNDS):
            gc.collect()
            times = {}
            for name in sorted(runs, reverse=bool(place % 2)):
                started = time.process_time()
                runs[name](steps)
                times[name] = time.process_time() - started
            found.append(times["bare"] / times["live"])
    return found


def _transformer() -> Experiment:
    """A language model of 2 blocks of 4 heads of 16 units, which reads 64 characters at a time, 32 texts a step."""
    network = {"layers": 2, "heads": 4, "head_width": 16, "feed_forward": 256}
    return experiment("decoder", "stories", network, {"length": 64}, {"batch": 32})


def main() -> Iterator[tuple[str, str, str]]:
    """Rows (name, target, measured)."""
    torch.set_num_threads(1)
    for title, value, steps in (
        ("MLP 2-4-2-1", experiment("mlp", "circle"), 500),
        ("small CNN", experiment("cnn", "digits"), 150),
        ("LSTM, 64 units, 50 steps", experiment("lstm", "adding", {"units": 64}, {"length": 50}), 60),
        ("Transformer, 2 layers, width 64, 64 tokens", _transformer(), 20),
    ):
        for against, options in (("torch.optim", {}), ("fused torch.optim", {"fused": True})):
            found = sorted(ratios(value, steps, **options))
            low, middle, high = (found[len(found) * part // 10] for part in (1, 5, 9))
            yield f"{title}: live ÷ bare loop, {against}", f"≥ {TARGET}", f"{middle:.2f} ({low:.2f} to {high:.2f})"
