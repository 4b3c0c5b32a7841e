"""Ten very short stories, one character after the other.

At every step the model says which character comes next. First it learns that a space is common, then which letters
like each other, then words like "the" and "and"; with more units it begins to know the stories. The last part of the
text is held out: what is learnt from the first is tested on stories that were never read. Tokens can also be byte
pairs, letters that often stand together, learnt from the first part; then the model reads further in as many steps.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.pieces import Merges, PiecesConfig, cut, learnt, vocabulary
from dlplay.series import SeriesConfig, parted

TEXT = Path(__file__).parents[2] / "assets" / "text" / "stories.txt"
STRIDE = 5
"""Tokens from the beginning of one window to that of the next."""


class StoriesConfig(SeriesConfig, PiecesConfig):
    length: int = field(50, ge=10, le=200, step=10, unit="tokens", help="tokens read in one window")


@functools.cache
def text() -> str:
    """The stories in one line."""
    return " ".join(TEXT.read_text(encoding="utf-8").split())


@functools.cache
def characters() -> tuple[str, ...]:
    return tuple(sorted(set(text())))


def first(config: StoriesConfig) -> str:
    """The text that byte pairs may be learnt from: without the share that is held out."""
    return text()[: round(len(text()) * (1 - config.held_out))]


def merges(config: StoriesConfig) -> Merges:
    """What is joined, learnt from the first text."""
    return () if config.pieces == "characters" else learnt((first(config),), characters(), config.merges)


def make(config: StoriesConfig) -> Examples:
    number = {token: place for place, token in enumerate(task(config).tokens)}
    whole = np.array([number[piece] for piece in cut(text(), merges(config))], np.int64)
    found = np.lib.stride_tricks.sliding_window_view(whole, config.length + 1)[::STRIDE]
    return Examples(found[:, :-1].copy(), found[:, 1:].copy())


def task(config: StoriesConfig) -> Task:
    joined = merges(config)
    tokens = (PAD, *vocabulary(characters(), joined))
    return Task(
        "sequence",
        (config.length,),
        classes=tokens,
        tokens=tokens,
        each_step=True,
        joint="",
        next_step=True,
        merges=joined,
    )


def parts(config: StoriesConfig, examples: Examples) -> tuple[Examples, Examples]:
    """Windows by their place in the text. No held-out answer stands where byte pairs were learnt from."""
    learnt_from = len(cut(first(config), merges(config)))  # in tokens, which are longer in some places than in others
    least = min(-(-(learnt_from - config.length) // STRIDE) + 1, len(examples) - 1)
    return parted(examples, min(config.held_out, 1 - least / len(examples)), stride=STRIDE)


DATASET = Dataset(
    title="Small stories",
    config=StoriesConfig,
    task=task,
    make=make,
    source="written for this playground",
    licence="as the playground",
    parts=parts,
)
