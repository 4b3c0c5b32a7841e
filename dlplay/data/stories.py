"""Ten very short stories, one character after the other.

At every step the model says which character comes next. First it learns that a space is common, then which letters
like each other, then words like "the" and "and"; with more units it begins to know the stories. The last part of the
text is held out: what is learnt from the first is tested on stories that were never read.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.series import SeriesConfig, parted

TEXT = Path(__file__).parents[2] / "assets" / "text" / "stories.txt"
STRIDE = 5
"""Characters from the beginning of one window to that of the next."""


class StoriesConfig(SeriesConfig):
    length: int = field(50, ge=10, le=200, step=10, unit="characters", help="characters read in one window")


@functools.cache
def text() -> str:
    """The stories in one line."""
    return " ".join(TEXT.read_text(encoding="utf-8").split())


def make(config: StoriesConfig) -> Examples:
    number = {token: place for place, token in enumerate(tokens())}
    whole = np.array([number[character] for character in text()], np.int64)
    found = np.lib.stride_tricks.sliding_window_view(whole, config.length + 1)[::STRIDE]
    return Examples(found[:, :-1].copy(), found[:, 1:].copy())


@functools.cache
def tokens() -> tuple[str, ...]:
    return (PAD, *sorted(set(text())))


def task(config: StoriesConfig) -> Task:
    return Task(
        "sequence", (config.length,), classes=tokens(), tokens=tokens(), each_step=True, joint="", next_step=True
    )


DATASET = Dataset(
    title="Small stories",
    config=StoriesConfig,
    task=task,
    make=make,
    source="written for this playground",
    licence="as the playground",
    parts=lambda config, examples: parted(examples, config.held_out, stride=STRIDE),
)
