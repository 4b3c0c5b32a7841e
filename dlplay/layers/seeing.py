"""What every Transformer has to be told that looks at images. No torch here."""

from __future__ import annotations

from typing import Literal

from dlplay.config import field
from dlplay.layers.transforming import TransformerConfig


class SeeingConfig(TransformerConfig):
    """Blocks over the parts of an image, and which of them the answer is made from."""

    positions: Literal["learned", "sinusoidal", "none"] = field("learned", help="how the place of a part is told")
    answer_from: Literal["class", "mean"] = field(
        "class", label="Answer from", help="a class token, or the mean of all"
    )
