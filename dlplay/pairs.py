"""What data sets of pairs share: a text is read, token by token, and another one is written."""

from __future__ import annotations

from collections.abc import Sequence

from dlplay.dataset import BEGIN, END, PAD, Examples, Task
from dlplay.sequences import LettersConfig, letters
from dlplay.tokens import paired

Side = tuple[Sequence[str], int]
"""The tokens of a text, and how many the longest has."""


def pair(read: Side, written: Side, *, joint: str = "", answer_joint: str | None = None) -> Task:
    """The task of reading one side and writing the other. joint and answer_joint: see `Task`."""
    (tokens, source), (classes, target) = read, written
    return Task(
        "pair",
        (source + target + 1,),
        classes=(PAD, BEGIN, END, *classes),
        tokens=(PAD, *tokens),
        each_step=True,
        joint=joint,
        answer_joint=answer_joint,
        source=source,
    )


def examples(task: Task, pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Examples:
    """Sources and their targets as examples of a pair's task."""
    return Examples(*paired(pairs, task.tokens, task.classes, task.source, task.input_shape[0] - task.source))


def of_letters(config: LettersConfig) -> Task:
    """The task of reading a row of letters and writing another, no longer one."""
    side = letters(config), config.longest
    return pair(side, side)
