"""Clock arithmetic: what is 31 + 17, when after 58 comes 0 again?

Two numbers are added, and what goes beyond the modulus begins anew from nothing. To the model the numbers are symbols
without an order; it is told no more than which two stand there. At first it learns the sums it was shown by heart. If
it is trained on with strong weight decay (AdamW, 1), long after the training part is right the held-out part becomes
right as well: then it computes, and its embeddings lie on circles. A sum and the same one turned round are never on
different sides.

A. Power, Y. Burda, H. Edwards, I. Babuschkin, V. Misra, Grokking: Generalization Beyond Overfitting on Small
Algorithmic Datasets, 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import PAD, DataConfig, Dataset, Examples, Task

SIGNS = {"plus": "+", "minus": "−", "times": "×"}


class ModularConfig(DataConfig):
    modulus: int = field(59, ge=3, le=97, step=1, help="how many numbers there are")
    operation: Literal["plus", "minus", "times"] = field("plus", help="what is done with two numbers")


def make(config: ModularConfig) -> Examples:
    first, second = (values.ravel() for values in np.indices((config.modulus, config.modulus)))
    results = {"plus": first + second, "minus": first - second, "times": first * second}
    operator, equals = config.modulus + 1, config.modulus + 2
    inputs = np.stack([1 + first, np.full_like(first, operator), 1 + second, np.full_like(first, equals)], axis=1)
    return Examples(inputs.astype(np.int64), (results[config.operation] % config.modulus).astype(np.int64))


def answer(config: ModularConfig, words: Sequence[str]) -> str:
    """Raises `Refusal` for anything but a whole sum."""
    sign, known = SIGNS[config.operation], task(config).classes
    if len(words) != 4 or words[1::2] != [sign, "="] or not {words[0], words[2]} <= {*known}:
        raise Refusal("text", f"Only two numbers have an answer, written like 1 {sign} 2 =.")
    first, second = int(words[0]), int(words[2])
    results = {"plus": first + second, "minus": first - second, "times": first * second}
    return known[results[config.operation] % config.modulus]


def task(config: ModularConfig) -> Task:
    numbers = tuple(map(str, range(config.modulus)))
    return Task("sequence", (4,), classes=numbers, tokens=(PAD, *numbers, SIGNS[config.operation], "="))


def parts(config: ModularConfig, examples: Examples) -> tuple[Examples, Examples]:
    """Held out is the share asked for of each result, as exactly as sums that stay together allow."""
    first, second = examples.inputs[:, 0], examples.inputs[:, 2]
    turns = config.operation != "minus"
    pair = np.stack([np.minimum(first, second), np.maximum(first, second)] if turns else [first, second], axis=1)
    together = np.unique(pair, axis=0, return_inverse=True)[1].ravel()
    order = np.random.default_rng((config.seed, 1)).permutation(together.max() + 1)
    held = np.zeros(len(order), bool)
    sizes, result = np.bincount(together), np.zeros(len(order), np.int64)
    result[together] = examples.targets
    wanted = config.held_out * np.bincount(examples.targets, minlength=config.modulus)
    wanted = np.clip(np.round(wanted), 1, None)
    for one in order:
        if sizes[one] <= wanted[result[one]]:
            held[one] = True
            wanted[result[one]] -= sizes[one]
    if held.all():
        held[order[-1]] = False
    away = held[together]
    return examples.only(~away), examples.only(away)


DATASET = Dataset(
    title="Modular addition",
    config=ModularConfig,
    task=task,
    make=make,
    answer=answer,
    source="made by formula, after A. Power and others: Grokking, 2022",
    parts=parts,
)
