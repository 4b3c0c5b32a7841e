"""What shape each layer of a stack gives, and in words why an impossible one cannot be.

Shapes are without batch: (channel, row, column) for maps, (unit,) for a row of numbers. No torch here, so a stack is
checked at every edit. Output size of a window (Dumoulin & Visin, A guide to convolution arithmetic, 2016, eq. 15):

    ⌊(input + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from dlplay.config import Config, Refusal
from dlplay.layers.records import ACTIVATION_NAMES, Act, AvgPool, Conv, Dense, Flatten, GlobalPool, MaxPool, Residual

Shape = tuple[int, ...]


class Misfit(Refusal):
    """A layer that does not fit what comes in: its place in the stack (0 is first) and the reason in numbers."""

    def __init__(self, index: int, name: str, reason: str):
        super().__init__(f"layers.{index}", f"Layer {index + 1}, {name}: {reason}.")
        self.index = index
        self.name = name
        self.reason = reason


def trace(layers: Sequence[Config], shape: Shape) -> list[Shape]:
    """The output shape of every layer. Raises `Misfit` for the first that does not fit."""
    shapes = []
    for index, layer in enumerate(layers):
        try:
            shape = after(layer, shape)
        except ValueError as reason:
            raise Misfit(index, name(layer), str(reason)) from None
        shapes.append(shape)
    return shapes


def to_answer(layers: Sequence[Config], shape: Shape, outputs: int | None) -> list[Shape]:
    """The output shape of every layer of a stack that ends in an answer. Raises `Misfit`.

    outputs: how many numbers the last layer itself must give, or None when a dense layer of its own gives the answer
    and any row of numbers will do.
    """
    shapes = trace(layers, shape)
    last = [shape, *shapes][-1]
    if len(last) != 1:
        raise Misfit(len(layers), "answer", f"it needs one row of numbers, and {spelled(last)} maps come in")
    if outputs not in (None, last[0]):
        raise Misfit(len(layers), "answer", f"{last[0]:,} numbers come in and {outputs:,} are asked for")
    return shapes


def after(layer: Config, shape: Shape) -> Shape:
    """The output shape of one layer. Raises `ValueError` with the reason in numbers."""
    match layer:
        case Dense():
            if len(shape) != 1:
                raise ValueError(f"a dense layer needs one row of numbers, and {spelled(shape)} maps come in")
            return (layer.units,)
        case Flatten():
            return (prod(shape),)
        case Conv() | MaxPool() | AvgPool() | GlobalPool() | Residual() if len(shape) != 3:
            raise ValueError(f"it needs maps, and one row of {shape[0]:,} numbers comes in")
        case GlobalPool():
            return shape[:1]
        case Residual():
            padding = (layer.kernel - 1) // 2
            return (layer.channels, *_slid(shape, layer.kernel, layer.stride, padding, 1))
        case MaxPool() | AvgPool():
            if 2 * layer.padding > layer.kernel:
                raise ValueError(
                    f"padding {layer.padding} is more than half of the {layer.kernel}×{layer.kernel} window"
                )
            return (shape[0], *_slid(shape, layer.kernel, layer.stride, layer.padding, 1))
        case Conv():
            return (layer.channels, *_convolved(layer, shape))
        case _:
            return shape


def _convolved(layer: Conv, shape: Shape) -> Shape:
    for what, count in (("input", shape[0]), ("output", layer.channels)):
        if count % layer.groups:
            raise ValueError(f"{layer.groups} groups do not divide {count} {what} channels")
    if layer.padding == "same":
        if layer.stride > 1:
            raise ValueError(f'padding "same" needs stride 1, and the stride is {layer.stride}')
        return shape[1:]
    return _slid(shape, layer.kernel, layer.stride, layer.padding, layer.dilation)


def _slid(shape: Shape, kernel: int, stride: int, padding: int, dilation: int) -> Shape:
    reach = dilation * (kernel - 1) + 1
    rows, columns = shape[1:]
    if reach > min(rows, columns) + 2 * padding:
        spread = f" (spread over {reach} by dilation {dilation})" if dilation > 1 else ""
        padded = f" padded by {padding}" if padding else ""
        raise ValueError(f"kernel {kernel}{spread} does not fit a {rows}×{columns} input{padded}")
    return tuple((size + 2 * padding - reach) // stride + 1 for size in (rows, columns))


def name(layer: Config) -> str:
    """What a visitor calls the layer: "conv 3×3", "max pool 2×2", "dense 84"."""
    words = {"maxpool": "max pool", "avgpool": "mean pool", "globalpool": "global pool", "batchnorm": "batch norm"}
    if isinstance(layer, Act):
        return ACTIVATION_NAMES[layer.activation]
    kind = str(getattr(layer, "kind", ""))
    size = f" {layer.kernel}×{layer.kernel}" if hasattr(layer, "kernel") else ""
    return words.get(kind, kind) + size


def spelled(shape: Shape) -> str:
    """A shape in words: "8 × 4 × 4"."""
    return " × ".join(f"{size:,}" for size in shape)
