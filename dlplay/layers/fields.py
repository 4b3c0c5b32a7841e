"""The theoretical receptive field: which part of the image can change a number at all.

A number in row r of a map sees the `size` image rows from r · stride − padding on; columns alike. Layer by layer

    size    ← size + dilation · (kernel − 1) · stride
    padding ← padding + padding of the layer · stride
    stride  ← stride · stride of the layer

Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019, equations 2 and 4. Where paths
meet, the largest counts. No torch here: an edited stack shows its fields before anything is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlplay.config import Config
from dlplay.layers.records import AvgPool, Conv, Dense, Flatten, GlobalPool, MaxPool, Residual


@dataclass(frozen=True)
class Field:
    """What one cell sees, in image pixels. padding: how far the first cell's field begins outside the image."""

    size: int
    stride: int
    padding: int

    def slid(self, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Field:
        """The field of a cell of a window that slides over these cells."""
        size = self.size + dilation * (kernel - 1) * self.stride
        return Field(size, self.stride * stride, self.padding + padding * self.stride)

    def span(self, index: int) -> tuple[int, int]:
        """First pixel and the one after the last, seen by the cell in this row (or column). May lie in the padding."""
        first = index * self.stride - self.padding
        return first, first + self.size


PIXEL = Field(1, 1, 0)


def fields(layers: Sequence[Config], start: Field = PIXEL) -> list[Field | None]:
    """The field after each layer, None from the first on that sees the whole image (flatten, global pooling, dense)."""
    found: list[Field | None] = []
    field: Field | None = start
    for layer in layers:
        field = None if field is None else after(layer, field)
        found.append(field)
    return found


def after(layer: Config, field: Field) -> Field | None:
    """The field of one layer's outputs, given that of its inputs. None: the whole image."""
    match layer:
        case Conv():
            return field.slid(layer.kernel, layer.stride, left_padding(layer), layer.dilation)
        case MaxPool() | AvgPool():
            return field.slid(layer.kernel, layer.stride, layer.padding)
        case Residual():
            return inner(layer, field).slid(layer.kernel, 1, (layer.kernel - 1) // 2)
        case Flatten() | GlobalPool() | Dense():
            return None
        case _:
            return field


def inner(layer: Residual, field: Field) -> Field:
    """The field between the two convolutions of a residual block."""
    return field.slid(layer.kernel, layer.stride, (layer.kernel - 1) // 2)


def left_padding(layer: Conv) -> int:
    """Zeros before the first row and column; for "same" and an even reach the odd one out comes after the last."""
    return layer.dilation * (layer.kernel - 1) // 2 if layer.padding == "same" else layer.padding
