"""How the learning rate moves during a run: a factor on the rate, from the epochs trained so far.

    constant   1
    step       1, from half of the run 0.1, from three quarters 0.01 (He et al. 2015)
    cosine     from 1 down to 0 along half a cosine (Loshchilov & Hutter, SGDR, 2016, equation 5)
    warm-up    from 0.01 up to 1 along a line over the first tenth of the run, then 1 (Goyal et al. 2017)

A run without an end takes a period of `PERIOD` epochs in place of its length: step falls at a half and three quarters
of the first period and stays there, cosine starts again every period, warm-up takes a tenth of one.
"""

from __future__ import annotations

from math import cos, pi

from dlplay.training.settings import Schedule

PERIOD = 100.0


def factor(schedule: Schedule, epoch: float, epochs: int) -> float:
    """What the rate is multiplied with after `epoch` epochs of `epochs` (0: no end). From 0 to 1."""
    if schedule == "constant":
        return 1.0
    share = epoch / (epochs or PERIOD)
    if schedule == "step":
        return 1.0 if share < 0.5 else 0.1 if share < 0.75 else 0.01
    if schedule == "cosine":
        return (1 + cos(pi * (min(share, 1.0) if epochs else share % 1.0))) / 2
    return min(0.01 + 0.99 * 10 * share, 1.0)
