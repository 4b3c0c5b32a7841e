"""What a number of a feature map sees: the frame it could see, and how strongly it answers to each pixel inside.

Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019 (frame).
Luo, Li, Urtasun, Zemel: Understanding the Effective Receptive Field in Deep Convolutional Neural Networks, 2016 (heat).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.probes.places import IMAGE, Place
from dlplay.tap import Capture, look


@dataclass(frozen=True)
class Rectangle:
    """A rectangle on the image, in pixels; it may begin above 0 or end below the image, in the padding."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grown:
    """A place on the way from the image to a cell, and what the cell in its middle sees there."""

    tap: str
    title: str
    row: int
    column: int
    frame: Rectangle


def frame(place: Place, row: int, column: int, shape: Sequence[int]) -> Rectangle:
    """What the cell could see of an image of this shape (channel, row, column); all of it after a mixing layer."""
    if place.field is None:
        return Rectangle(0, 0, shape[1], shape[2])
    top, bottom = place.field.span(row)
    left, right = place.field.span(column)
    return Rectangle(top, left, bottom, right)


def growth(
    places: Mapping[str, Place],
    tap: str,
    row: int,
    column: int,
    shapes: Mapping[str, Sequence[int]],
    image: Sequence[int],
) -> list[Grown]:
    """The fields of the same spot through all earlier layers that widen the view, first layer first.

    shapes: tap to (channel, row, column); in each window the middle cell is followed back.
    """
    found: list[Grown] = []
    place = places[tap]
    while place.field is not None:
        if place.grows:
            found.append(Grown(place.tap, place.title, row, column, frame(place, row, column, image)))
        if place.source == IMAGE:
            break
        reach, stride, padding = place.window
        source = shapes[place.source]
        row, column = (
            min(max(index * stride - padding + (reach - 1) // 2, 0), size - 1)
            for index, size in ((row, source[1]), (column, source[2]))
        )
        place = places[place.source]
    return found[::-1]


def responses(images: Tensor, capture: Capture, cell: tuple[int, ...]) -> np.ndarray:
    """|∂ value / ∂ pixel| of one cell, summed over colours, averaged over images: (row, column), ≥ 0.

    images: (batch, channel, row, column), requiring gradients, from which the capture was made by a model in evaluation
    mode. cell: channel, row, column, or the unit alone. Exactly 0 where a pixel cannot reach the cell.
    """
    values = capture.value.flatten(1)[:, int(np.ravel_multi_index(cell, capture.value.shape[1:]))]  # (batch,)
    (slopes,) = torch.autograd.grad(values.sum(), images, retain_graph=True)
    return slopes.abs().sum(dim=1).mean(dim=0).cpu().numpy()


def effective(model: nn.Module, images: Tensor, tap: str, cell: tuple[int, ...]) -> np.ndarray:
    """How strongly each pixel moves one cell of a tap, averaged over images: (row, column), ≥ 0.

    images: (batch, channel, row, column). The model is in evaluation mode, so that images do not mix.
    """
    with torch.enable_grad():
        given = images.detach().clone().requires_grad_()
        return responses(given, look(model, given)[tap], cell)
