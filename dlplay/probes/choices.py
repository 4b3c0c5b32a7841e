"""What a page may choose of a picture. No torch here: a page offers the choices, a picture holds to them."""

from __future__ import annotations

PARTS = ("train", "held-out")
SCALES = ("map", "layer", "model")
"""What shares one range of values: each map its own, all maps of a layer, all of the model."""
ORDERS = ("data", "worst", "best")
"""Images as they stand, or those with the least or most probability of their true class first."""
OVER = (1, 32)
"""Images that an effective receptive field is averaged over: the chosen one, or so many of the training part."""
