"""From a sequence through recurrent layers to the answer: what the recurrent architectures have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.reading import ReadingConfig
from dlplay.layers.recurrent import Direction, Recurrent, ends, lengths_of
from dlplay.tap import Tap


class Reader(nn.Module):
    """Sequences, (batch, time, feature) or tokens (batch, time), to one answer each, (batch, output), or to one for
    every step, (batch, time, output).

    cell: makes a direction of (inputs, units), see `dlplay.layers.recurrent`.
    """

    def __init__(self, config: ReadingConfig, task: Task, cell: Callable[..., Direction]):
        super().__init__()
        self.tokens = bool(task.tokens)
        self.each_step = task.each_step
        self.bidirectional = config.bidirectional
        width = config.embedding if self.tokens else task.input_shape[1]
        self.embedding = nn.Embedding(len(task.tokens), width, padding_idx=0) if self.tokens else nn.Identity()
        self.seen = Tap("batch time unit")
        cell = partial(cell, orthogonal=config.gain if config.recurrent == "orthogonal" else None)
        self.layers = nn.ModuleList()
        for _ in range(config.layers):
            layer = Recurrent(cell, width, config.units, bidirectional=config.bidirectional)
            self.layers.append(layer)
            width = layer.width
        self.dropout = nn.Dropout(config.dropout) if config.dropout and config.layers > 1 else nn.Identity()
        self.answer = nn.Linear(width, task.outputs)
        kind = "class" if task.classes else "unit"
        self.output = Tap(f"batch time {kind}" if task.each_step else f"batch {kind}")

    def forward(self, sequences: Tensor) -> Tensor:
        lengths = lengths_of(sequences) if self.tokens else None
        first, *above = self.layers
        x = first(self.seen(self.embedding(sequences)), lengths)  # (batch, time, unit)
        for layer in above:
            x = layer(self.dropout(x), lengths)
        if not self.each_step:
            x = ends(x, lengths, bidirectional=self.bidirectional)  # (batch, unit)
        return self.output(self.answer(x))  # (batch, output) or (batch, time, output)
