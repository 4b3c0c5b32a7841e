"""What a visitor looks at: step, example, locks. Part of the link, no part of the experiment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dlplay.probes.choices import ARRANGED, HOTTEST, SCALES, STATES

TAP = re.compile(r"[A-Za-z0-9_.]{1,60}")
FARTHEST = 99_999
"""The largest channel, row or column that can be locked."""
LONGEST_TEXT = 500
"""Characters of a text of one's own."""

LOCKS = ("unit", "cell", "channel", "query", "time")
"""What one level back lets go of."""
PLACES = ("layer", "kept")
"""Where in a network and in what it found: without a meaning in another one."""
OWN = ("point", "pixels", "text")
"""Examples of one's own; without one, an example of the data is looked at."""
FOLLOWED = ("loss", "free", "beginning")
"""What belongs to the sequences of one data set."""


@dataclass(frozen=True)
class View:
    """step: the step looked at, None for the newest. unit: (layer, unit). cell: (tap, channel, row, column).

    channel: the input map whose products are shown. pixels: a drawn or uploaded image (channel, row, column), 0 to 1.
    order: of the images to choose from. over: images that the effective receptive field is averaged over.
    text: a source of one's own, where tokens are read. query: a locked step of the target. beam: how many hypotheses
    are kept while a target is written. kept: which of those found is shown, 0 the best.
    layer: of a recurrent network. time: a locked step of the sequence. arranged: the order of its units.
    loss: the step whose loss is followed back through time. free: from which value on a forecast runs on its own.
    beginning, temperature, seed: of a text that the model writes; state: what of a unit colours it.
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
    layer: int = 0
    time: int | None = None
    arranged: str = ARRANGED[0]
    loss: int | None = None
    free: int | None = None
    beginning: str = ""
    temperature: float = 1.0
    seed: int = 0
    state: str = STATES[0]

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
        """The view a visit begins with, at the same step; how pictures are coloured and ordered stays."""
        return View(step=self.step, scale=self.scale, order=self.order)

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
        if self.step is not None:
            found["at"] = str(self.step)
        if self.point is not None:
            found["example"] = f"{self.point[0]:g}~{self.point[1]:g}"
        elif self.text is not None:
            found["text"] = self.text
        elif (self.part, self.index) != ("held-out", 0):
            found["example"] = f"{self.part}.{self.index}"
        if self.unit is not None:
            found["lock"] = f"{self.unit[0]}.{self.unit[1]}"
        elif self.cell is not None:
            found["lock"] = "~".join(map(str, self.cell))
        elif self.query is not None:
            found["lock"] = f"step.{self.query}"
        if self.layer:
            found["layer"] = str(self.layer)
        if self.time is not None:
            found["time"] = str(self.time)
        if self.arranged != ARRANGED[0]:
            found["arranged"] = self.arranged
        if self.beam != 1:
            found["beam"] = str(self.beam)
        if self.scale != "layer":
            found["scale"] = self.scale
        if self.loss is not None:
            found["loss"] = str(self.loss)
        if self.free is not None:
            found["free"] = str(self.free)
        if self.beginning:
            found["begin"] = self.beginning
        if self.temperature != 1:
            found["temperature"] = f"{self.temperature:g}"
        if self.seed:
            found["seed"] = str(self.seed)
        if self.state != STATES[0]:
            found["state"] = self.state
        return found


def read(pairs: Mapping[str, str]) -> View:
    """The view these pairs ask for. What makes no sense is left out: a view can be wrong for a run, never harmful."""
    view = View()
    if re.fullmatch(r"\d{1,9}", pairs.get("at", "")):
        view = view.but(step=int(pairs["at"]))
    if found := re.fullmatch(r"(train|held-out)\.(\d{1,7})", pairs.get("example", "")):
        view = view.but(part=found[1], index=int(found[2]))
    elif found := re.fullmatch(r"(-?\d{1,2}(?:\.\d{1,9})?)~(-?\d{1,2}(?:\.\d{1,9})?)", pairs.get("example", "")):
        view = view.but(point=(float(found[1]), float(found[2])))
    elif 0 < len(pairs.get("text", "")) <= LONGEST_TEXT:
        view = view.but(text=pairs["text"])
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,4})", pairs.get("lock", "")):
        view = view.but(unit=(int(found[1]), int(found[2])))
    elif found := re.fullmatch(rf"({TAP.pattern})~(\d{{1,5}})~(\d{{1,5}})~(\d{{1,5}})", pairs.get("lock", "")):
        view = view.but(cell=(found[1], int(found[2]), int(found[3]), int(found[4])))
    elif found := re.fullmatch(r"step\.(\d{1,3})", pairs.get("lock", "")):
        view = view.but(query=int(found[1]))
    if re.fullmatch(r"\d", pairs.get("layer", "")):
        view = view.but(layer=int(pairs["layer"]))
    if re.fullmatch(r"\d{1,4}", pairs.get("time", "")):
        view = view.but(time=int(pairs["time"]))
    if pairs.get("arranged") in ARRANGED:
        view = view.but(arranged=pairs["arranged"])
    if re.fullmatch(r"[1-5]", pairs.get("beam", "")):
        view = view.but(beam=int(pairs["beam"]))
    if pairs.get("scale") in SCALES:
        view = view.but(scale=pairs["scale"])
    for name in ("loss", "free", "seed"):
        if re.fullmatch(r"\d{1,4}", pairs.get(name, "")):
            view = view.but(**{name: int(pairs[name])})
    if re.fullmatch(r"\d(\.\d{1,2})?", pairs.get("temperature", "")) and float(pairs["temperature"]) <= HOTTEST:
        view = view.but(temperature=float(pairs["temperature"]))
    if len(pairs.get("begin", "")) <= LONGEST_TEXT:
        view = view.but(beginning=pairs.get("begin", ""))
    if pairs.get("state") in STATES:
        view = view.but(state=pairs["state"])
    return view
