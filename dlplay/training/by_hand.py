"""What was changed by hand while a run went on: settings and single weights, in force again at the same steps."""

from __future__ import annotations

from collections import deque

from torch import nn

from dlplay.config import Refusal
from dlplay.training.row import Row
from dlplay.training.settings import Change, Edit, TrainingConfig


class ByHand:
    """The changes that a run still has before it, and whether one fits its model.

    row: the values that edits are written to. examples: in the training part.
    """

    def __init__(self, model: nn.Module, row: Row, examples: int):
        self._sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
        self._normed = any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
        self._row, self._examples = row, examples
        self._steps: deque[int] = deque()

    def expect(self, training: TrainingConfig, after: int) -> None:
        """What these settings change after more than `after` steps still comes."""
        by_hand: tuple[Change | Edit, ...] = (*training.changes, *training.edits)
        self._steps = deque(sorted({part.step for part in by_hand if part.step > after}))

    def due(self, step: int) -> bool:
        """Whether something changes at this step, or should have before."""
        return bool(self._steps and self._steps[0] <= step)

    def done(self) -> None:
        """What was due next is in force."""
        self._steps.popleft()

    def apply(self, training: TrainingConfig, settings: TrainingConfig, step: int) -> bool:
        """Writes the edits of this step; whether there are any. Raises `Refusal` for what does not fit the model.

        settings: those in force from this step on.
        """
        self.check_batch(settings)
        for edit in training.edits:
            self.check_edit(edit)
        edits = [edit for edit in training.edits if edit.step == step]
        for edit in edits:
            self.write(edit)
        return bool(edits)

    def check_batch(self, settings: TrainingConfig) -> None:
        """Raises `Refusal` for a batch of one where a norm needs more."""
        if self._normed and min(settings.batch, self._examples) < 2:
            raise Refusal("batch", "batch is 1; batch norm needs at least 2 examples in one step.")

    def check_edit(self, edit: Edit) -> None:
        """Raises `Refusal` for a weight that this model does not have."""
        if edit.parameter not in self._sizes:
            raise Refusal("edits", f"edits name {edit.parameter!r}; this network has no such parameter.")
        size = self._sizes[edit.parameter]
        if edit.index >= size:
            raise Refusal("edits", f"edits name place {edit.index} of {edit.parameter}, which has {size}, from 0.")

    def write(self, edit: Edit) -> None:
        """Sets the weight in the model."""
        self._row.values[self._row.places[edit.parameter] + edit.index] = edit.value
