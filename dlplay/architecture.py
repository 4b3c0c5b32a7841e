"""What an architecture is, and the catalogue of them, found by looking into `dlplay/models/`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from dlplay.catalogue import modules, slug
from dlplay.config import Config, Refusal, records, stack
from dlplay.dataset import Reads, Task

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Preset:
    """A named config: playable on `data` as it stands, or published, with the figures its paper or library gives.

    training: how it is trained, where that is not the usual way: fields of a `TrainingConfig`.
    input_shape, outputs, tokens, source_places: the task of a published one: counts of what `Task` gives names to.
    """

    config: Config
    data: str = ""
    data_config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    input_shape: tuple[int, ...] = ()
    outputs: int = 0
    tokens: int = 0
    source_places: int = 0
    published: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Architecture:
    """The record of one architecture. The story is the docstring of its file, the slug the file's name.

    module: the name in the file of the `nn.Module`, built as `module(config, task)`; it gives (batch, outputs).
    fit: a config changed as little as possible so that it suits a task; for when the data changes under it.
    inside: the arrangement of its pictures; "captures" draws every tap by its axes and suits every model.
    check: raises `Refusal` for a config that makes no sense for a task, though a model of it could be built.
    moments: of a config, the steps at which its training changes by itself, and in a few words what happens then.
    mended: repairs of a config that cannot be built for a task, each a label and the config it leads to; best first.
    """

    title: str
    year: int
    paper: str
    reads: tuple[Reads, ...]
    config: type[Config]
    module: str
    presets: Mapping[str, Preset] = field(default_factory=dict)
    fit: Callable[[Any, Task], Config] = lambda config, task: config
    inside: Literal["network", "maps", "states", "pairs", "attention", "film", "captions", "captures"] = "captures"
    check: Callable[[Any, Task], None] = lambda config, task: None
    moments: Callable[[Any], tuple[tuple[int, str], ...]] = lambda config: ()
    mended: Callable[[Any, Task], tuple[tuple[str, Config], ...]] = lambda config, task: ()
    slug: str = ""
    story: str = ""

    @property
    def free_stack(self) -> bool:
        """Whether its layers can be of several kinds, and so are edited in a list of layers."""
        name = stack(self.config)
        return name is not None and "" not in records(self.config, name)

    def build(self, config: Config, task: Task) -> nn.Module:
        """The model, initialised from torch's current random state. Raises `Refusal`. Imports torch."""
        import importlib

        file = importlib.import_module(f"dlplay.models.{self.slug.replace('-', '_')}")
        return getattr(file, self.module)(config, task)


@functools.cache
def architectures() -> dict[str, Architecture]:
    """Every architecture, by slug."""
    found = {}
    for module in modules("dlplay.models"):
        if not isinstance(vars(module).get("ARCHITECTURE"), Architecture):
            raise TypeError(f"{module.__file__}: ARCHITECTURE must stand above the first import of torch")
        found[slug(module)] = replace(module.ARCHITECTURE, slug=slug(module), story=module.__doc__ or "")
    return found


def architecture(name: str) -> Architecture:
    """One architecture. Raises `Refusal` naming the known ones."""
    try:
        return architectures()[name]
    except KeyError:
        known = ", ".join(architectures())
        raise Refusal("model", f"model is {name[:40]!r}; known architectures are {known}.") from None


def preset(name: str) -> tuple[Architecture, Preset]:
    """A preset by its name, whichever architecture holds it. Raises `Refusal` naming the known ones."""
    for record in architectures().values():
        for title, found in record.presets.items():
            if title.casefold() == name.casefold():
                return record, found
    known = ", ".join(title for record in architectures().values() for title in record.presets)
    raise Refusal("preset", f"preset is {name[:40]!r}; known presets are {known}.")
