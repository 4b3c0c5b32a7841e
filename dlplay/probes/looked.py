"""A model's attentions, grouped by where they stand, and what passes them when one example is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.layers.attention import Attention
from dlplay.layers.positions import Positions, Relative, Rotary
from dlplay.probes.labels import Grid, Reading, reading
from dlplay.probes.seen import Seen
from dlplay.probes.wanting import wanting
from dlplay.silence import silenced, switches
from dlplay.tap import Capture, listening
from dlplay.tokens import written

NUMBER = re.compile(r"\.\d+(?=\.)")
LATENT = {"looking": "latents look", "asking": "answer asks"}
TITLES = {"encoder": "encoder", "decoder": "decoder"}


@dataclass(frozen=True)
class Place:
    """One attention of a model: its name there, and the module."""

    name: str
    module: Attention

    def block(self, model: nn.Module) -> nn.Module:
        return model.get_submodule(self.name.rpartition(".")[0])

    def turns(self, model: nn.Module) -> str:
        """How positions come into its scores: "rotary", "relative" or not at all."""
        if self.crosses:
            return ""
        prefix = self.name.partition("blocks.")[0].rstrip(".")
        found = getattr(model.get_submodule(prefix), "positions", None)
        if not isinstance(found, Positions) or found.silent:
            return ""
        return "rotary" if isinstance(found, Rotary) else "relative" if isinstance(found, Relative) else ""

    @property
    def crosses(self) -> bool:
        return self.name.endswith("cross")


@dataclass(frozen=True)
class Group:
    """The same attention of every layer, the first layer first. name: without the layer's number."""

    name: str
    places: tuple[Place, ...]

    @property
    def heads(self) -> int:
        return self.places[0].module.heads

    @property
    def title(self) -> str:
        side = self.name.partition(".")[0]
        if self.crosses:
            return LATENT.get(side, "cross")
        return TITLES.get(side, "self")

    @property
    def crosses(self) -> bool:
        return self.places[0].crosses

    @property
    def reads_target(self) -> bool:
        """Whether its queries stand in the target of a pair."""
        return self.name.startswith("decoder")

    @property
    def ends(self) -> tuple[bool, bool]:
        """Whether queries and keys stand in the target of a pair."""
        return self.reads_target, self.reads_target and not self.crosses

    def causal(self, model: nn.Module, off: Sequence[str]) -> bool:
        """Whether nobody looks ahead."""
        return not self.crosses and "mask" not in off and self.masked(model)

    def masked(self, model: nn.Module) -> bool:
        """Whether it was built so that nobody looks ahead."""
        return not self.crosses and bool(getattr(self.places[0].block(model), "causal", False))


def groups(model: nn.Module) -> list[Group]:
    """All attentions of a model, in order of use. Layers of one group have as many heads as each other."""
    found: dict[str, list[Place]] = {}
    for name, module in model.named_modules():
        if isinstance(module, Attention):
            found.setdefault(NUMBER.sub("", name), []).append(Place(name, module))
    return [Group(name, tuple(places)) for name, places in found.items()]


def some(model: nn.Module, first: str | None) -> list[Group]:
    """All attentions of a model, that of this name first, else the one that the model calls foremost, else the last.

    Raises `Refusal` where it has none.
    """
    found = groups(model)
    if not found:
        raise Refusal("picture", f"{type(model).__name__} has no attention to look at.")
    names = [group.name for group in found]
    wanted = first if first in names else getattr(model, "foremost", None)
    at = names.index(wanted) if wanted in names else -1
    return [found.pop(at), *found]


@dataclass
class Passage:
    """What passed the attentions of one group. weights: (layer, head, query, key), where tokens stand.

    reading: what was read, and what stands at both sides. inputs, memories: of each layer what queries (query, width)
    and keys (key, width) come from.
    """

    seen: Seen
    group: Group
    off: list[str]
    reading: Reading
    captures: dict[str, Capture]
    queries: list[str]
    keys: list[str]
    inputs: list[Tensor] = field(default_factory=list)
    memories: list[Tensor] = field(default_factory=list)

    @property
    def given(self) -> Tensor:
        """The inputs (1, …)."""
        return self.reading.given

    @property
    def grid(self) -> Grid | None:
        """How the keys lie on an image."""
        return self.reading.grid

    @property
    def square(self) -> bool:
        """Whether queries and keys are the same places."""
        return not self.group.crosses

    @property
    def writes(self) -> bool:
        """Whether queries stand in a target that the model writes."""
        return self.group.reads_target or self.seen.task.reads == "caption"

    @property
    def weights(self) -> Tensor:
        return torch.nan_to_num(torch.stack([self.tap(place, "weights") for place in self.group.places]))

    @property
    def cells(self) -> int:
        """How many weights a head has, with padding."""
        return self.captures[f"{self.group.places[0].name}.weights"].value[0, 0].numel()

    def tap(self, place: Place, name: str) -> Tensor:
        """What passed a tap of an attention, without padding: (head, query or key, …)."""
        value = self.captures[f"{place.name}.{name}"]
        found = value.value[0]
        for axis, which in enumerate(value.axes[1:]):
            if which in ("query", "key"):
                found = found.narrow(axis, 0, len(self.queries if which == "query" else self.keys))
        return found.detach().float().cpu()

    @property
    def example(self) -> dict[str, Any]:
        """Which example it is, what it is called, its text where it could be one's own, and a hint how to type it."""
        seen, task = self.seen, self.seen.task
        part, row = str(seen.example.get("part", "held-out")), seen.chosen()[0][0]
        own = "text" in seen.example or "pixels" in seen.example
        text = written(row[: task.source or None], task.tokens, task.joint) if task.tokens else None
        index = 0 if own else int(seen.example.get("index", 0))
        name = seen.labels(len(self.keys)).name
        hint = ", ".join(f"{key} for {token}" for key, token in task.typed)
        which = {"part": part, "index": index, "count": len(seen.part(part)), "own": own}
        return which | {"text": text, "name": name, "hint": hint}

    def facts(self) -> dict[str, Any]:
        """What belongs to every picture of attention."""
        task, model, group = self.seen.task, self.seen.model, self.group
        causal = group.causal(model, self.off)
        ahead = self.weights.triu(1) if self.square else torch.zeros(1)
        return {
            "queries": self.queries,
            "keys": self.keys,
            "queryWord": self.reading.queries.word,
            "keyWord": self.reading.keys.word,
            "placeWord": self.reading.word,
            "grid": None if self.grid is None else self.grid.facts(len(self.keys)),
            "under": self.under(),
            "underWord": "next" if task.next_step or self.writes else "says",
            "causal": causal,
            "future": ahead.max().item() if causal else None,
            "unmasked": group.masked(model) and not causal,
        }

    def under(self) -> list[list[Any] | None] | None:
        """Of each query the most probable answer there and its probability, where queries are what is answered.

        None for a query at which no answer is wanted: what a model says there it has never been taught.
        """
        task, output = self.seen.task, self.captures.get("output")
        answers = task.each_step and task.classes and (self.writes or not task.source)
        if not answers or output is None or output.value.dim() != 3:
            return None
        shares, numbers = output.value[0, : len(self.queries)].float().softmax(dim=-1).max(dim=-1)
        if len(shares) != len(self.queries):
            return None
        told = zip(numbers.tolist(), shares.tolist(), wanting(self.seen, len(shares)), strict=True)
        return [[task.classes[n], share] if wanted else None for n, share, wanted in told]


def passage(seen: Seen, group: Group, off: list[str]) -> Passage:
    """One forward pass for the chosen example, with something silenced; of a pair, the target the model writes."""
    with torch.inference_mode(), silenced(seen.model, known(seen.model, off)):
        read = reading(seen, group)
        with listening(seen.model) as captures, _hearing(group) as heard:
            seen.model(read.given)
    places = captures[f"{group.places[0].name}.weights"].value.shape[2:]
    queries, keys = (side.labels(many) for side, many in zip((read.queries, read.keys), places, strict=True))
    found = Passage(seen, group, off, read, captures, queries, keys)
    for x, memory in heard:
        found.inputs.append(x[0, : len(queries)].float().cpu())
        found.memories.append(memory[0, : len(keys)].float().cpu())
    return found


def known(model: nn.Module, names: Sequence[str]) -> list[str]:
    """Those of these names that the model can silence: a link may speak of a part that another model had."""
    there = set(switches(model))
    return [name for name in names if name in there]


@dataclass(frozen=True)
class There:
    """Of a batch: tokens (batch, key), which queries stand there, and who may look at whom (batch, query, key)."""

    tokens: Tensor
    query: Tensor
    allowed: Tensor
    square: bool


def weights_over(seen: Seen, group: Group, off: list[str], count: int) -> tuple[Tensor, There]:
    """Weights (batch, layer, head, query, key) over the first held-out examples, and what stands where."""
    rows = seen.part("held-out").inputs[:count]
    with torch.inference_mode(), silenced(seen.model, known(seen.model, off)), listening(seen.model) as captures:
        seen.model(seen.tensor(rows))
    found = [captures[f"{place.name}.weights"].value for place in group.places]
    weights = torch.nan_to_num(torch.stack(found, dim=1).float().cpu())
    tokens = [
        _along(tokens_of(rows, seen.task, target=one), weights.shape[3 + i])
        for i, one in enumerate(_ends(seen.task, group))
    ]
    query, key = (one != 0 for one in tokens)
    allowed = (query[:, :, None] & key[:, None]).clone()
    if group.causal(seen.model, off):
        allowed = allowed.tril()
    return weights, There(tokens[1], query, allowed, square=not group.crosses)


def tokens_of(rows: np.ndarray, task: Task, *, target: bool) -> Tensor:
    """The tokens (example, place) of inputs, 0 at padding; without tokens every place is one of its own."""
    given = torch.from_numpy(rows)
    if target and task.source:
        return given[:, task.source :]
    if not task.tokens:
        return torch.arange(1, rows.shape[1] + 1).expand(len(rows), -1)
    return given[:, : task.source] if task.source else given


def _ends(task: Task, group: Group) -> tuple[bool, bool]:
    """Whether queries and keys stand in a target."""
    return (True, not group.crosses) if task.reads == "caption" else group.ends


def _along(tokens: Tensor, places: int) -> Tensor:
    """Tokens for so many places: where a model puts some of its own before them, they are new tokens."""
    more = places - tokens.shape[1]
    if more <= 0:
        return tokens[:, :places]
    return torch.cat([int(tokens.max()) + 1 + torch.arange(more).expand(len(tokens), -1), tokens], dim=1)


@contextmanager
def _hearing(group: Group) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """What every attention of the group is given: queries' input and memory (batch, time, width)."""
    heard: list[tuple[Tensor, Tensor]] = []

    def hear(_: nn.Module, given: tuple[Any, ...]) -> None:
        memory = given[1] if len(given) > 1 and given[1] is not None else given[0]
        heard.append((given[0].detach(), memory.detach()))

    handles = [place.module.register_forward_pre_hook(hear) for place in group.places]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()
