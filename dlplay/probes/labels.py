"""What stands at the queries and the keys of an attention: one function for each way of reading.

A reading says what the model is given, and of both sides which places there are. `reading` knows which one fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from torch import Tensor

from dlplay.layers.regions import eyes
from dlplay.layers.search import BEGIN, beam, writer
from dlplay.layers.seer import Seer
from dlplay.models.perceiver import Perceiver
from dlplay.probes.seen import Seen

if TYPE_CHECKING:
    from dlplay.probes.looked import Group

FRONT = "class"
"""What a place before all others is called, in which a model collects its answer."""


@dataclass(frozen=True)
class Side:
    """The places of queries, or of keys. word: what each of them is. names: theirs, without padding; none are counted.

    room: places with padding, where the model puts some of its own before them.
    """

    word: str
    names: Sequence[str] = ()
    room: int | None = None

    def labels(self, places: int) -> list[str]:
        """The names of so many places, from the first on."""
        if not self.names:
            return [str(place + 1) for place in range(places)]
        front = 0 if self.room is None else max(0, places - self.room)
        return [FRONT] * front + list(self.names)


@dataclass(frozen=True)
class Grid:
    """How keys, or queries and keys, lie on an image: in rows and columns, row after row, some places before them.

    stride: pixels from one region to the next; the first begins at the first pixel.
    """

    rows: int
    columns: int
    side: Literal["keys", "both"] = "both"
    stride: int = 1

    @property
    def names(self) -> list[str]:
        """Row and column of each region, counted from 1."""
        return [f"{row + 1}·{column + 1}" for row in range(self.rows) for column in range(self.columns)]

    @property
    def regions(self) -> int:
        return self.rows * self.columns

    def facts(self, keys: int) -> dict[str, Any]:
        """The same for a browser, where there are so many keys. before: keys before the first region."""
        before = keys - self.regions
        size = {"rows": self.rows, "columns": self.columns}
        return {**size, "before": before, "side": self.side, "stride": self.stride}


@dataclass(frozen=True)
class Reading:
    """given: the inputs (1, …). word: what one place is called. grid: where keys lie on an image."""

    given: Tensor
    queries: Side
    keys: Side
    word: str
    grid: Grid | None = None


def reading(seen: Seen, group: Group) -> Reading:
    """How the chosen example is read by the attentions of a group."""
    task, inputs = seen.task, seen.tensor(seen.chosen()[0])
    if task.reads == "caption":
        return caption(seen, group, inputs)
    if task.tokens and task.source:
        return pair(seen, group, inputs)
    if task.tokens:
        return tokens(seen, inputs)
    if isinstance(seen.model, Perceiver):
        return latents(seen.model, group, inputs)
    return image(seen.model, inputs) if isinstance(seen.model, Seer) else steps(inputs)


def steps(inputs: Tensor) -> Reading:
    """Numbers, one step after the other: nothing has a name."""
    return Reading(inputs, Side("each step"), Side("step read"), "step")


def tokens(seen: Seen, inputs: Tensor) -> Reading:
    names = [seen.task.tokens[number] for number in inputs[0].tolist() if number]
    room = seen.task.input_shape[0]
    return Reading(inputs, Side("each token", names, room), Side("token read", names, room), "token")


def image(model: Seer, inputs: Tensor) -> Reading:
    """An image whose regions look at each other."""
    lies, word = Grid(*model.grid, stride=model.stride), model.region
    queries, keys = (Side(one, lies.names, lies.regions) for one in (f"each {word}", f"{word} looked at"))
    return Reading(inputs, queries, keys, word, lies)


def latents(model: Perceiver, group: Group, inputs: Tensor) -> Reading:
    """Latents that look at every pixel, then at each other; then an answer that looks at them."""
    names = [f"latent {number + 1}" for number in range(len(model.latents))]
    if group.name.startswith("asking"):
        return Reading(inputs, Side("the answer", ["answer"]), Side("latent asked", names), "latent")
    if not group.crosses:
        return Reading(inputs, Side("each latent", names), Side("latent looked at", names), "latent")
    places = product(*(range(1, size + 1) for size in model.axes))
    pixels = Side("pixel looked at", ["·".join(map(str, place)) for place in places])
    lies = Grid(*model.axes, side="keys") if len(model.axes) == 2 else None
    return Reading(inputs, Side("each latent", names), pixels, "pixel", lies)


def pair(seen: Seen, group: Group, inputs: Tensor) -> Reading:
    """A source, and the target that the model writes by itself: it is put behind the source."""
    task = seen.task
    source = [task.tokens[number] for number in inputs[0, : task.source].tolist() if number]
    written, read = _written(seen, inputs), Side("source", source)
    queries, keys = (written if one else read for one in group.ends)
    return Reading(inputs, queries, keys, "token")


def caption(seen: Seen, group: Group, inputs: Tensor) -> Reading:
    """An image, and the words that the model writes about it: they look at each other, or at its regions."""
    written, seeing = _written(seen, inputs), eyes(seen.model)
    if seeing is None or not group.crosses:
        return Reading(inputs, written, written, "word")
    lies = Grid(*seeing.grid, side="keys", stride=seeing.stride)
    return Reading(inputs, written, Side("region looked at", lies.names), "region", lies)


def _written(seen: Seen, inputs: Tensor) -> Side:
    """The target that the model writes by itself: it is put behind the source."""
    task = seen.task
    places = task.input_shape[0] - task.source
    found = beam(writer(seen.model), inputs[:, : task.source], width=1, longest=places).found[0].tokens
    inputs[0, task.source :] = inputs.new_tensor([BEGIN, *found[:-1], *[0] * (places - len(found))])
    return Side("written so far", [task.classes[number] for number in (BEGIN, *found[:-1])])
