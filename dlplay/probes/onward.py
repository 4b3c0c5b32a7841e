"""A model that goes on: it reads a sequence piece by piece, and each piece costs no more than its own steps."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.reader import Reader
from dlplay.layers.recurrent import Recurrent
from dlplay.models.decoder import Decoder
from dlplay.silence import unmasked

States = list[dict[str, Tensor]]
"""Of every layer, the first first: what it carries now, by name, each (batch, unit)."""


class Onward:
    """Reads steps and remembers what it has read.

        onward = Onward(model, task)
        outputs = onward.read(sequences[:, :20])                # (batch, time, output)
        outputs = onward.read(following)                        # the same as reading both at once, and only these

    Recurrent layers that read one way keep their state, and may read on without end. A decoder keeps keys and values of
    as many steps as its task has, but none while its mask is silenced. Beyond them, and where nothing is kept, a model
    reads again what it has seen, as many steps of it as its task has.
    """

    def __init__(self, model: nn.Module, task: Task):
        self.model = model
        self.most = task.input_shape[0]
        self.reader = model if isinstance(model, Reader) and model.each_step and not model.bidirectional else None
        self.layers = cast("list[Recurrent]", list(self.reader.layers)) if self.reader else []
        self.carried: list[Tensor | tuple[Tensor, Tensor] | None] = [None] * len(self.layers)
        self.before: Tensor | None = None
        keeps = isinstance(model, Decoder) and model.each_step and not unmasked(model)
        self.kept = model.nothing_read() if isinstance(model, Decoder) and keeps else None

    @torch.no_grad()
    def read(self, steps: Tensor) -> Tensor:
        """The outputs (batch, time, output) at these next steps (batch, time, …), none of which is padding."""
        if self.reader is None:
            seen = steps if self.before is None else torch.cat([self.before, steps], dim=1)
            self.before = seen[:, -max(self.most, steps.shape[1]) :]
            if isinstance(self.model, Decoder) and self.kept is not None and seen.shape[1] <= self.most:
                outputs, self.kept = self.model.read(steps, self.kept)
                return outputs
            self.kept = None  # what it reads now begins elsewhere, and positions with it
            return self.model(self.before)[:, -steps.shape[1] :]
        x = self.reader.embedding(steps)  # (batch, time, unit)
        for place, layer in enumerate(self.layers):
            x, self.carried[place] = layer.there.fused(x, self.carried[place])
        return self.reader.answer(x)

    @property
    def states(self) -> States:
        """What the layers carry after the last step read; empty for a model that carries nothing."""
        return [
            {"hidden": one[0][0], "cell": one[1][0]} if isinstance(one, tuple) else {"hidden": one[0]}
            for one in self.carried
            if one is not None
        ]
