"""Names of countries, one letter after the other.

At every step the model says which letter comes next, from the beginning of a name to its end. From 142 names it learns
that q wants a u, that many end in "ia" or "land", and soon the names themselves by heart: then what it has learnt gets
better and what is held out gets worse. Let it write, and it makes up countries. Tokens can also be byte pairs: letters
that often stand together, such as "an" and "land", learnt from the names that are trained on.
"""

from __future__ import annotations

import functools

from dlplay.dataset import BEGIN, END, NO_ANSWER, PAD, Dataset, Examples, Task, kept
from dlplay.pieces import Merges, PiecesConfig, cut, learnt, vocabulary
from dlplay.tokens import numbered

SIGNS = (PAD, BEGIN, END)
CHARACTERS = tuple(" ',-.ABCDEFGHIJKLMNOPRSTUVWYZabcdefghijklmnopqrstuvwxyz")
LENGTH = 25
"""Steps: the beginning, and the letters of the longest name."""


@functools.cache
def names() -> tuple[str, ...]:
    from plotly.data import gapminder

    return tuple(sorted(gapminder()["country"].unique()))


def merges(config: PiecesConfig) -> Merges:
    """What is joined, learnt from the names that are trained on."""
    if config.pieces == "characters":
        return ()
    return learnt(tuple(names()[place] for place in kept(len(names()), config)), CHARACTERS, config.merges)


def make(config: PiecesConfig) -> Examples:
    tokens, joined = task(config).tokens, merges(config)
    found = [cut(name, joined) for name in names()]
    inputs = numbered([[BEGIN, *name] for name in found], tokens, LENGTH)
    targets = numbered([[*name, END] for name in found], tokens, LENGTH)
    targets[inputs == 0] = NO_ANSWER
    return Examples(inputs, targets)


def task(config: PiecesConfig) -> Task:
    joined = merges(config)
    tokens = (*SIGNS, *vocabulary(CHARACTERS, joined))
    return Task(
        "sequence",
        (LENGTH,),
        classes=tokens,
        tokens=tokens,
        each_step=True,
        joint="",
        next_step=True,
        merges=joined,
    )


DATASET = Dataset(
    title="Names of countries",
    config=PiecesConfig,
    task=task,
    make=make,
    source="Gapminder, gapminder.org; bundled with plotly (plotly.data.gapminder)",
    licence="CC BY 4.0",
)
