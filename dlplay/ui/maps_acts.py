"""What can be done in the pictures of a network of maps: choose an image, lock a cell, edit the stack."""

from __future__ import annotations

import math

from dlplay.config import Refusal
from dlplay.ui import session
from dlplay.ui.acts import Act, guarded, release
from dlplay.ui.network_acts import example
from dlplay.ui.view import SCALES


def lock(act: Act) -> None:
    """A cell of a feature map: its arithmetic and what it sees open beside."""
    place = (str(act["tap"])[:60], int(act["channel"]), int(act["row"]), int(act["column"]))
    session.look(cell=place, channel=None)


def scale(act: Act) -> None:
    if act["value"] not in SCALES:
        raise Refusal("scale", f"scale is {str(act['value'])[:20]!r}; it can be {', '.join(SCALES)}.")
    session.look(scale=act["value"])


def channel(act: Act) -> None:
    """The input map whose products are shown."""
    session.look(channel=max(0, int(act["channel"])))


def pixels(act: Act) -> None:
    """An image drawn by hand: rows of values from 0 to 1, of the data's own size."""
    channels, rows, columns = session.visit().experiment.task.input_shape
    given = tuple(tuple(float(value) for value in row) for row in act["pixels"][:rows])
    if len(given) != rows or any(len(row) != columns for row in given):
        raise Refusal("pixels", f"pixels are not {rows} × {columns}, the size of this data.")
    if not all(0 <= value <= 1 and math.isfinite(value) for row in given for value in row):
        raise Refusal("pixels", "pixels lie between 0 and 1.")
    session.look(pixels=(given,) * channels)


maps = guarded({"lock": lock, "release": release, "scale": scale})
cell = guarded({"input": channel, "release": release, "lock": lock})
gallery = guarded({"example": example, "pixels": pixels})
