"""What a head does, as numbers: where its weight goes, how spread it is, and what all heads together pass on."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from dlplay.probes.looked import Group, There, weights_over
from dlplay.probes.seen import Seen

CHECKED, WEIGHTS = 24, 150_000
"""Held-out examples over which a head is measured at most, and weights of all heads, so that it is told soon."""
NAMED = 0.5
"""The share of its weight that a head puts where its name says, at least, and twice what even attention would."""


def measured(seen: Seen, group: Group, off: list[str], cells: int) -> list[list[dict[str, Any]]]:
    """Of each layer and head: name and score (none where nothing stands out), scores, entropy and most (bits).

    scores: the mean share of a query's weight on the token before (previous), after (next), itself, the first, equal
    tokens elsewhere (equal), and on what followed an equal token (followed; Olsson et al. 2022). Each counts only
    queries that could do so. entropy: the mean over queries; most: what even attention over the allowed keys has.
    cells: weights of one head in one example, with padding.
    """
    count = min(CHECKED, seen.most, max(2, WEIGHTS // (len(group.places) * group.heads * cells)))
    return told(*weights_over(seen, group, off, count))


def told(weights: Tensor, there: There) -> list[list[dict[str, Any]]]:
    """The same for weights (batch, layer, head, query, key) of a batch of examples."""
    asked = there.query & there.allowed.any(dim=-1)  # (batch, query)
    even = there.allowed / there.allowed.sum(dim=-1, keepdim=True).clamp(min=1)  # (batch, query, key)
    entropy = _mean(_bits(weights), asked[:, None, None])  # (layer, head)
    most = _mean(_bits(even)[:, None, None], asked[:, None, None])[0, 0]
    scores: dict[str, Tensor] = {}
    plain: dict[str, float] = {}
    for name, wanted in _wanted(there.tokens, there.allowed).items() if there.square else ():
        can = asked & wanted.any(dim=-1)  # (batch, query)
        if can.any():
            scores[name] = _mean((weights * wanted[:, None, None]).sum(dim=-1), can[:, None, None])
            plain[name] = _mean((even * wanted).sum(dim=-1)[:, None, None], can[:, None, None])[0, 0].item()
    layers, heads = entropy.shape
    return [
        [
            _named({name: score[layer, head].item() for name, score in scores.items()}, plain)
            | {"entropy": entropy[layer, head].item(), "most": most.item()}
            for head in range(heads)
        ]
        for layer in range(layers)
    ]


def rolled_out(weights: Tensor) -> Tensor:
    """How much of each token has come to each place by each layer: (layer, head, query, key) to (layer, query, key).

    Half of every layer stays where it is, for the residual stream, the other half goes where the heads look on average;
    the rows sum to one. Abnar, Zuidema: Quantifying Attention Flow in Transformers, 2020, section 3.
    """
    identity = torch.eye(weights.shape[-1])
    found = [identity]
    for layer in weights.mean(dim=1):
        found.append((layer + identity) / 2 @ found[-1])
    return torch.stack(found[1:])


def _named(scores: dict[str, float], plain: dict[str, float]) -> dict[str, Any]:
    """The name that fits best, where one fits."""
    fit = {name: score for name, score in scores.items() if score >= NAMED and score >= 2 * plain[name]}
    name = max(fit, key=lambda one: fit[one], default=None)
    return {"name": name, "score": None if name is None else fit[name], "scores": scores}


def _wanted(tokens: Tensor, allowed: Tensor) -> dict[str, Tensor]:
    """For every query (batch, query) the keys that each name speaks of, (batch, query, key) bool."""
    place = torch.arange(tokens.shape[1])
    distance = place - place[:, None]  # key − query
    equal = tokens[:, :, None] == tokens[:, None]
    followed = torch.zeros_like(equal)
    followed[:, :, 1:] = equal[:, :, :-1] & (distance[:, 1:] <= 0)
    shapes = {
        "previous": (distance == -1).expand_as(equal),
        "first": ((place == 0) & (place[:, None] > 1)).expand_as(equal),
        "itself": (distance == 0).expand_as(equal),
        "next": (distance == 1).expand_as(equal),
        "equal": equal & (distance != 0),
        "followed": followed,
    }
    return {name: one & allowed for name, one in shapes.items()}


def _bits(weights: Tensor) -> Tensor:
    """−Σ w log₂ w over the last axis; 0 log 0 is 0."""
    return -torch.special.xlogy(weights, weights).sum(dim=-1) / torch.log(torch.tensor(2.0))


def _mean(values: Tensor, where: Tensor) -> Tensor:
    """The mean over batch and query (batch, layer, head, query) of those that count."""
    count = where.sum(dim=(0, 3)).clamp(min=1)
    return (values * where).sum(dim=(0, 3)) / count
