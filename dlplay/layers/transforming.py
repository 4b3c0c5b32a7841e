"""What every Transformer has to be told. No torch here."""

from __future__ import annotations

from typing import Literal

from dlplay.config import Config, field

PositionName = Literal["sinusoidal", "learned", "rotary", "relative", "none"]
Activation = Literal["relu", "gelu", "gelu-tanh", "silu", "tanh", "linear"]
"""Between the two layers of a feed-forward part; gelu-tanh is how GPT-2 computes its GELU, nearly the same."""
Normalise = Literal["layer", "rms"]
GENTLY = {"rate": 0.003}
"""How small Transformers are trained: at the usual 0.01 some of them learn hardly anything."""


class TransformerConfig(Config):
    """Blocks of attention and feed-forward on top of each other. The stream is heads × head width units wide.

    The hidden fields are what published networks differ in; together with the others they make each of them exactly.
    """

    layers: int = field(2, ge=1, le=48, help="blocks on top of each other")
    heads: int = field(4, ge=1, le=32, help="attention heads side by side in a block")
    head_width: int = field(16, ge=2, le=128, help="units of one head; times heads the stream's")
    feed_forward: int = field(128, ge=1, le=8192, label="Feed-forward", help="units between two layers at each place")
    activation: Activation = field("gelu", help="between the two layers of a feed-forward part")
    norm: Literal["before", "after"] = field("before", help="norms before each part, or after each sum")
    normalise: Normalise = field("layer", label="Kind of norm", help="layer norm, or RMS norm: by the size alone")
    positions: PositionName = field("sinusoidal", help="how a place is told")
    dropout: float = field(0.0, ge=0, le=0.9, step=0.1, help="share of values silenced while training")
    attention_bias: bool = field(False, hidden=True, help="one added number a query, key, value, output")
    feed_forward_bias: bool = field(True, hidden=True, help="one added number a feed-forward unit")
    scaled_scores: bool = field(True, hidden=True, help="scores divided by √ head width")
    scaled_embedding: bool = field(True, hidden=True, help="embeddings times √ width")
    epsilon: float = field(1e-5, ge=1e-12, le=1e-3, scale="log", hidden=True, help="added to a norm's variance")

    @property
    def width(self) -> int:
        """Units of the stream."""
        return self.heads * self.head_width
