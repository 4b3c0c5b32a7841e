"""The places of a layer stack: for every tap, which operation gave its value, from where, and what it can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from dlplay.config import Config, Refusal
from dlplay.layers.fields import PIXEL, Field, after, inner, left_padding
from dlplay.layers.records import Act, AvgPool, Conv, Dropout, Flatten, GlobalPool, MaxPool, Residual
from dlplay.layers.shapes import name
from dlplay.layers.stack import ResidualBlock, Stacked

IMAGE = ""
"""The source of the first layer."""
Window = tuple[int, int, int]
"""Reach, stride and padding of the cells of the source that one cell is made from."""


@dataclass(frozen=True)
class Place:
    """One tap of a stack. operations: a weighted sum, window or reordering, then what acts value by value.

    source: the tap that feeds it, `IMAGE` for the first. shortcut: what is added to the source, in a residual block.
    copies: whether it passes its values on as they are. grows: whether it widens the view.
    """

    tap: str
    title: str
    operations: tuple[nn.Module, ...]
    source: str
    window: Window = (1, 1, 0)
    field: Field | None = None
    never_negative: bool = False
    copies: bool = False
    shortcut: tuple[str, nn.Module, int] | None = None

    @property
    def grows(self) -> bool:
        return self.window[0] > 1


def places(model: nn.Module, layers: Sequence[Config]) -> dict[str, Place]:
    """Every tap of a model that is a stack with an answer, in order of use. Raises `Refusal` for other models."""
    stacked = getattr(model, "layers", None)
    if not isinstance(stacked, nn.ModuleList) or not all(isinstance(layer, Stacked) for layer in stacked):
        raise Refusal("picture", f"{type(model).__name__} has no layer stack to look into.")
    found: list[Place] = []
    source, never_negative = IMAGE, False
    field: Field | None = PIXEL
    for index, (record, layer) in enumerate(zip(layers, stacked, strict=True)):
        operation = layer.get_submodule("operation")
        title, prefix = f"{index + 1} {name(record)}", f"layers.{index}"
        if isinstance(operation, ResidualBlock) and isinstance(record, Residual) and field is not None:
            found += _inside(record, operation, f"{index + 1} residual", f"{prefix}.operation", source, field)
        never_negative = is_amount(record, never_negative)
        field = None if field is None else after(record, field)
        found.append(
            Place(
                tap=f"{prefix}.value",
                title=title,
                operations=_operations(operation),
                source=f"{prefix}.operation.branch" if isinstance(record, Residual) else source,
                window=(1, 1, 0) if isinstance(record, Residual) else _window(record),
                field=field,
                never_negative=never_negative,
                copies=isinstance(record, Dropout | Flatten),
                shortcut=_shortcut(record, operation, source),
            )
        )
        source = found[-1].tap
    found.append(Place("output", "answer", (model.get_submodule("answer"),), source))
    return {place.tap: place for place in found}


def _inside(record: Residual, block: ResidualBlock, title: str, prefix: str, source: str, field: Field) -> list[Place]:
    padding = (record.kernel - 1) // 2
    between = inner(record, field)
    return [
        Place(
            f"{prefix}.inner",
            f"{title}, inside",
            (block.first, block.first_norm, block.relu),
            source,
            (record.kernel, record.stride, padding),
            between,
            never_negative=True,
        ),
        Place(
            f"{prefix}.branch",
            f"{title}, branch",
            (block.second, block.second_norm),
            f"{prefix}.inner",
            (record.kernel, 1, padding),
            after(record, field),
        ),
    ]


def _operations(operation: nn.Module) -> tuple[nn.Module, ...]:
    return (operation.relu,) if isinstance(operation, ResidualBlock) else (operation,)


def _shortcut(record: Config, block: nn.Module, source: str) -> tuple[str, nn.Module, int] | None:
    if isinstance(record, Residual) and isinstance(block, ResidualBlock) and block.shortcut is not None:
        return source, block.shortcut, record.stride
    return None


def _window(record: Config) -> Window:
    match record:
        case Conv():
            return record.dilation * (record.kernel - 1) + 1, record.stride, left_padding(record)
        case MaxPool() | AvgPool():
            return record.kernel, record.stride, record.padding
        case _:
            return 1, 1, 0


def is_amount(record: Config, before: bool) -> bool:
    """Whether a layer's outputs are ≥ 0 by construction. Every activation here keeps what is ≥ 0 so."""
    match record:
        case Residual():
            return True
        case Act():
            return before or record.activation in ("relu", "sigmoid")
        case MaxPool() | AvgPool() | GlobalPool() | Flatten() | Dropout():
            return before
        case _:
            return False
