"""One block of a Transformer: attention moves between places, a feed-forward network works at each; both add.

    norm before (Xiong et al. 2020)    x ← x + attention(norm(x))    x ← x + feed_forward(norm(x))
    norm after (Vaswani et al. 2017)   x ← norm(x + attention(x))    x ← norm(x + feed_forward(x))

What runs through all blocks is the residual stream. A block that is given a memory looks at it between the two parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from torch import Tensor, nn

from dlplay.layers.activation import MODULES
from dlplay.layers.attention import Attention, Cache, Rotation
from dlplay.layers.transforming import Activation, Normalise, TransformerConfig
from dlplay.silence import Silenceable
from dlplay.tap import Tap

NORMS: dict[Normalise, type[nn.LayerNorm] | type[nn.RMSNorm]] = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}


class FeedForward(nn.Module):
    """Two layers with an activation between them, the same at every place: (batch, time, width) to the same shape."""

    def __init__(
        self, width: int, units: int, *, activation: Activation = "gelu", bias: bool = True, dropout: float = 0.0
    ):
        super().__init__()
        self.inner = nn.Linear(width, units, bias=bias)
        self.activation = nn.GELU(approximate="tanh") if activation == "gelu-tanh" else MODULES[activation]()
        self.hidden = Tap("batch time unit")
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()
        self.outer = nn.Linear(units, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.outer(self.dropout(self.hidden(self.activation(self.inner(x)))))  # (batch, time, width)


class BlockCache:
    """What a block need not compute again: keys and values of the places before, and those of the memory."""

    def __init__(self, attention: Cache | None = None, cross: Cache | None = None):
        self.attention, self.cross = attention or Cache(), cross or Cache()

    def only(self, rows: Tensor | None = None) -> BlockCache:
        """A cache of its own for some examples, see `Cache.only`."""
        return BlockCache(self.attention.only(rows), self.cross.only(rows))


class Block(Silenceable):
    """The stream (batch, time, width) through attention, attention to a memory where there is one, and feed-forward.

    memory: width of the memory, None for a block that has none. causal: nobody looks ahead.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        head_width: int,
        feed_forward: int,
        *,
        activation: Activation = "gelu",
        norm: Literal["before", "after"] = "before",
        normalise: Normalise = "layer",
        dropout: float = 0.0,
        memory: int | None = None,
        causal: bool = False,
        attention_bias: bool = True,
        feed_forward_bias: bool = True,
        scaled: bool = True,
        epsilon: float = 1e-5,
    ):
        super().__init__()

        def attend(memory: int | None = None) -> Attention:
            bias = attention_bias
            return Attention(width, heads, head_width, memory=memory, bias=bias, dropout=dropout, scaled=scaled)

        def normed() -> nn.Module:
            return NORMS[normalise](width, eps=epsilon)

        self.before, self.causal = norm == "before", causal
        self.words = ("", "attention", *(["cross"] if memory is not None else []), "feed_forward")
        self.shared = ("mask",) if causal else ()
        self.attention_norm, self.attention = normed(), attend()
        self.after_attention = Tap("batch time unit")
        self.cross: Attention | None = None
        if memory is not None:
            self.cross_norm, self.cross = normed(), attend(memory)
            self.after_cross = Tap("batch time unit")
        self.feed_forward_norm = normed()
        self.feed_forward = FeedForward(
            width, feed_forward, activation=activation, bias=feed_forward_bias, dropout=dropout
        )
        self.after_feed_forward = Tap("batch time unit")
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        *,
        there: Tensor | None = None,
        memory_there: Tensor | None = None,
        bias: Tensor | None = None,
        rotary: Rotation | None = None,
        cache: BlockCache | None = None,
    ) -> Tensor:
        """The stream after this block. there, memory_there: false at padding; the others as in `Attention`."""
        kept, causal = cache or BlockCache(), self.causal and "mask" not in self.silent
        own = None if cache is None else kept.attention

        def look(given: Tensor) -> Tensor:
            return self.attention(given, there=there, causal=causal, bias=bias, rotary=rotary, cache=own)

        x = self.after_attention(self._added(x, "attention", self.attention_norm, look))
        if self.cross is not None and memory is not None:
            cross, crossed = self.cross, None if cache is None else kept.cross

            def look_over(given: Tensor) -> Tensor:
                return cross(given, memory, there=memory_there, cache=crossed)

            x = self.after_cross(self._added(x, "cross", self.cross_norm, look_over))
        return self.after_feed_forward(self._added(x, "feed_forward", self.feed_forward_norm, self.feed_forward))

    def _added(self, x: Tensor, part: str, norm: nn.Module, run: Callable[[Tensor], Tensor]) -> Tensor:
        """The stream with what one part adds to it; a silent part still runs, so that it can be looked at."""
        made = self.dropout(run(norm(x) if self.before else x))
        if "" in self.silent:
            return x
        x = x if part in self.silent else x + made
        return x if self.before else norm(x)


def block(config: TransformerConfig, *, memory: int | None = None, causal: bool = False) -> Block:
    """A block as a config wants it."""
    return Block(
        config.width,
        config.heads,
        config.head_width,
        config.feed_forward,
        activation=config.activation,
        norm=config.norm,
        normalise=config.normalise,
        dropout=config.dropout,
        memory=memory,
        causal=causal,
        attention_bias=config.attention_bias,
        feed_forward_bias=config.feed_forward_bias,
        scaled=config.scaled_scores,
        epsilon=config.epsilon,
    )
