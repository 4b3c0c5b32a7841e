"""Say it again.

First come letters, then a bar, then as many blanks; at every blank the model says the next of the letters it has read.
Nothing else is asked of it than to keep what came, all of it and in order. A recurrent network has to pack the letters
into one vector, and the longer the row, the tighter it gets.

After the copy task of A. Graves, G. Wayne, I. Danihelka, Neural Turing Machines, 2014.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import NO_ANSWER, PAD, Dataset, Examples, Task
from dlplay.sequences import LettersConfig, letters, rows
from dlplay.tokens import numbered

BAR, BLANK = "|", "_"


class CopyConfig(LettersConfig):
    longest: int = field(10, ge=10, le=40, step=1, unit="symbols", help="length of the longest sequences")
    symbols: int = field(4, ge=2, le=26, step=1, help="letters to choose from")


def make(config: CopyConfig) -> Examples:
    known, found = letters(config), rows(config)
    length = task(config).input_shape[0]
    inputs = numbered([text + BAR + BLANK * len(text) for text in found], task(config).tokens, length)
    targets = np.full_like(inputs, NO_ANSWER)
    for row, text in enumerate(found):
        targets[row, len(text) + 1 : 2 * len(text) + 1] = [known.index(letter) for letter in text]
    return Examples(inputs, targets)


def task(config: CopyConfig) -> Task:
    known, length = letters(config), 2 * config.longest + 1
    return Task("sequence", (length,), classes=known, tokens=(PAD, *known, BAR, BLANK), each_step=True, joint="")


DATASET = Dataset(
    title="Copy",
    config=CopyConfig,
    task=task,
    make=make,
    source="made by formula, after A. Graves, G. Wayne, I. Danihelka: Neural Turing Machines, 2014",
)
