"""Does every bracket close the one that was opened last?

In "([]{})" all is well; in "([)]" it is not, though every bracket has its partner. The model has to remember which
brackets are open, and in which order: a stack. With a single kind of bracket, counting is enough. The wrong ones are
made from right ones, by changing one bracket or by swapping two.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different, mixed
from dlplay.tokens import numbered

KINDS = ("()", "[]", "{}", "<>")


class BracketsConfig(SequencesConfig):
    length: int = field(20, ge=8, le=60, step=2, unit="brackets", help="length of the longest sequences")
    kinds: int = field(2, ge=1, le=4, step=1, help="kinds of brackets")


def balanced(text: str) -> bool:
    """Whether every bracket closes the one that was opened last, and none stays open."""
    closes, still_open = {kind[1]: kind[0] for kind in KINDS}, []
    for bracket in text:
        if bracket not in closes:
            still_open.append(bracket)
        elif not still_open or still_open.pop() != closes[bracket]:
            return False
    return not still_open


def right(config: BracketsConfig, random: Random) -> str:
    """A balanced sequence of a random even length."""
    count = 2 * random.randint(1, config.length // 2)
    found, still_open = "", ""
    for left in range(count, 0, -1):
        if len(still_open) < left and (not still_open or random.random() < 0.5):
            kind = random.choice(KINDS[: config.kinds])
            found, still_open = found + kind[0], kind[1] + still_open
        else:
            found, still_open = found + still_open[0], still_open[1:]
    return found


def spoilt(text: str, config: BracketsConfig, random: Random) -> str:
    """A balanced sequence with one bracket changed, or two that differ swapped, so that it is balanced no more."""
    while True:
        brackets = list(text)
        here, there = random.sample(range(len(brackets)), 2)
        if random.random() < 0.5:
            brackets[here], brackets[there] = brackets[there], brackets[here]
        else:
            brackets[here] = random.choice("".join(KINDS[: config.kinds]))
        if not balanced("".join(brackets)):
            return "".join(brackets)


def make(config: BracketsConfig) -> Examples:
    random = Random(config.seed)
    good = different(lambda: right(config, random), config.examples // 2)
    bad = different(lambda: spoilt(random.choice(good), config, random), len(good))
    texts, targets = mixed((bad, good), config.seed)
    return Examples(numbered(texts, task(config).tokens, config.length), targets)


def task(config: BracketsConfig) -> Task:
    tokens = (PAD, *"".join(KINDS[: config.kinds]))
    classes, short = ("wrong", "balanced"), ("wrong", "bal.")
    return Task("sequence", (config.length,), classes=classes, tokens=tokens, joint="", short=short)


def depth(config: BracketsConfig, tokens: np.ndarray) -> tuple[str, np.ndarray]:
    """How many brackets are open after each step. Opening ones have odd numbers."""
    return "the depth", np.where(tokens % 2 == 1, 1, -1).cumsum()


def answer(config: BracketsConfig, words: Sequence[str]) -> str:
    return task(config).classes[balanced("".join(words))]


DATASET = Dataset(
    title="Brackets",
    config=BracketsConfig,
    task=task,
    make=make,
    answer=answer,
    follows=depth,
    source="made by formula: Dyck words, and Dyck words with a fault",
)
