"""What can be done in the pictures of a network of maps: choose an image, lock a cell, edit the stack."""

from __future__ import annotations

import base64
import math
from typing import Any

from dlplay.config import Refusal, quoted
from dlplay.probes.choices import ORDERS, OVER, SCALES
from dlplay.ui import pictures, session
from dlplay.ui.acts import Act, example, guarded, release, text, whole
from dlplay.ui.view import FARTHEST, TAP, View


def lock(act: Act) -> None:
    """A cell of a feature map: its arithmetic and what it sees open beside."""
    tap, place = text(act, "tap"), (whole(act, name, high=FARTHEST) for name in ("channel", "row", "column"))
    if not TAP.fullmatch(tap):
        raise Refusal("tap", f"tap is {quoted(tap)}; letters, digits, dots and underscores may stand there.")
    session.look(cell=(tap, *place), channel=None)


def scale(act: Act) -> None:
    session.look(scale=_one_of("scale", act["value"], SCALES))


def order(act: Act) -> None:
    """In which order images are offered."""
    session.look(order=_one_of("order", act["value"], ORDERS))


def over(act: Act) -> None:
    """How many images the effective receptive field is averaged over."""
    session.look(over=_one_of("over", act["value"], OVER))


def shown(act: Act) -> None:
    """Feature maps, or the filters that make them."""
    session.look(filters=_one_of("view", act["value"], ("maps", "filters")) == "filters")


def channel(act: Act) -> None:
    """The input map whose products are shown."""
    session.look(channel=whole(act, "channel", high=FARTHEST))


def pixels(act: Act) -> None:
    """An image drawn by hand: rows of values from 0 to 1, of the data's own size."""
    channels, rows, columns = session.visit().experiment.task.input_shape
    given = tuple(tuple(float(value) for value in row) for row in act["pixels"][:rows])
    if len(given) != rows or any(len(row) != columns for row in given):
        raise Refusal("pixels", f"pixels are not {rows} × {columns}, the size of this data.")
    if not all(0 <= value <= 1 and math.isfinite(value) for row in given for value in row):
        raise Refusal("pixels", "pixels lie between 0 and 1.")
    session.look(View.on, pixels=(given,) * channels)


def upload(act: Act) -> None:
    """A PNG or JPEG file as base64; of one that is too large only its size comes."""
    size = whole(act, "size", high=2**53)
    if size > pictures.LARGEST_FILE:
        limit = pictures.LARGEST_FILE // 1024**2
        raise Refusal("upload", f"The file has {size / 1024**2:.1f} MB; at most {limit} MB are read.")
    raw = base64.b64decode(text(act, "file"), validate=True)
    found = pictures.from_upload(raw, session.visit().experiment.task.input_shape)
    session.look(View.on, pixels=tuple(tuple(map(tuple, one)) for one in found.round(4).tolist()))


def _one_of(field: str, value: Any, known: tuple) -> Any:
    if value not in known:
        raise Refusal(field, f"{field} is {quoted(value)}; it can be {', '.join(map(str, known))}.")
    return value


maps = guarded({"lock": lock, "release": release, "scale": scale, "view": shown})
cell = guarded({"input": channel, "release": release, "lock": lock, "over": over})
gallery = guarded({"example": example, "order": order, "pixels": pixels, "upload": upload})
