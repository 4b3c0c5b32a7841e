"""Names of countries, one letter after the other.

At every step the model says which letter comes next, from the beginning of a name to its end. From 142 names it learns
that q wants a u, that many end in "ia" or "land", and soon the names themselves by heart: then what it has learnt gets
better and what is held out gets worse. Let it write, and it makes up countries.
"""

from __future__ import annotations

from dlplay.dataset import BEGIN, END, NO_ANSWER, PAD, DataConfig, Dataset, Examples, Task
from dlplay.tokens import numbered

TOKENS = (PAD, BEGIN, END, *" ',-.ABCDEFGHIJKLMNOPRSTUVWYZabcdefghijklmnopqrstuvwxyz")
LENGTH = 25
"""Steps: the beginning, and the letters of the longest name."""


def make(config: DataConfig) -> Examples:
    from plotly.data import gapminder

    names = sorted(gapminder()["country"].unique())
    inputs = numbered([[BEGIN, *name] for name in names], TOKENS, LENGTH)
    targets = numbered([[*name, END] for name in names], TOKENS, LENGTH)
    targets[inputs == 0] = NO_ANSWER
    return Examples(inputs, targets)


DATASET = Dataset(
    title="Names of countries",
    config=DataConfig,
    task=lambda config: Task(
        "sequence", (LENGTH,), classes=TOKENS, tokens=TOKENS, each_step=True, joint="", next_step=True
    ),
    make=make,
    source="Gapminder, gapminder.org; bundled with plotly (plotly.data.gapminder)",
    licence="CC BY 4.0",
)
