"""Attention over the states of an encoder: each query asks every key, and gets weights that sum to one.

A score says how well a key answers a query; the weights are the softmax of the scores over the keys that are there:

    additive          e = vᵀ tanh(W q + U k)      Bahdanau, Cho, Bengio 2014, appendix A.1.2
    multiplicative    e = qᵀ W k                  Luong, Pham, Manning 2015, equation 8, "general"

Silenced, every key that is there weighs the same: the query finds the mean of them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.silence import Silenceable


class Additive(Silenceable):
    """Scores by a small network of one hidden layer, as wide as the queries."""

    words = ("",)

    def __init__(self, queries: int, keys: int):
        super().__init__()
        self.of_query = nn.Linear(queries, queries)
        self.of_key = nn.Linear(keys, queries, bias=False)
        self.score = nn.Linear(queries, 1, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        """What is the same for every query: (batch, key, state) to (batch, key, unit)."""
        return self.of_key(states)

    def forward(self, queries: Tensor, keys: Tensor, there: Tensor) -> Tensor:
        """The weights of (batch, query, unit) over prepared keys; `there` (batch, key) is false at padding."""
        if self.silent:
            return alike(queries, there)
        sums = self.of_query(queries)[:, :, None] + keys[:, None]  # (batch, query, key, unit)
        return weights(self.score(sums.tanh()).squeeze(-1), there)  # (batch, query, key)


class Multiplicative(Silenceable):
    """Scores by a dot product, after the keys were brought to the width of the queries."""

    words = ("",)

    def __init__(self, queries: int, keys: int):
        super().__init__()
        self.of_key = nn.Linear(keys, queries, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        """What is the same for every query: (batch, key, state) to (batch, key, unit)."""
        return self.of_key(states)

    def forward(self, queries: Tensor, keys: Tensor, there: Tensor) -> Tensor:
        """The weights of (batch, query, unit) over prepared keys; `there` (batch, key) is false at padding."""
        if self.silent:
            return alike(queries, there)
        return weights(queries @ keys.transpose(1, 2), there)  # (batch, query, key)


def weights(scores: Tensor, there: Tensor) -> Tensor:
    """The softmax of scores (batch, query, key) over keys that are `there` (batch, key); exactly 0 at the others."""
    return scores.masked_fill(~there[:, None], -torch.inf).softmax(dim=-1)


def alike(queries: Tensor, there: Tensor) -> Tensor:
    """The same weight (batch, query, key) for every key that is `there`, whatever is asked; exactly 0 at the others."""
    return (there / there.sum(dim=1, keepdim=True)).to(queries.dtype)[:, None].expand(-1, queries.shape[1], -1)
