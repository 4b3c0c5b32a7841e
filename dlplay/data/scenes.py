"""Say what is in the picture: "a small red square above a blue circle".

Coloured shapes on a dark ground, one above the other or side by side, and a sentence about them. It begins with the
upper or the left one; "small" is said of small things, and nothing of large ones. The model writes the sentence word
by word, and for each word it can look at another place. Scenes that are held out are of a kind that was never seen: no
held-out sentence stands in the training part, so a model has to put words together by itself.
"""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np

from dlplay.config import field
from dlplay.dataset import BEGIN, END, PAD, DataConfig, Dataset, Examples, Task
from dlplay.drawing import COLOURS, SHAPES, drawn, noisy
from dlplay.pixels import captioned

RELATIONS = ("above", "left")
SMALL = 0.55
"""Radius of a small thing, where a large one has 1."""
MARGIN = 0.75
"""Pixels between a thing and the end of its part, where there is room for them."""

Thing = tuple[bool, str, str]
"""Whether it is small, its colour, its shape."""
Scene = tuple[str, tuple[Thing, ...]]
"""A relation, and the things that stand in it from the upper or left one on."""


class ScenesConfig(DataConfig):
    things: int = field(2, ge=1, le=3, step=1, help="shapes in one scene")
    size: int = field(24, ge=16, le=32, step=8, unit="pixels", help="width and height of an image")
    colours: int = field(4, ge=2, le=6, step=1, help="colours to name")
    kinds: int = field(3, ge=2, le=5, step=1, help="shapes to name")
    sizes: bool = field(True, help="some things are small, and called so")
    noise: float = field(0.0, ge=0, le=0.3, step=0.05, help="how far the brightness of pixels strays")
    examples: int = field(3000, ge=200, le=5000, step=100, help="scenes that are drawn")


def scene(config: ScenesConfig, random: Random) -> Scene:
    """Things of which no two are the same, in a relation."""
    known = list(product((False, True)[: 1 + config.sizes], tuple(COLOURS)[: config.colours], SHAPES[: config.kinds]))
    return random.choice(RELATIONS), tuple(random.sample(known, config.things))


def caption(scene: Scene) -> tuple[str, ...]:
    """The words for a scene."""
    relation, things = scene
    between = ["left", "of"] if relation == "left" else [relation]
    words: list[str] = []
    for place, (small, colour, shape) in enumerate(things):
        words += [*(between if place else []), "a", *(["small"] if small else []), colour, shape]
    return tuple(words)


def images(scenes: list[Scene], side: int, random: np.random.Generator) -> np.ndarray:
    """Scenes as images (scene, channel, row, column) of 0 to 1; where their things stand is drawn at random.

    Along the relation each thing keeps to its own part of the image. Across it they stand on one line, or nearly.
    """
    count, things = len(scenes), len(scenes[0][1])
    part = side / things
    largest = min(0.42 * part, 0.3 * side)
    line = random.uniform(1.3 * largest, side - 1.3 * largest, count)
    down = np.array([relation == "above" for relation, _ in scenes])
    found = np.zeros((count, 3, side, side), np.float32)
    for place in range(things):
        here = [members[place] for _, members in scenes]
        radius = largest * np.array([SMALL if small else 1.0 for small, _, _ in here])
        edge = radius + np.minimum(MARGIN, part / 2 - radius)
        along = part * place + random.uniform(edge, part - edge)
        across = np.clip(line + random.uniform(-0.06, 0.06, count) * side, radius, side - radius)
        rows, columns = np.where(down, along, across), np.where(down, across, along)
        shape = drawn([shape for _, _, shape in here], side, rows=rows, columns=columns, radius=radius)
        paint = np.array([COLOURS[colour] for _, colour, _ in here], np.float32)
        found = np.maximum(found, shape[:, None] * paint[:, :, None, None])
    return found


def make(config: ScenesConfig) -> Examples:
    random = Random(config.seed)
    scenes = [scene(config, random) for _ in range(config.examples)]
    if config.things == 1:
        scenes = [(RELATIONS[0], things) for _, things in scenes]
    pixels = np.random.default_rng(config.seed)
    shown = noisy(images(scenes, config.size, pixels), config.noise, pixels)
    words = task(config)
    return Examples(*captioned(shown, [caption(one) for one in scenes], words.classes, words.output_shape[0]))


def task(config: ScenesConfig) -> Task:
    related = ("above", "left", "of") if config.things > 1 else ()
    small = ("small",) if config.sizes else ()
    words = ("a", *small, *tuple(COLOURS)[: config.colours], *SHAPES[: config.kinds], *related)
    longest = (3 + len(small)) * config.things + 2 * (config.things - 1) + 1
    picture = (3, config.size, config.size)
    source = int(np.prod(picture))
    return Task(
        "caption",
        (source + longest,),
        classes=(PAD, BEGIN, END, *words),
        each_step=True,
        source=source,
        picture=picture,
    )


def parts(config: ScenesConfig, examples: Examples) -> tuple[Examples, Examples]:
    """Whole kinds of scenes are held out: all images of one sentence are in one part."""
    sentences, kind = np.unique(examples.targets, axis=0, return_inverse=True)
    order = np.random.default_rng((config.seed, 1)).permutation(len(sentences))
    counts = np.bincount(kind.ravel(), minlength=len(sentences))[order]
    before = np.cumsum(counts) - counts
    held = order[(before < config.held_out * len(examples)) & (np.arange(len(order)) < len(order) - 1)]
    away = np.isin(kind.ravel(), held)
    return examples.only(~away), examples.only(away)


DATASET = Dataset(
    title="Scenes",
    config=ScenesConfig,
    task=task,
    make=make,
    source="made by formula: drawn shapes and a small grammar for sentences about them",
    parts=parts,
)
