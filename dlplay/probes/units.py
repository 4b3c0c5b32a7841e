"""What the units of a recurrent layer do over time: how long they remember, what they follow, how they are ordered."""

from __future__ import annotations

import numpy as np

WORTH_TURNING = 128
"""Units up to which a clustering is also turned so that neighbours are most alike."""


def time_constants(kept: np.ndarray) -> np.ndarray:
    """How long a unit remembers, in steps: τ = −1 / ln f̄ of its mean forget gate. kept: (unit, time), 0 to 1.

    A memory c' = f c fades as e^(−t/τ). Tallec & Ollivier, Can Recurrent Neural Networks Warp Time?, 2018, section 2.
    Of a GRU the update gate z takes the place of f: it says how much of the old state stays.
    """
    with np.errstate(divide="ignore"):
        return -1 / np.log(kept.mean(axis=1, dtype=np.float64))


def half_lives(kept: np.ndarray) -> np.ndarray:
    """Steps after which half of a memory is left: ln 0.5 / ln f̄ of the mean forget gate, inf where it is 1. (unit,)"""
    return (np.log(2) * time_constants(kept)).astype(np.float32)


def persistence(states: np.ndarray) -> np.ndarray:
    """The same from states alone (unit, time), for cells without a gate: τ = −1 / ln ρ of the correlation ρ between a
    step and the next, 0 where there is none; the time constant of an autoregression of order 1.
    """
    moved = states - states.mean(axis=1, keepdims=True, dtype=np.float64)
    power = (moved**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = np.where(power > 0, (moved[:, 1:] * moved[:, :-1]).sum(axis=1) / power, 0.0)
        return np.where(rho > 0, -1 / np.log(np.minimum(rho, 1.0)), 0.0)


def correlations(states: np.ndarray, followed: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each unit (unit, time) with what is followed (time,), 0 where one of them rests."""
    known = np.isfinite(followed)
    x = states[:, known].astype(np.float64)
    y = followed[known].astype(np.float64)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean()
    size = np.sqrt((x**2).sum(axis=1) * (y**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 1e-12, (x @ y) / size, 0.0).astype(np.float32)


def ranked(
    order: str, states: np.ndarray, kept: np.ndarray | None, correlation: np.ndarray | None, directions: int
) -> np.ndarray:
    """The units in an order, each direction by itself so that they stay apart."""
    count = len(states) // directions
    if order == "slowest first":
        slow = time_constants(kept) if kept is not None else persistence(states)
        rank = np.argsort(-slow, kind="stable")
    elif order == "follows the target" and correlation is not None:
        rank = np.argsort(-np.abs(correlation), kind="stable")
    elif order == "similar together":
        parts = [alike(states[begin : begin + count]) + begin for begin in range(0, len(states), count)]
        rank = np.concatenate(parts)
    else:
        rank = np.arange(len(states))
    return rank[np.argsort(rank // count, kind="stable")]


def alike(states: np.ndarray) -> np.ndarray:
    """The units (unit, time) so that those with similar courses stand together: the leaves of an average linkage of
    their standardised courses. Sokal & Michener 1958; turned by Bar-Joseph et al. 2001.
    """
    if len(states) < 3:
        return np.arange(len(states))
    from scipy.cluster.hierarchy import leaves_list, linkage  # type: ignore[import-untyped]

    moved = states - states.mean(axis=1, keepdims=True, dtype=np.float64)
    size = np.linalg.norm(moved, axis=1, keepdims=True)
    courses = np.nan_to_num(moved / np.where(size > 1e-9, size, 1.0))
    return leaves_list(linkage(courses, "average", optimal_ordering=len(states) <= WORTH_TURNING))
