"""Where a token stands: attention alone sees a set of tokens, and a position has to be told to it.

    sinusoidal    a fixed wave for each pair of units is added to the tokens     Vaswani et al. 2017, section 3.5
    learned       a vector for each place is learnt and added                    Gehring et al. 2017; BERT, GPT-2
    rotary        queries and keys are turned by an angle for each place         Su et al. 2021
    relative      each distance adds a number to the scores, one a head          Raffel et al. 2020 (T5), section 2.1
    none          tokens in another order are the same tokens

A `Positions` is asked in three ways, and each kind answers one of them: called with the stream it adds to it,
`rotation` says how queries and keys turn, and `bias` what is added to the scores. `silent` positions say nothing.
"""

from __future__ import annotations

from math import log

import torch
from torch import Tensor, nn

from dlplay.layers.attention import Rotation
from dlplay.layers.transforming import PositionName
from dlplay.silence import Silenceable
from dlplay.tap import Tap

BASE = 10_000.0
"""The longest wave takes 2π times this many places."""


class Positions(Silenceable):
    """Says nothing; the kinds below say one thing each."""

    shared: tuple[str, ...] = ("positions",)

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """The stream (batch, time, unit), whose first place has the number `start`, with positions added to it."""
        return x

    def rotation(self, time: int, start: int = 0, device: torch.device | None = None) -> Rotation | None:
        """How queries and keys of so many places turn."""
        return None

    def bias(self, queries: int, keys: int) -> Tensor | None:
        """What is added to the scores (head, query, key), where the last query stands at the last key."""
        return None


class Nowhere(Positions, nn.Identity):
    """No positions: an identity, so that nothing is counted for it."""

    shared = ()


class _Added(Positions):
    """A vector for each place, added to what stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.encoding = Tap("batch time unit")

    def table(self, time: int, start: int = 0, device: torch.device | None = None) -> Tensor:
        """The vectors of so many places, (time, unit)."""
        raise NotImplementedError

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        encoding = self.encoding(self.table(x.shape[1], start, x.device).expand(len(x), -1, -1))
        return x if self.silent else x + encoding


class Sinusoidal(_Added):
    """sin(place / 10000^(2i / width)) in unit 2i, the cosine in unit 2i + 1."""

    def __init__(self, width: int):
        super().__init__()
        self.width = width

    def table(self, time: int, start: int = 0, device: torch.device | None = None) -> Tensor:
        return sinusoids(time, self.width, start, device)


class Learned(_Added):
    """A vector for each of `longest` places; at first drawn, as long as the sinusoidal ones where nothing is said."""

    def __init__(self, width: int, longest: int, deviation: float = 0.7):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(longest, width))
        nn.init.normal_(self.weight, std=deviation)

    def table(self, time: int, start: int = 0, device: torch.device | None = None) -> Tensor:
        return self.weight[start : start + time].clone()  # a view would ask for gradients where nobody wants any


class Rotary(Positions):
    """Turns pair i of a head's units by place · 10000^(−2i / width), so that a score knows the distance alone."""

    def __init__(self, head_width: int):
        super().__init__()
        self.pairs = head_width // 2
        self.width = head_width

    def rotation(self, time: int, start: int = 0, device: torch.device | None = None) -> Rotation | None:
        if self.silent:
            return None
        angles = waves(time, self.pairs, self.width, start, device)
        return Rotation(angles.cos(), angles.sin())


class Relative(Positions):
    """A number for each head and bucket of distances: near ones each have their own, far ones share."""

    def __init__(self, heads: int, *, causal: bool, buckets: int = 32, farthest: int = 128):
        super().__init__()
        self.causal, self.buckets, self.farthest = causal, buckets, farthest
        self.table = nn.Embedding(buckets, heads)
        nn.init.normal_(self.table.weight, std=0.1)

    def bias(self, queries: int, keys: int) -> Tensor | None:
        if self.silent:
            return None
        device = self.table.weight.device
        there = torch.arange(keys, device=device)
        here = torch.arange(keys - queries, keys, device=device)
        number = bucket(there - here[:, None], causal=self.causal, buckets=self.buckets, farthest=self.farthest)
        return self.table(number).permute(2, 0, 1)  # (head, query, key)


def positions(
    kind: PositionName, *, width: int, heads: int, head_width: int, longest: int, causal: bool, deviation: float = 0.7
) -> Positions:
    """The positions of that name, for a stream of `width` units and at most `longest` places."""
    if kind == "sinusoidal":
        return Sinusoidal(width)
    if kind == "learned":
        return Learned(width, longest, deviation)
    if kind == "rotary":
        return Rotary(head_width)
    return Relative(heads, causal=causal) if kind == "relative" else Nowhere()


def waves(time: int, pairs: int, width: int, start: int = 0, device: torch.device | None = None) -> Tensor:
    """The angle of every place and pair of units: place · 10000^(−2 pair / width), (time, pair)."""
    place = torch.arange(start, start + time, device=device, dtype=torch.float32)
    speed = torch.exp(torch.arange(pairs, device=device, dtype=torch.float32) * (-2 * log(BASE) / width))
    return place[:, None] * speed


def sinusoids(time: int, width: int, start: int = 0, device: torch.device | None = None) -> Tensor:
    """(time, unit): sine and cosine of every angle in turn (Vaswani et al. 2017, section 3.5)."""
    angles = waves(time, (width + 1) // 2, width, start, device)  # (time, pair)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :width]


def bucket(distance: Tensor, *, causal: bool, buckets: int = 32, farthest: int = 128) -> Tensor:
    """The bucket of each distance, key place − query place: int64 of the same shape, 0 to buckets − 1.

    Looking both ways, one half is for keys ahead. Of the rest, half are single distances, the others grow like powers
    up to `farthest` and beyond. When causal, keys ahead count as distance 0. Raffel et al. 2020, as in its published
    code.
    """
    offset = torch.zeros_like(distance)
    if causal:
        far = (-distance).clamp(min=0)
    else:
        buckets //= 2
        offset, far = (distance > 0) * buckets, distance.abs()
    exact = buckets // 2
    grown = exact + (torch.log(far.clamp(min=1) / exact) / log(farthest / exact) * (buckets - exact)).long()
    return offset + torch.where(far < exact, far, grown.clamp(max=buckets - 1))
