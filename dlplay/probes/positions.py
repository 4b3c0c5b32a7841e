"""How a place is told to the model, how alike places are, and what is left of an answer when they are shuffled."""

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
from dlplay.probes.patches import apart, cosines, cut, nearness
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import silenced, switches

KINDS: dict[type[Positions], str] = {
    Sinusoidal: "sinusoidal",
    Learned: "learned",
    Rotary: "rotary",
    Relative: "relative",
}


MOST = 200
"""Places between which the similarity travels as it is; between more of them as bytes."""


def picture(seen: Seen, seed: Nth = 0, off: tuple[str, ...] = (), at: Nth | None = None) -> Frame:
    """The positions of the chosen example's places, of a pair its source's; and the same tokens in another order.

    Of an image it is the patches that change places. seed: of the other order. off: what is silenced besides. at: a
    place that is locked.

    Facts: kind (sinusoidal, learned, rotary, relative or none), tokens, order (which token stands at each place when
    shuffled), masked (whether places differ by what they may see), with and without (positions: before and after the
    shuffle, the most probable answer of each token as [word, probability], and change, the mean share of probability
    that moves; none where no classes are answered), each_step, seed, example; at, where that place is there; grid,
    where patches of an image are read, else none: rows and columns of them, before (places before the first, such as a
    class token's), alone (see `Cut`), word (what one is called), near and apart (mean similarity of patches
    side by side and of all others, none where no two are compared; apart is of what they have beyond the mean of all).
    Arrays: encoding (place, unit): what is added to the stream, or of rotary positions cosine and sine of each pair's
    angle; similarity (place, place): the cosine between two places' encodings, or of relative positions what is added
    to a score, the mean of heads (query, key), as bytes between more than `MOST` places, 127 for 0 and 254 for 1; of
    patches apart (patch, patch) likewise; changes (2, token), the share that moves with and without; of an image,
    image and shuffled (channel, row, column), as bytes. What is not finite counts as 0. Raises `Refusal`.
    """
    model, silent = seen.model, known(seen.model, off)
    found = [group for group in groups(model) if not group.crosses]
    tower = getattr(model, "encoder", model)
    told = getattr(tower, "positions", None)
    if not found or not isinstance(told, Positions):
        raise Refusal("picture", f"{type(model).__name__} tells no token where it stands.")
    read = passage(seen, found[0], silent)
    count = len(read.queries)
    patches = cut(model, seen.task, count)
    order = _order(patches.count if patches else count, seed)
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
        "at": at if at is not None and at < count else None,
        "grid": None,
        "example": read.example,
    }
    if patches:
        facts["grid"] = patches.facts | {"near": None, "apart": None, "word": read.reading.word}
        if "encoding" in arrays:
            arrays["apart"] = apart(arrays["encoding"], patches)
            facts["grid"]["near"] = nearness(arrays["similarity"][patches.before :, patches.before :], patches)
            facts["grid"]["apart"] = nearness(arrays["apart"], patches)
        arrays |= patches.seen(seen.split, read.given, order)
    for name in ("similarity", "apart"):
        if name in arrays and count > MOST:
            arrays[name] = (127 + 127 * arrays[name].clamp(-1, 1)).round().to(torch.uint8)
    if seen.task.classes and (seen.task.tokens or patches):
        other = patches.shuffled(read.given, order) if patches else _reordered(read.given, order)
        on = [name for name in silent if name != "positions"]
        off_now = [*on, *(["positions"] if "positions" in switches(model) else [])]
        both = [_shuffled(seen, (read.given, other), order, names) for names in (on, off_now)]
        facts["with"], facts["without"] = (one[0] for one in both)
        arrays["changes"] = torch.stack([one[1] for one in both])
    return cleaned(facts), {name: array.numpy() for name, array in arrays.items()}


def _told(told: Positions, count: int) -> list[tuple[str, Tensor]]:
    """The encoding and the similarity of so many places, those that this kind has."""
    if isinstance(told, Sinusoidal | Learned):
        table = told.table(count)
        return [("encoding", table), ("similarity", cosines(table))]
    turned = told.rotation(count) if isinstance(told, Rotary) else None
    if turned is not None and turned.cosine.shape[1]:
        pairs = torch.stack([turned.cosine, turned.sine], dim=-1).flatten(1)  # (place, 2 × pair)
        return [("encoding", pairs), ("similarity", pairs @ pairs.T / turned.cosine.shape[1])]
    bias = told.bias(count, count)
    return [] if bias is None else [("similarity", bias.mean(dim=0))]


def _order(count: int, seed: int) -> np.ndarray:
    """The place that stands at each of so many places: never the order that they had, where there is another."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(count)
    while count > 1 and (order == np.arange(count)).all():
        order = draw.permutation(count)
    return order


def _reordered(inputs: Tensor, order: np.ndarray) -> Tensor:
    """The same tokens (1, time) in this order."""
    other = inputs.clone()
    other[0, : len(order)] = inputs[0, torch.from_numpy(order).to(inputs.device)]
    return other


def _shuffled(
    seen: Seen, both: tuple[Tensor, Tensor], order: np.ndarray, off: list[str]
) -> tuple[dict[str, Any], Tensor]:
    """Answers before and after the shuffle, token by token, and what share of their probability moves (token,).

    both: the inputs (1, …) as they stand, and shuffled.
    """
    inputs = both[0]
    with torch.inference_mode(), silenced(seen.model, off):
        before, after = (_shares(seen, seen.model(one)) for one in both)
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
