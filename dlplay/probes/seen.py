"""What a picture is made from: a model at one step, in evaluation mode, beside its data and the chosen example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Examples, Labels, Split, Task
from dlplay.experiment import Experiment
from dlplay.pixels import own
from dlplay.tokens import answered, encode
from dlplay.training.objective import given
from dlplay.training.sample import MOST

Frame = tuple[dict[str, Any], dict[str, np.ndarray]]
"""What a picture gives: facts (JSON) and arrays, see `dlplay.frame`."""


@dataclass(frozen=True)
class Seen:
    """The model as it was after `step` steps; nobody trains this copy. example: see `chosen`.

    most: examples of a part that one answer may be made from, so that it comes soon (`dlplay.training.sample`).
    folder: goes with the run; what a picture works out over a while can be kept there.
    """

    model: nn.Module
    step: int
    experiment: Experiment
    split: Split
    example: Mapping[str, Any]
    most: int = MOST
    folder: Path | None = None

    @property
    def task(self) -> Task:
        return self.split.task

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    def tensor(self, inputs: np.ndarray) -> Tensor:
        """Inputs (example, …) where the model is: float32, or int64 where they are tokens."""
        return given(inputs).to(self.device)

    def part(self, name: str) -> Examples:
        """The examples of "train" or "held-out"."""
        return self.split.train if name == "train" else self.split.held_out

    @property
    def unanswered(self) -> str:
        """Why nobody knows what is right for the chosen text, in a sentence; empty where it is known."""
        try:
            self._answered()
        except Refusal as refusal:
            return refusal.sentence
        return ""

    def _answered(self) -> Any:
        if "text" not in self.example:
            return None
        return answered(self.experiment.source, self.experiment.data, str(self.example["text"]))

    def labels(self, steps: int) -> Labels:
        """What the chosen example and so many of its steps are called; what is one's own has no names."""
        named = self.experiment.source.labels
        if named is None or self.example.keys() & {"point", "pixels", "text"}:
            return Labels()
        part = self.part(str(self.example.get("part", "held-out")))
        return named(self.experiment.data, int(part.numbers[int(self.example.get("index", 0))]), steps)

    def chosen(self) -> tuple[np.ndarray, Any]:
        """The chosen example (1, …) in the model's units, and its true answer where one is known: a class number, the
        first number wanted, or where every step is answered all of them (time, …).

        {"part": "train" | "held-out", "index": i}, {"point": [x, y]}, {"pixels": [[[…]]]} with values 0 to 1 where
        images are read or captioned, or {"text": "…"} where tokens are read. The first held-out one where nothing is
        chosen. Raises `Refusal`.
        """
        shape = self.task.input_shape
        if "pixels" in self.example:
            return own(self.task, self.example["pixels"]), None
        if "point" in self.example:
            if self.task.whole:
                raise Refusal("point", "point is set; this data is made of tokens.")
            try:
                values = np.asarray(self.example["point"], dtype=np.float32)
            except (TypeError, ValueError, OverflowError):
                raise Refusal("point", "point is not understood; it is made of numbers.") from None
            if values.size != np.prod(shape) or not np.isfinite(values).all():
                raise Refusal("point", f"point holds {values.size} values; this data has {int(np.prod(shape))}.")
            return values.reshape(1, *shape), None
        if "text" in self.example and self.task.tokens:
            inputs = encode(self.task, str(self.example["text"]))[None]
            return inputs, None if self.unanswered else self._answered()
        part, index = self.part(self.example.get("part", "held-out")), int(self.example.get("index", 0))
        if not 0 <= index < len(part):
            raise Refusal("example", f"example is {index}; there are {len(part)}, counted from 0.")
        target = part.targets[index]
        if self.task.each_step:
            return part.inputs[index : index + 1], target
        return part.inputs[index : index + 1], target.item() if target.ndim == 0 else float(target[0])
