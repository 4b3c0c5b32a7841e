"""A model shows itself by passing values through a `Tap` that names their axes.

    self.weights = Tap("batch head query key")
    ...
    weights = self.weights(scores.softmax(dim=-1))        # (batch, head, query, key)

Nobody listening costs one call. Under `look` the same forward pass leaves a `Capture` for every tap it went through.
The axes alone choose the picture, so a new architecture is seen without more code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

AXES = ("batch", "time", "unit", "channel", "row", "column", "head", "query", "key", "token", "class")


@dataclass(frozen=True)
class Capture:
    """What one tap saw: its place in the model, the axes, and the tensor, still attached to the graph."""

    name: str
    axes: tuple[str, ...]
    value: Tensor


class Tap(nn.Module):
    """The identity, with named axes."""

    def __init__(self, axes: str):
        super().__init__()
        self.axes = tuple(axes.split())
        unknown = set(self.axes) - set(AXES)
        if unknown:
            raise ValueError(f"tap axes {axes!r}: {', '.join(sorted(unknown))} is no axis; known are {', '.join(AXES)}")
        self.listener: Listener | None = None

    @property
    def listened(self) -> bool:
        """Whether anybody is listening: a model may leave out what only a listener would see."""
        return self.listener is not None

    def forward(self, value: Tensor) -> Tensor:
        if self.listener is not None:
            self.listener(self, value)
        return value

    def extra_repr(self) -> str:
        return " ".join(self.axes)


class Listener:
    """Collects what the taps of one model see."""

    def __init__(self, model: nn.Module):
        self.names = {module: name for name, module in model.named_modules() if isinstance(module, Tap)}
        self.captures: dict[str, Capture] = {}

    def __call__(self, tap: Tap, value: Tensor) -> None:
        name = self.names[tap]
        if value.dim() != len(tap.axes):
            raise ValueError(f"tap {name}: axes {' '.join(tap.axes)} do not fit a tensor of shape {tuple(value.shape)}")
        self.captures[name] = Capture(name, tap.axes, value)


@contextmanager
def listening(model: nn.Module) -> Iterator[dict[str, Capture]]:
    """While inside, every forward pass of the model fills the dictionary: tap name to `Capture`, in order of use."""
    listener = Listener(model)
    try:
        for tap in listener.names:
            tap.listener = listener
        yield listener.captures
    finally:
        for tap in listener.names:
            tap.listener = None


def look(model: nn.Module, *inputs: Any) -> dict[str, Capture]:
    """One forward pass, seen through every tap. Gradients flow when they are switched on around the call."""
    with listening(model) as captures:
        model(*inputs)
    return captures
