"""A `Recipe` is a named experiment with one sentence on what to watch for: one small file each in `dlplay/recipes/`.

    name = "A disc inside a ring"
    group = "Points"
    watch = "…"
    link = "v=1&model=mlp&data=circle"
    view = "arranged=follows+the+target"    # what is looked at when it opens, where that is not what is always shown
    steps = 500          # after which it looks good
    seconds = 1.5        # how long that takes, measured on one core of a small machine
    at_least = 0.95      # what the held-out accuracy or R² then is; or at_most, where it is meant to fail

A file's name is a number, which orders the start page, a dash, and the recipe's short name.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import parse_qsl

from dlplay.config import Refusal
from dlplay.experiment import Experiment
from dlplay.link import read

Group = Literal["Points", "Tables", "Images", "Sequences", "Attention", "When it fails"]
FOLDER = Path(__file__).parent / "recipes"
RECORDED = Path(__file__).parents[1] / "assets" / "recorded"


@dataclass(frozen=True)
class Recipe:
    """The record of one recipe. at_least, at_most: bounds of the held-out score after `steps` steps, for tests.

    diverges: the loss leaves all bounds before `steps` steps are taken.
    """

    name: str
    group: Group
    watch: str
    link: str
    steps: int
    seconds: float
    at_least: float | None = None
    at_most: float | None = None
    diverges: bool = False
    view: str = ""
    slug: str = ""

    @property
    def experiment(self) -> Experiment:
        return read(self.link)

    @property
    def looks(self) -> dict[str, str]:
        """What it is to be looked at with, as key–value pairs of the address bar."""
        return dict(parse_qsl(self.view, strict_parsing=True)) if self.view else {}

    @property
    def recording(self) -> Path:
        """Where the picture of what its model has learnt lies, once it was recorded (`dlplay.recording`)."""
        return RECORDED / f"{self.slug}.bin"


@functools.cache
def recipes() -> dict[str, Recipe]:
    """Every recipe by its short name, in the order of the start page."""
    return {recipe.slug: recipe for recipe in map(_recipe, sorted(FOLDER.glob("*.toml")))}


def recipe(name: str) -> Recipe:
    """A recipe by its name or short name. Raises `Refusal` naming the known ones."""
    for found in recipes().values():
        if name.casefold() in (found.slug, found.name.casefold()):
            return found
    raise Refusal("recipe", f"recipe is {name[:40]!r}; known recipes are {', '.join(recipes())}.")


def _recipe(file: Path) -> Recipe:
    found = Recipe(**tomllib.loads(file.read_text(encoding="utf-8")), slug=file.stem.partition("-")[2])
    if found.group not in get_args(Group):
        raise ValueError(f"{file.name}: group is {found.group!r}; it can be {', '.join(get_args(Group))}")
    return found
