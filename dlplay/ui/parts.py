"""Every live part, defined once: the module of the same name in `assets/live/` draws it."""

from dlplay.ui.live import Part

BANNER = Part("banner")
CARDS = Part("cards")
CELL = Part("cell")
CURVE = Part("curve")
FIGURE = Part("figure")
GALLERY = Part("gallery")
MAPS = Part("maps")
METRICS = Part("metrics")
NETWORK = Part("network")
PICK = Part("pick")
SCRUBBER = Part("scrubber")
STACK = Part("stack")
SURFACE = Part("surface")
