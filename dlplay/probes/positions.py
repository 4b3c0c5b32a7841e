"""How a place is told to the model, how alike places are, and what is left of an answer when tokens change places."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.layers.positions import Learned, Positions, Relative, Rotary, Sinusoidal
from dlplay.probes.asked import Nth
from dlplay.probes.looked import groups, known, passage
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import silenced, switches

KINDS: dict[type[Positions], str] = {
    Sinusoidal: "sinusoidal",
    Learned: "learned",
    Rotary: "rotary",
    Relative: "relative",
}


def picture(seen: Seen, seed: Nth = 0, off: tuple[str, ...] = ()) -> Frame:
    """The positions of the chosen example's places, of a pair its source's; and the same tokens in another order.

    seed: of the other order. off: what is silenced besides.

    Facts: kind (sinusoidal, learned, rotary, relative or none), tokens, order (which token stands at each place when
    shuffled), masked (whether places differ by what they may see), with and without (positions: before and after the
    shuffle, the most probable answer of each token as [word, probability], and change, the mean share of probability
    that moves; none where no classes are answered), each_step, seed, example. Arrays: encoding (place, unit): what is
    added to the stream, or of rotary positions cosine and sine of each pair's angle; similarity (place, place): the
    cosine between two places' encodings, or of relative positions what is added to a score, the mean of heads (query,
    key); changes (2, token), the share that moves with and without. What is not finite counts as 0. Raises `Refusal`.
    """
    model, silent = seen.model, known(seen.model, off)
    found = [group for group in groups(model) if not group.crosses]
    tower = getattr(model, "encoder", model)
    told = getattr(tower, "positions", None)
    if not found or not isinstance(told, Positions):
        raise Refusal("picture", f"{type(model).__name__} tells no token where it stands.")
    read = passage(seen, found[0], silent)
    count = len(read.queries)
    order = np.random.default_rng(seed).permutation(count)
    arrays = {name: torch.nan_to_num(one.detach().float().cpu(), 0.0, 0.0, 0.0) for name, one in _told(told, count)}
    facts: dict[str, Any] = {
        "step": seen.step,
        "kind": next((word for kind, word in KINDS.items() if isinstance(told, kind)), "none"),
        "tokens": read.queries,
        "order": order.tolist(),
        "masked": found[0].causal(model, silent),
        "with": None,
        "without": None,
        "each_step": seen.task.each_step and not seen.task.source,
        "seed": seed,
        "example": read.example,
    }
    if seen.task.classes and seen.task.tokens:
        off_now = [*silent, *(["positions"] if "positions" in switches(model) else [])]
        both = [_shuffled(seen, read.given, order, names) for names in (silent, off_now)]
        facts["with"], facts["without"] = (one[0] for one in both)
        arrays["changes"] = torch.stack([one[1] for one in both])
    return cleaned(facts), {name: array.numpy() for name, array in arrays.items()}


def _told(told: Positions, count: int) -> list[tuple[str, Tensor]]:
    """The encoding and the similarity of so many places, those that this kind has."""
    if isinstance(told, Sinusoidal | Learned):
        table = told.table(count)
        unit = table / table.norm(dim=1, keepdim=True).clamp(min=1e-9)
        return [("encoding", table), ("similarity", unit @ unit.T)]
    turned = told.rotation(count) if isinstance(told, Rotary) else None
    if turned is not None and turned.cosine.shape[1]:
        pairs = torch.stack([turned.cosine, turned.sine], dim=-1).flatten(1)  # (place, 2 × pair)
        return [("encoding", pairs), ("similarity", pairs @ pairs.T / turned.cosine.shape[1])]
    bias = told.bias(count, count)
    return [] if bias is None else [("similarity", bias.mean(dim=0))]


def _shuffled(seen: Seen, inputs: Tensor, order: np.ndarray, off: list[str]) -> tuple[dict[str, Any], Tensor]:
    """Answers before and after the shuffle, token by token, and what share of their probability moves (token,)."""
    other = inputs.clone()
    other[0, : len(order)] = inputs[0, torch.from_numpy(order).to(inputs.device)]
    with torch.inference_mode(), silenced(seen.model, off):
        before, after = (_shares(seen, seen.model(one)) for one in (inputs, other))
    if seen.task.each_step and not seen.task.source:  # the answer of a token moves with it
        before, after = before[: len(order)], after[torch.from_numpy(np.argsort(order))]
    elif seen.task.source:
        count = int((inputs[0, seen.task.source :] != 0).sum())
        before, after = before[:count], after[:count]
    moved = (before - after).abs().sum(dim=-1) / 2
    told = {
        "before": _best(seen, before),
        "after": _best(seen, after),
        "change": moved.mean().item(),
    }
    return told, moved.float()


def _shares(seen: Seen, outputs: Tensor) -> Tensor:
    """Probabilities (place, class), one place where one answer is given."""
    values = outputs[0].double().cpu()
    values = values if seen.task.each_step else values[None]
    if seen.task.outputs == 1:
        values = torch.cat([torch.zeros_like(values), values], dim=-1)
    return torch.nan_to_num(values.softmax(dim=-1), 0.0)


def _best(seen: Seen, shares: Tensor) -> list[list[Any]]:
    values, numbers = shares.max(dim=-1)
    return [[seen.task.classes[n], one] for n, one in zip(numbers.tolist(), values.tolist(), strict=True)]
