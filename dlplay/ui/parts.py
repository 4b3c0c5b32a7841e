"""Every live part, defined once: the module of the same name in `assets/live/` draws it."""

from dlplay.ui.live import Part

ALIGNMENT = Part("alignment")
BANNER = Part("banner")
CARDS = Part("cards")
CELL = Part("cell")
CURVE = Part("curve")
DECODE = Part("decode")
FIGURE = Part("figure")
GALLERY = Part("gallery")
GATES = Part("gates")
LENGTHS = Part("lengths")
MAPS = Part("maps")
METRICS = Part("metrics")
NETWORK = Part("network")
PICK = Part("pick")
SCRUBBER = Part("scrubber")
STACK = Part("stack")
SURFACE = Part("surface")
UNROLLED = Part("unrolled")
