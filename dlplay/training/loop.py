"""The training loop: an experiment becomes a model and a stream of events, one `Step` an optimisation step.

    training = Training(experiment("cnn", "digits"))
    for event in training.events():
        ...                                              # stop whenever you like, go on with another events()
    model, step = training.at(100)                       # the model as it was; looking changes nothing

What a step does follows from the experiment and the number of steps before it: the batch from (seed, examples taken),
dropout from (seed, step). So a run paused, looked at, resumed from a snapshot or replayed from its link gives the same
losses, bit for bit, on the same machine and libraries (on the CPU; other devices promise less).
"""

from __future__ import annotations

import math
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.anatomy import anatomy
from dlplay.config import Refusal, accept
from dlplay.dataset import Examples, Progress, Split, load
from dlplay.experiment import Experiment, as_json, from_json
from dlplay.probes.seen import Seen
from dlplay.training import metrics, sample, snapshots
from dlplay.training.by_hand import ByHand
from dlplay.training.device import device, seeder
from dlplay.training.diagnosis import diverged, first_broken
from dlplay.training.events import Changed, Diagnosis, Event, Finished, Measured, Snapshot, Step
from dlplay.training.glass import Glass
from dlplay.training.measuring import Meter
from dlplay.training.objective import given, goal, objective
from dlplay.training.optimisers import RULES, clipped, shrink
from dlplay.training.order import Order
from dlplay.training.resting import Resting
from dlplay.training.resume import check_past, fill
from dlplay.training.row import Row
from dlplay.training.schedules import factor
from dlplay.training.settings import Edit, TrainingConfig, changed, edited, in_force, until

AHEAD = 4096
"""Examples whose order is worked out at once."""
REMEMBERED = 2000
"""Losses that a diagnosis looks back on."""


class Training:
    """One run: the model, its optimiser, its data, and the snapshots of its past.

    folder: where snapshots are kept; without one a temporary folder that goes with `close`.
    resume: a snapshot to go on from, made by the same experiment up to that step; earlier ones beside it come along.
    progress: told how far it is, while data is fetched.
    macs: multiply-accumulates of the model for one example, where they are known already.
    split: the experiment's data, where they are loaded already. measured: whether it is measured while it goes on.
    Raises `Refusal` for a device that is not there, a snapshot that does not fit, or a network that cannot train.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        folder: Path | None = None,
        resume: Path | None = None,
        progress: Progress | None = None,
        macs: int | None = None,
        split: Split | None = None,
        measured: bool = True,
    ):
        self.experiment = experiment
        self.device = device(experiment.training.device)
        self.split = split or load(experiment.dataset, experiment.data, progress)
        self.task = self.split.task
        self.step = 0
        self.taken = 0
        self.seconds = 0.0
        self.settings = in_force(experiment.training, 0)
        in_force(experiment.training, 10**9)  # so that a bad change is refused now, not on its way

        self.model = self._built()
        self.model.train()
        self._row = Row(self.model, trained=True)
        self._resting = Resting(self.model, self._row)
        self._parameters = dict(self.model.named_parameters())
        self._buffers = list(self.model.buffers())
        self._rule = RULES[experiment.training.optimiser]
        self._slots = {name: torch.zeros_like(self._row.values) for name in self._rule.slots}
        self._glass = Glass(self._built)

        train = self.split.train
        self._inputs, self._targets = self._moved(train)
        self._order = Order(len(train), experiment.training.seed)
        self._by_hand = ByHand(self.model, self._row, len(train))
        self._ahead: deque[Tensor] = deque()
        self._objective = objective(self.task)
        self._reseed = seeder(self.device)
        weighed = anatomy(experiment.model, experiment.network, self.task).macs if macs is None else macs
        self._most = sample.most(weighed)
        self._meter = Meter(self.split, self.device, self._most)
        self._measured = measured

        self._moments = {at for at, _ in experiment.model.moments(experiment.network)}

        self._before = [self._row.values.clone(), *(buffer.clone() for buffer in self._buffers)]
        self._losses: deque[float] = deque(maxlen=REMEMBERED)
        self._batch = 0
        self._told = 0
        self._news: deque[Event] = deque()
        self._over: Literal["", "finished", "diverged"] = ""
        self._now = self._born = time.monotonic()

        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="dlplay-")
        home = folder or Path(self._temporary.name)  # type: ignore[union-attr]
        size = 4 * self._row.values.numel() * (1 + len(self._slots)) + sum(b.nbytes for b in self._buffers)
        self._snapshots = snapshots.Snapshots(home, size)
        if resume:
            self._resume(resume)
        self._snapshots.start(resume)
        self._by_hand.expect(experiment.training, self.step - 1)
        self._apply()
        if self.step not in self._snapshots.kept:
            self._keep()

    # --- the run ------------------------------------------------------------------------------------------------------

    @property
    def epoch(self) -> float:
        """Passes through the training part so far."""
        return self.taken / len(self._inputs)

    @property
    def last(self) -> int | None:
        """Steps when the run ends, with the present batch size; None where it has no end."""
        if not self.settings.epochs:
            return None
        left = self.settings.epochs * len(self._inputs) - self.taken
        return self.step + max(0, -(-left // self._size()))

    def events(self) -> Iterator[Event]:
        """What happens, one `Step` a step; `Measured` and `Snapshot` after a step come before its `Step`.

        It ends after `Finished` or `Diagnosis`. It may be dropped anywhere; a new call goes on where the last one was.
        """
        run = self._run()
        while True:
            self._now = time.monotonic()
            event = next(run, None)
            self.seconds += time.monotonic() - self._now
            if event is None:
                return
            yield event

    def run(self, steps: int | None = None) -> Iterator[Event]:
        """What happens until `steps` steps were taken in all; None is to the end, see `events`."""
        if steps is not None and self.step >= steps:
            return
        for event in self.events():
            yield event
            if isinstance(event, Step) and event.step == steps:
                return

    def measure(self) -> Measured | Diagnosis | None:
        """What is measured at this moment, for a run that pauses here; None where it is known or the run is over."""
        if self._over or not self.step or self._meter.step == self.step:
            return None
        self._now = time.monotonic()
        event = self._measure()
        self.seconds += time.monotonic() - self._now
        return event

    def set(self, **values: Any) -> None:
        """Change live settings before the next step (rate=0.003, batch=64, …); remembered in the experiment."""
        training = changed(self.experiment.training, self.step, **values)
        self._by_hand.check_batch(in_force(training, self.step))
        self._accept(training)
        self.settings = in_force(training, self.step)
        self._ahead.clear()

    def edit(self, parameter: str, index: int, value: float) -> None:
        """Set one weight before the next step; index counts in C order. Remembered in the experiment."""
        edit = accept(Edit, {"step": self.step, "parameter": parameter, "index": index, "value": value})
        self._by_hand.check_edit(edit)
        self._accept(edited(self.experiment.training, edit))
        self._by_hand.write(edit)
        self._meter.forget()
        if self.step in self._snapshots.kept:
            self._keep()

    def snapshot(self) -> Path:
        """The file of a snapshot of this moment, made where there is none."""
        if self.step not in self._snapshots.kept:
            self._keep()
        return self.path(self.step)

    def pin(self, *steps: int) -> None:
        """Never thin out the snapshots of these steps, in place of those pinned before; half of all at most."""
        for step in steps:
            self.path(step)
        if len(steps) > self._snapshots.most // 2:
            raise Refusal("pin", f"{len(steps)} moments are pinned; at most {self._snapshots.most // 2} can be.")
        self._snapshots.pinned = frozenset(steps)

    def kept(self) -> tuple[int, ...]:
        """The steps that can be looked at besides the present one."""
        return self._snapshots.kept

    def path(self, step: int) -> Path:
        """The file of a kept step. Raises `Refusal`."""
        return self._snapshots.path(step)

    def close(self) -> None:
        """Forget the snapshots, unless they were given a folder."""
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Training:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # --- looking ------------------------------------------------------------------------------------------------------

    def at(self, step: int | None = None) -> tuple[nn.Module, int]:
        """The model as it was after the last kept step up to `step` (None: now), and that step.

        One second copy in evaluation mode serves every call: it holds this moment until the next look or event.
        """
        if step is None or step >= self.step:
            return self._glass.now(self._row, self._buffers), self.step
        found = self._snapshots.nearest(step)
        return self._glass.then(found, self.path(found)), found

    def seen(self, step: int | None = None, example: Mapping[str, Any] | None = None) -> Seen:
        """What a picture is made from: the model at a step, and the chosen example."""
        model, found = self.at(step)
        return Seen(model, found, self.experiment, self.split, example or {}, self._most, self._snapshots.folder)

    def answers(self, part: str = "held-out", step: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (example, …, output) for all of "train" or "held-out" and the true answers, see `metrics`."""
        examples = self._parts()[part]
        outputs = [
            metrics.answers(self.at(step)[0], given(inputs).to(self.device))
            for inputs in np.array_split(examples.inputs, max(1, len(examples) // AHEAD))
        ]
        return np.concatenate(outputs), examples.targets

    # --- one step -----------------------------------------------------------------------------------------------------

    def _run(self) -> Iterator[Event]:
        if not self._over and self._told < self.step:
            self._told = self.step
            yield Step(self.step, self._losses[-1])
        if self._measured and self._meter.step < 0:
            yield (event := self._measure())
            if isinstance(event, Diagnosis):
                return
        while True:
            if self._by_hand.due(self.step):
                self._apply()
            while self._news:
                yield self._news.popleft()
            if self._over:
                return
            if self._ended():
                yield from self._finish()
                return
            loss = self._advance()
            if not math.isfinite(loss):
                yield self._diagnose(loss)
                return
            taken = Step(self.step, loss)
            if self._snapshots.due(self.step, self._elapsed()) and not self._keep():
                yield taken
                yield self._diagnose(math.nan)
                return
            while self._news:
                yield self._news.popleft()
            if self._now >= self._meter.at or self.step in self._moments:
                event = self._measure()
                if isinstance(event, Diagnosis):
                    yield taken
                    yield event
                    return
                yield event
            self._told = taken.step
            yield taken

    def _advance(self) -> float:
        """One optimisation step; its loss. Where that is not finite the step was not taken."""
        settings, row = self.settings, self._row
        if not self._ahead:
            self._look_ahead()
        batch = self._ahead.popleft()
        self._reseed(_mixed(settings.seed, self.step))
        outputs = self.model(self._inputs.index_select(0, batch))
        loss = self._objective(outputs, self._targets.index_select(0, batch), settings.label_smoothing)
        value = loss.item()
        if not math.isfinite(value):
            self._ahead.appendleft(batch)
            return value
        self._before[0].copy_(row.values)
        for before, buffer in zip(self._before[1:], self._buffers, strict=True):
            before.copy_(buffer)
        row.gradient.zero_()
        loss.backward()
        resting = self._resting.places(self.step)
        if resting is not None:
            row.gradient[resting] = 0.0
        gradient = clipped(row.gradient, settings.clip) if settings.clip else row.gradient
        rate = self._rate()
        self._rule.update(row.values, gradient, self._slots, rate, settings.weight_decay, self.step + 1)
        if settings.l1:
            shrink(row.values[: row.matrices], rate * settings.l1)
        if resting is not None:
            torch.where(resting, self._before[0], row.values, out=row.values)
        self._batch = len(batch)
        self.step += 1
        self.taken += self._batch
        self._losses.append(value)
        return value

    def _rate(self) -> float:
        settings = self.settings
        return settings.rate * factor(settings.schedule, self.epoch, settings.epochs)

    def _size(self) -> int:
        return min(self.settings.batch, len(self._inputs))

    def _look_ahead(self) -> None:
        size = self._size()
        places = self._order.take(self.taken, max(1, AHEAD // size) * size)
        self._ahead.extend(torch.from_numpy(places).to(self.device).split(size))

    def _ended(self) -> bool:
        return 0 < self.settings.epochs * len(self._inputs) <= self.taken

    def _finish(self) -> Iterator[Event]:
        if self._meter.step != self.step:
            yield (event := self._measure())
            if isinstance(event, Diagnosis):
                return
        self.snapshot()
        while self._news:
            yield self._news.popleft()
        self._over = "finished"
        yield Finished(self.step, self.seconds)

    def _elapsed(self) -> float:
        """Seconds since this object was made, waiting included: a slow or paused run has time for snapshots."""
        return time.monotonic() - self._born

    # --- measuring ----------------------------------------------------------------------------------------------------

    def _measure(self) -> Measured | Diagnosis:
        started = time.monotonic()
        busy = self.seconds + started - self._now
        found = self._meter.measure(self.at()[0], self.step, self.epoch, self._rate(), self.taken, busy, self._norms())
        return found or self._diagnose(math.nan)

    def _norms(self) -> dict[str, float]:
        """Norms of the gradients of the last step, before clipping; none before the first."""
        if not self._losses:
            return {}
        norms = torch.stack([parameter.grad.norm() for parameter in self._parameters.values()]).tolist()  # type: ignore[union-attr]
        return {name: norm for name, norm in zip(self._parameters, norms, strict=True) if math.isfinite(norm)}

    def _diagnose(self, value: float) -> Diagnosis:
        """The end of a run that left the numbers; the model goes back to the last weights that gave a finite loss."""
        attempt = self.step + 1
        batch = self._ahead[0] if self._ahead else torch.arange(self._size(), device=self.device)
        model, _ = self.at()
        model.train()
        broken = first_broken(model, self._inputs.index_select(0, batch))
        model.eval()
        self._row.values.copy_(self._before[0])
        for before, buffer in zip(self._before[1:], self._buffers, strict=True):
            buffer.copy_(before)
        if self._losses:
            self.step, self.taken = self.step - 1, self.taken - self._batch
        self._snapshots.forget(self.step)
        self._over = "diverged"
        return diverged(self.experiment, attempt, self.step, self._losses, value, broken, self.kept())

    # --- the past -----------------------------------------------------------------------------------------------------

    def _keep(self) -> bool:
        """Make a snapshot of this moment; False, and none, where the model holds what is no number."""
        if not all(bool(values.isfinite().all()) for values in (self._row.values, *self._buffers)):
            return False
        facts = {
            "step": self.step,
            "taken": self.taken,
            "seconds": self.seconds,
            "experiment": as_json(replace(self.experiment, training=until(self.experiment.training, self.step))),
        }
        self._snapshots.save(self.step, self._arrays(), facts, self._elapsed())
        self._glass.forget(self.step)
        self._news.append(Snapshot(self.step, self.kept()))
        return True

    def _arrays(self) -> dict[str, np.ndarray]:
        row = self._row.values.cpu()
        arrays = {name: self._row.part(name, p.shape, row).numpy() for name, p in self._parameters.items()}
        arrays |= {name: buffer.cpu().numpy() for name, buffer in self.model.named_buffers()}
        return arrays | {f"optimiser:{name}": slot.cpu().numpy() for name, slot in self._slots.items()}

    def _resume(self, path: Path) -> None:
        arrays, facts = snapshots.load(path)
        check_past(from_json(facts.get("experiment")), self.experiment, facts["step"])
        self._accept_arrays(arrays, path)
        self.step, self.taken, self.seconds = facts["step"], facts["taken"], float(facts["seconds"])
        self._told = self.step
        self._meter.begin(self.taken, self.seconds)
        self._before[0].copy_(self._row.values)
        for before, buffer in zip(self._before[1:], self._buffers, strict=True):
            before.copy_(buffer)

    def _accept_arrays(self, arrays: Mapping[str, np.ndarray], path: Path) -> None:
        expected = {name: (array.shape, array.dtype) for name, array in self._arrays().items()}
        if {name: (array.shape, array.dtype) for name, array in arrays.items()} != expected:
            raise Refusal("snapshot", f"{path.name} holds other parameters than this network has.")
        if not all(np.isfinite(array).all() for name, array in arrays.items() if not name.startswith("optimiser:")):
            raise Refusal("snapshot", f"{path.name} holds values that are not finite.")
        fill(self.model, arrays)
        for name, slot in self._slots.items():
            slot.copy_(torch.from_numpy(arrays[f"optimiser:{name}"]))

    # --- changes by hand ----------------------------------------------------------------------------------------------

    def _accept(self, training: TrainingConfig) -> None:
        if self._over == "diverged":
            raise Refusal("run", f"The run stopped at step {self.step:,}; go back to an earlier moment to change it.")
        if training == self.experiment.training:
            return
        self.experiment = replace(self.experiment, training=training)
        self._by_hand.expect(training, self.step)
        self._news.append(Changed(self.step, as_json(self.experiment)))
        self._meter.at = 0.0

    def _apply(self) -> None:
        """Bring in force what the experiment changes by hand at the present step."""
        training = self.experiment.training
        self.settings = in_force(training, self.step)
        if self._by_hand.apply(training, self.settings, self.step) and self.step in self._snapshots.kept:
            self._keep()
        if self._by_hand.due(self.step):
            self._by_hand.done()
            self._news.append(Changed(self.step, as_json(self.experiment)))
        self._ahead.clear()

    # --- making -------------------------------------------------------------------------------------------------------

    def _built(self) -> nn.Module:
        """The model with the weights its seed gives; torch's own random state stays as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(self.experiment.training.seed)
            model = self.experiment.model.build(self.experiment.network, self.task)
        if not any(parameter.requires_grad for parameter in model.parameters()):
            raise Refusal("model", "This network has no weights, so there is nothing to train.")
        return model.to(self.device)

    def _parts(self) -> dict[str, Examples]:
        return {"train": self.split.train, "held-out": self.split.held_out}

    def _moved(self, part: Examples) -> tuple[Tensor, Tensor]:
        return given(part.inputs).to(self.device), goal(part.targets, self.task).to(self.device)


def _mixed(seed: int, step: int) -> int:
    """A seed of 32 bits from two numbers, spread by multiplication (Knuth, volume 3, section 6.4)."""
    return (seed * 0x85EBCA6B ^ step * 0x9E3779B1) & 0xFFFFFFFF
