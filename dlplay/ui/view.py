"""What a visitor looks at: step, example, locks. Part of the link, no part of the experiment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dlplay.probes.choices import ARRANGED, AVERAGES, DRAWN, HOTTEST, LAST_SEED, LAYERS, SCALES, STATES, WIDEST
from dlplay.ui.limits import (
    DEEPEST,
    FAR,
    FARTHEST,
    LAST,
    LAST_EXAMPLE,
    LONGEST_TEXT,
    MOST,
    MOST_OFF,
    PANEL,
    PART,
    TAP,
)

LOCKS = ("unit", "cell", "channel", "query", "time", "pair")
"""What one level back lets go of."""
PLACES = ("layer", "eyes", "kept", "attending", "head", "off")
"""Where in a network and in what it found: without a meaning in another one."""
OWN = ("point", "pixels", "text", "refused")
"""Examples of one's own; without one, an example of the data is looked at."""
FOLLOWED = ("loss", "free", "beginning")
"""What belongs to the sequences of one data set."""


@dataclass(frozen=True)
class Refused:
    """A text that could not be read: the box it was written into, and why in a sentence."""

    box: str
    text: str
    sentence: str


@dataclass(frozen=True)
class View:
    """step: the step looked at, None for the newest. unit: (layer, unit). cell: (tap, channel, row, column).

    channel: the input map whose products are shown. pixels: a drawn or uploaded image (channel, row, column), 0 to 1.
    order: of the images to choose from. over: images that the effective receptive field is averaged over.
    text: a source of one's own, where tokens are read. query: a locked step of the target. beam: how many hypotheses
    are kept while a target is written. kept: which of those found is shown, 0 the best.
    eyes: a layer of what looks at each frame of a film, and one of its maps.
    layer: of a recurrent network; every panel shows this one. layers: whether all of them stand above one another.
    time: a locked step of the sequence. arranged: the order of its units.
    loss: the step whose loss is followed back through time. free: from which value on a forecast runs on its own.
    beginning, temperature, top_k (0: all), top_p, seed: of a text that the model writes; state: what of a unit
    colours it. attending: which attention of a model that has several. head: (layer, head) or (layer, average) that
    is open. shuffle: the number of another order of the tokens. pair: a locked query and key. off: parts that are
    silenced. drawn: how the weights of a head are drawn.
    panel: which of the views that share one place is turned to, by its key.
    refused: a text that could not be read and waits in its box; no part of the link.
    """

    step: int | None = None
    part: str = "held-out"
    index: int = 0
    point: tuple[float, float] | None = None
    pixels: tuple | None = None
    unit: tuple[int, int] | None = None
    cell: tuple[str, int, int, int] | None = None
    channel: int | None = None
    scale: str = "layer"
    filters: bool = False
    order: str = "data"
    over: int = 1
    text: str | None = None
    query: int | None = None
    beam: int = 1
    kept: int = 0
    eyes: tuple[int, int] | None = None
    layer: int = 0
    layers: str = LAYERS[0]
    time: int | None = None
    arranged: str = ARRANGED[0]
    loss: int | None = None
    free: int | None = None
    beginning: str = ""
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    state: str = STATES[0]
    attending: str | None = None
    head: tuple[int, int | str] | None = None
    pair: tuple[int, int] | None = None
    off: tuple[str, ...] = ()
    drawn: str = DRAWN[0]
    shuffle: int = 0
    panel: str = ""
    refused: Refused | None = None

    def but(self, **changes: Any) -> View:
        return replace(self, **changes)

    def newest(self) -> View:
        """The newest step."""
        return self.but(step=None)

    def released(self) -> View:
        """One level back: nothing is locked."""
        return self._without(*LOCKS)

    def on(self, **example: Any) -> View:
        """Another example: of the data, or one of one's own."""
        return self._without(*OWN, "kept").but(**example)

    def of_another_network(self) -> View:
        """The same example in another network."""
        return self.released()._without(*PLACES)

    def of_other_data(self) -> View:
        """The first example of other data."""
        return self.of_another_network()._without("part", "index", *OWN, *FOLLOWED)

    def afresh(self) -> View:
        """The view a visit begins with, at the same step; how pictures are coloured and ordered, and the panel,
        stay."""
        return View(step=self.step, scale=self.scale, order=self.order, panel=self.panel)

    def _without(self, *names: str) -> View:
        return self.but(**{name: getattr(View, name) for name in names})

    @property
    def example(self) -> dict[str, Any]:
        """The chosen example as a run understands it."""
        if self.pixels is not None:
            return {"pixels": self.pixels}
        if self.point is not None:
            return {"point": self.point}
        if self.text is not None:
            return {"text": self.text}
        return {"part": self.part, "index": self.index}

    def pairs(self) -> dict[str, str]:
        """The view as key–value pairs of the address bar; what is at its default is left out."""
        found = {}
        for key, (name, _) in _KEYS.items():
            value = getattr(self, name)
            if value != getattr(View, name):
                found[key] = f"{value:g}" if isinstance(value, float) else str(value)
        if self.point is not None:
            found["example"] = f"{self.point[0]:g}~{self.point[1]:g}"
        elif self.text is not None:
            found["text"] = self.text
        elif (self.part, self.index) != (View.part, View.index):
            found["example"] = f"{self.part}.{self.index}"
        if self.unit is not None:
            found["lock"] = f"{self.unit[0]}.{self.unit[1]}"
        elif self.cell is not None:
            found["lock"] = "~".join(map(str, self.cell))
        elif self.query is not None:
            found["lock"] = f"step.{self.query}"
        if self.head is not None:
            found["head"] = f"{self.head[0]}.{self.head[1]}"
        if self.pair is not None:
            found["weight"] = f"{self.pair[0]}.{self.pair[1]}"
        if self.eyes is not None:
            found["eyes"] = f"{self.eyes[0]}.{self.eyes[1]}"
        if self.off:
            found["off"] = "~".join(self.off)
        return found


def read(pairs: Mapping[str, str]) -> View:
    """The view these pairs ask for. What makes no sense is left out: a view can be wrong for a run, never harmful."""
    wanted = {name: meant(pairs[key]) for key, (name, meant) in _KEYS.items() if key in pairs}
    wanted |= _example(pairs.get("example", "")) or {"text": _text(pairs.get("text", "")) or None}
    wanted |= _lock(pairs.get("lock", "")) | _attention(pairs)
    return View(**{name: value for name, value in wanted.items() if value is not None})


def _whole(high: int, low: int = 0) -> Callable[[str], int | None]:
    """Reads a whole number from low to high, in no more digits than high has."""

    def meant(text: str) -> int | None:
        return int(text) if text.isdecimal() and len(text) <= len(str(high)) and low <= int(text) <= high else None

    return meant


def _one_of(known: Sequence[str]) -> Callable[[str], str | None]:
    return lambda text: text if text in known else None


def _text(text: str) -> str | None:
    return text if len(text) <= LONGEST_TEXT else None


def _warmth(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d(\.\d{1,2})?", text) and float(text) <= HOTTEST else None


def _share(text: str) -> float | None:
    return float(text) if re.fullmatch(r"0\.\d{1,2}", text) and float(text) > 0 else None


def _part(text: str) -> str | None:
    return text if PART.fullmatch(text) else None


def _panel(text: str) -> str | None:
    return text if PANEL.fullmatch(text) else None


_KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "at": ("step", _whole(MOST)),
    "layer": ("layer", _whole(DEEPEST)),
    "layers": ("layers", _one_of(LAYERS)),
    "time": ("time", _whole(LAST)),
    "arranged": ("arranged", _one_of(ARRANGED)),
    "beam": ("beam", _whole(WIDEST, low=1)),
    "scale": ("scale", _one_of(SCALES)),
    "loss": ("loss", _whole(LAST)),
    "free": ("free", _whole(LAST, low=1)),
    "begin": ("beginning", _text),
    "temperature": ("temperature", _warmth),
    "top_k": ("top_k", _whole(LAST)),
    "top_p": ("top_p", _share),
    "seed": ("seed", _whole(LAST_SEED)),
    "state": ("state", _one_of(STATES)),
    "attending": ("attending", _part),
    "drawn": ("drawn", _one_of(DRAWN)),
    "shuffle": ("shuffle", _whole(LAST)),
    "panel": ("panel", _panel),
}
"""Keys of the address that are one field of a view each: its name, and what a text means, None where nothing."""


def _example(text: str) -> dict[str, Any]:
    """An example of the data, or a point of one's own; empty where it makes no sense."""
    if found := re.fullmatch(r"(train|held-out)\.(\d+)", text):
        index = _whole(LAST_EXAMPLE)(found[2])
        return {} if index is None else {"part": found[1], "index": index}
    if found := re.fullmatch(r"(-?\d{1,9}(?:\.\d{1,9})?)~(-?\d{1,9}(?:\.\d{1,9})?)", text):
        point = float(found[1]), float(found[2])
        return {"point": point} if all(abs(value) <= FAR for value in point) else {}
    return {}


def _lock(text: str) -> dict[str, Any]:
    """What is locked: a cell of a map, a step of a target or a unit; empty where it makes no sense."""
    tap, *place = text.split("~")
    if TAP.fullmatch(tap) and (cell := _wholes(place, FARTHEST, FARTHEST, FARTHEST)):
        return {"cell": (tap, *cell)}
    first, *rest = text.split(".")
    if first == "step":
        query = _wholes(rest, LAST)
        return {"query": query[0]} if query else {}
    unit = _wholes([first, *rest], DEEPEST, LAST)
    return {"unit": unit} if unit else {}


def _attention(pairs: Mapping[str, str]) -> dict[str, Any]:
    """What is open, locked and silenced of attention, and of the eyes for a film; empty where it makes no sense."""
    found: dict[str, Any] = {}
    layer, _, which = pairs.get("head", "").partition(".")
    if which in AVERAGES and (place := _wholes([layer], DEEPEST)):
        found["head"] = (*place, which)
    elif place := _wholes([layer, which], DEEPEST, LAST):
        found["head"] = place
    if pair := _wholes(pairs.get("weight", "").split("."), LAST, LAST):
        found["pair"] = pair
    if eyes := _wholes(pairs.get("eyes", "").split("."), DEEPEST, FARTHEST):
        found["eyes"] = eyes
    off = pairs.get("off", "").split("~")
    if len(off) <= MOST_OFF and all(map(PART.fullmatch, off)):
        found["off"] = tuple(off)
    return found


def _wholes(words: Sequence[str], *high: int) -> tuple[int, ...]:
    """As many whole numbers as there are limits, or none."""
    found = [_whole(most)(word) for word, most in zip(words, high, strict=False)]
    return tuple(one for one in found if one is not None) if len(words) == len(high) and None not in found else ()
