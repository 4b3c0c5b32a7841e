"""What a page may choose of a picture. No torch here: a page offers the choices, a picture holds to them."""

from __future__ import annotations

from dlplay.dataset import Task

PARTS = ("train", "held-out")
SCALES = ("map", "layer", "model")
"""What shares one range of values: each map its own, all maps of a layer, all of the model."""
ORDERS = ("data", "worst", "best")
"""Images as they stand, or those with the least or most probability of their true class first."""
ARRANGED = ("in order", "slowest first", "similar together", "follows the target")
"""In which order the units of a recurrent layer stand."""
LAYERS = ("one", "all")
"""Recurrent layers whose states are shown: the chosen one, or all above one another."""
OVER = (1, 32)
"""Images that an effective receptive field is averaged over: the chosen one, or so many of the training part."""
HOTTEST = 3.0
"""The highest temperature that a text is written with; at 0 the most probable token is always taken."""
WIDEST = 5
"""Hypotheses that a beam keeps at the most."""
LAST_SEED = 9_999
"""Seeds that a text is drawn by go from 0 to here."""
LONGEST_WRITING = 300
"""Tokens that are written in one go."""
AVERAGES = ("mean", "rollout")
"""What can be seen instead of one head: the mean of a layer's heads, and what has come through all layers so far."""
DRAWN = ("lines", "matrix")
"""How the weights of one head are drawn."""
STATES = ("hidden", "cell")
"""What a recurrent layer carries that a text can be coloured by."""


def forecasts(task: Task) -> bool:
    """Whether the task is to say the next values of what is read."""
    return (
        task.reads == "sequence" and task.next_step and bool(task.targets) and set(task.targets) <= set(task.features)
    )


def writes(task: Task) -> bool:
    """Whether a model of this task says which of the tokens it reads comes next."""
    return task.reads == "sequence" and task.next_step and bool(task.tokens) and task.classes == task.tokens
