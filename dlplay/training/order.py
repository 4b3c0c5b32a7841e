"""The order in which a run sees its examples."""

from __future__ import annotations

import numpy as np


class Order:
    """An endless row of examples: one permutation of all of them after another, each drawn from (seed, epoch).

    Where a run stands in it is one number, how many examples were taken, so it goes on from anywhere, and a batch may
    reach over the end of an epoch: all batches have the same size.
    """

    def __init__(self, examples: int, seed: int):
        self.examples = examples
        self.seed = seed
        self._epoch = -1
        self._permutation = np.empty(0, dtype=np.int64)

    def take(self, taken: int, count: int) -> np.ndarray:
        """The `count` examples that follow when `taken` were taken, as places in the training part: int64."""
        parts = []
        while count:
            epoch, start = divmod(taken, self.examples)
            part = self._of(epoch)[start : start + count]
            parts.append(part)
            taken, count = taken + len(part), count - len(part)
        return np.concatenate(parts)

    def _of(self, epoch: int) -> np.ndarray:
        if epoch != self._epoch:
            self._epoch = epoch
            self._permutation = np.random.default_rng((self.seed, 2, epoch)).permutation(self.examples)
        return self._permutation
