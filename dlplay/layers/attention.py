"""Attention: every place asks all places, and takes from each as much as its answer fits the question.

    Q = x W_Q    K = m W_K    V = m W_V               for each head its own columns
    scores = Q Kᵀ / √d    weights = softmax(scores)    mixed = weights V    out = [mixed of all heads] W_O

The memory m is x itself (self-attention) or another sequence (cross-attention). Masked scores are −∞, so their weights
are exactly 0. torch's fused kernel trains; while somebody listens to `scores` or `weights`, which it never forms, the
same is computed written out.

Vaswani et al., Attention Is All You Need, 2017, section 3.2.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, scaled_dot_product_attention

from dlplay.silence import Silenceable
from dlplay.tap import Tap


class Rotation(NamedTuple):
    """How far every pair of units turns at every place: cosine and sine, each (time, pair)."""

    cosine: Tensor
    sine: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Vectors (batch, head, time, unit) turned: units 2i and 2i+1 are a plane; an odd last unit stays.

        Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021, equation 34.
        """
        even, odd = x[..., 0 : 2 * self.cosine.shape[1] : 2], x[..., 1::2]  # (batch, head, time, pair)
        turned = torch.stack([even * self.cosine - odd * self.sine, even * self.sine + odd * self.cosine], dim=-1)
        return torch.cat([turned.flatten(-2), x[..., 2 * self.cosine.shape[1] :]], dim=-1)


class Cache:
    """Keys and values that need not be computed again, (batch, head, key, unit): None before the first pass."""

    def __init__(self, keys: Tensor | None = None, values: Tensor | None = None):
        self.keys, self.values = keys, values

    def __len__(self) -> int:
        """How many places it holds."""
        return 0 if self.keys is None else self.keys.shape[2]

    def extended(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """All keys and values, with these behind those it had; it keeps them."""
        if self.keys is not None and self.values is not None:
            keys, values = torch.cat([self.keys, keys], dim=2), torch.cat([self.values, values], dim=2)
        self.keys, self.values = keys, values
        return keys, values

    def only(self, rows: Tensor | None = None) -> Cache:
        """A cache of its own for some examples, in this order, also more than once; for all where none are named."""
        if self.keys is None or self.values is None:
            return Cache()
        return Cache(self.keys, self.values) if rows is None else Cache(self.keys[rows], self.values[rows])


class Attention(Silenceable):
    """Heads side by side, from (batch, query, width) to (batch, query, width).

    width: of the stream; heads × head_width can differ from it. memory: width of what cross-attention looks at, the
    stream's where none is given. dropout: share of weights silenced while training. scaled: scores are divided by √d.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        head_width: int,
        *,
        memory: int | None = None,
        bias: bool = True,
        dropout: float = 0.0,
        scaled: bool = True,
    ):
        super().__init__()
        inner, memory = heads * head_width, width if memory is None else memory
        self.heads, self.head_width, self.dropout = heads, head_width, dropout
        self.scale = 1 / sqrt(head_width) if scaled else 1.0
        self.words = tuple(map(str, range(heads)))
        self.query = nn.Linear(width, inner, bias=bias)
        self.key = nn.Linear(memory, inner, bias=bias)
        self.value = nn.Linear(memory, inner, bias=bias)
        self.queries = Tap("batch head query unit")
        self.keys = Tap("batch head key unit")
        self.values = Tap("batch head key unit")
        self.scores = Tap("batch head query key")
        self.weights = Tap("batch head query key")
        self.mixed = Tap("batch head query unit")
        self.out = nn.Linear(inner, width, bias=bias)

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        *,
        there: Tensor | None = None,
        causal: bool = False,
        bias: Tensor | None = None,
        rotary: Rotation | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """What the places of x (batch, query, width) find in the memory (batch, key, memory), or in x itself.

        there: (batch, key) bool, false at padding, where at least one place of each row is no padding. causal: nobody
        looks ahead; the last query is at the place of the last key. bias: (head, query, key), added to the scores.
        rotary: how queries and keys turn at the places of x. cache: the keys of earlier places of x, which those of x
        are put behind; or the keys of a memory, computed once.
        """
        q, k, v = self._questions(x, rotary), *self._answers(x if memory is None else memory, rotary, cache, memory)
        q, k, v = self.queries(q), self.keys(k), self.values(v)  # (batch, head, query or key, unit)
        causal = causal and q.shape[2] > 1  # one query at the end has no future
        if self.scores.listened or self.weights.listened:
            mixed = self._written_out(q, k, v, allowed(q.shape[2], k.shape[2], there, causal, x.device), bias)
        else:
            mixed = self._fused(q, k, v, there, causal, bias)
        if self.silent:
            heard = [str(head) not in self.silent for head in range(self.heads)]
            mixed = mixed * mixed.new_tensor(heard)[:, None, None]
        mixed = self.mixed(mixed)  # (batch, head, query, unit)
        return self.out(mixed.transpose(1, 2).flatten(2))  # (batch, query, width)

    def _questions(self, x: Tensor, rotary: Rotation | None) -> Tensor:
        q = self._headed(self.query(x))
        return q if rotary is None else rotary(q)

    def _answers(
        self, given: Tensor, rotary: Rotation | None, cache: Cache | None, memory: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        if memory is not None and cache is not None and cache.keys is not None and cache.values is not None:
            return cache.keys, cache.values
        k, v = self._headed(self.key(given)), self._headed(self.value(given))
        k = k if rotary is None else rotary(k)
        return (k, v) if cache is None else cache.extended(k, v)

    def _headed(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, self.head_width)).transpose(1, 2)  # (batch, head, query or key, unit)

    def _fused(
        self, q: Tensor, k: Tensor, v: Tensor, there: Tensor | None, causal: bool, bias: Tensor | None
    ) -> Tensor:
        share = self.dropout if self.training else 0.0
        if q.is_meta and bias is None and not share:
            return _Outlined.apply(q, k, v)
        if there is None and bias is None and q.shape[2] == k.shape[2]:
            return scaled_dot_product_attention(q, k, v, is_causal=causal, dropout_p=share, scale=self.scale)
        mask = allowed(q.shape[2], k.shape[2], there, causal, q.device)
        if bias is not None:
            mask = bias if mask is None else torch.where(mask, bias, -torch.inf)
        return scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=share, scale=self.scale)

    def _written_out(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None) -> Tensor:
        scores = q @ k.transpose(2, 3) * self.scale  # (batch, head, query, key)
        scores = self.scores(scores if bias is None else scores + bias)
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        weights = self.weights(scores.softmax(dim=-1))
        return dropout(weights, self.dropout, self.training) @ v  # (batch, head, query, unit)


class _Outlined(torch.autograd.Function):
    """Where nothing is computed: products are counted, and kept is what the fused kernel keeps for going back.

    On the meta device torch takes attention apart, and would keep every weight.
    """

    @staticmethod
    def forward(context: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        mixed = scaled_dot_product_attention(q, k, v).transpose(1, 2).contiguous()  # as the kernel lays it
        mixed = mixed.transpose(1, 2)  # (batch, head, query, unit)
        context.save_for_backward(q, k, v, mixed, q.new_empty(q.shape[:3]))
        return mixed


def allowed(
    queries: int, keys: int, there: Tensor | None, causal: bool, device: torch.device | None = None
) -> Tensor | None:
    """Which key each query may look at: bool (batch or 1, 1, query, key), None where it may look at all.

    there: (batch, key), false at padding. causal: the last query stands at the last key, and none looks behind itself.
    """
    mask = None if there is None else there[:, None, None]
    if causal:
        past = torch.ones(queries, keys, dtype=torch.bool, device=device).tril(keys - queries)[None, None]
        mask = past if mask is None else mask & past
    return mask
