"""The looking glass: a second copy of a run's model, so that looking never touches the one that trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from torch import Tensor, nn

from dlplay.training import snapshots
from dlplay.training.resume import fill
from dlplay.training.row import Row


class Glass:
    """The model at one moment of its run, in evaluation mode; made by `build` when somebody looks first."""

    def __init__(self, build: Callable[[], nn.Module]):
        self._build = build
        self._made: tuple[nn.Module, Row] | None = None
        self._holds: int | None = None  # the kept step whose values are in it

    def now(self, row: Row, buffers: Sequence[Tensor]) -> nn.Module:
        """The model with the values that the training one has at this moment."""
        model, own = self._copy()
        self._holds = None
        own.values.copy_(row.values)
        for buffer, live in zip(model.buffers(), buffers, strict=True):
            buffer.copy_(live)
        return model

    def then(self, step: int, path: Path) -> nn.Module:
        """The model with the values of a kept step, read from its file. Raises `Refusal` for a damaged one."""
        model, _ = self._copy()
        if self._holds != step:
            self._holds = None
            arrays, _ = snapshots.load(path)
            fill(model, arrays)
            self._holds = step
        return model

    def forget(self, step: int) -> None:
        """The file of this step was written anew."""
        if self._holds == step:
            self._holds = None

    def _copy(self) -> tuple[nn.Module, Row]:
        if self._made is None:
            model = self._build()
            self._made = model, Row(model, trained=False)
            model.eval()
        return self._made
