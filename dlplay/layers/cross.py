"""A block that looks at a memory alone: the stream asks, the memory answers, and a feed-forward part works on it.

    x ← x + attention(norm(x), norm(memory))      x ← x + feed_forward(norm(x))

With gates each part is multiplied by tanh(gate) before it is added. A gate begins at 0, so at first the stream passes
by unchanged, and learning opens it as far as what is seen is of use.

Cross-attention: Vaswani et al. 2017. Gates: Alayrac et al., Flamingo, 2022, section 2.2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.layers.attention import Attention, Cache
from dlplay.layers.block import NORMS, FeedForward
from dlplay.layers.transforming import Activation, Normalise
from dlplay.silence import Silenceable
from dlplay.tap import Tap


class Cross(Silenceable):
    """The stream (batch, query, width) after it has looked at a memory (batch, key, memory).

    gated: both parts begin shut; `cross_gate` and `feed_forward_gate` are what tanh is taken of.
    """

    words = ("", "cross", "feed_forward")

    def __init__(
        self,
        width: int,
        heads: int,
        head_width: int,
        feed_forward: int,
        *,
        memory: int,
        gated: bool = False,
        activation: Activation = "gelu",
        normalise: Normalise = "layer",
        dropout: float = 0.0,
    ):
        super().__init__()
        norm = NORMS[normalise]
        self.cross_norm, self.memory_norm = norm(width), norm(memory)
        self.cross = Attention(width, heads, head_width, memory=memory, dropout=dropout)
        self.cross_gate = nn.Parameter(torch.zeros(1)) if gated else None
        self.after_cross = Tap("batch time unit")
        self.feed_forward_norm = norm(width)
        self.feed_forward = FeedForward(width, feed_forward, activation=activation, dropout=dropout)
        self.feed_forward_gate = nn.Parameter(torch.zeros(1)) if gated else None
        self.after_feed_forward = Tap("batch time unit")
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor, memory: Tensor, *, cache: Cache | None = None) -> Tensor:
        """cache: keys and values of the memory, computed once, see `Attention`."""
        found = self.cross(self.cross_norm(x), self.memory_norm(memory), cache=cache)
        x = self.after_cross(self._added(x, "cross", found, self.cross_gate))
        made = self.feed_forward(self.feed_forward_norm(x))
        return self.after_feed_forward(self._added(x, "feed_forward", made, self.feed_forward_gate))

    def _added(self, x: Tensor, part: str, made: Tensor, gate: Tensor | None) -> Tensor:
        made = self.dropout(made)
        if {"", part} & self.silent:
            return x
        return x + (made if gate is None else gate.tanh() * made)
