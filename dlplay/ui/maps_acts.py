"""What can be done in the pictures of a network of maps: choose an image, lock a cell, edit the stack."""

from __future__ import annotations

import base64

import numpy as np

from dlplay.config import Refusal, quoted
from dlplay.pixels import shape
from dlplay.probes.choices import ORDERS, OVER, SCALES
from dlplay.ui import pictures, session
from dlplay.ui.acts import Act, chosen, example, guarded, release, text, whole
from dlplay.ui.limits import FARTHEST, TAP
from dlplay.ui.view import View


def lock(act: Act) -> None:
    """A cell of a feature map: its arithmetic and what it sees open beside."""
    tap, place = text(act, "tap"), (whole(act, name, high=FARTHEST) for name in ("channel", "row", "column"))
    if not TAP.fullmatch(tap):
        raise Refusal("tap", f"tap is {quoted(tap)}; letters, digits, dots and underscores may stand there.")
    session.look(cell=(tap, *place), channel=None)


def scale(act: Act) -> None:
    session.look(scale=chosen(act, SCALES))


def order(act: Act) -> None:
    """In which order images are offered."""
    session.look(order=chosen(act, ORDERS))


def over(act: Act) -> None:
    """How many images the effective receptive field is averaged over."""
    session.look(over=chosen(act, OVER))


def shown(act: Act) -> None:
    """Feature maps, or the filters that make them."""
    session.look(filters=chosen(act, ("maps", "filters")) == "filters")


def channel(act: Act) -> None:
    """The input map whose products are shown."""
    session.look(channel=whole(act, "channel", high=FARTHEST))


def pixels(act: Act) -> None:
    """An image drawn by hand: rows of values from 0 to 1, of the data's own size."""
    wanted = shape(session.visit().experiment.task)
    if wanted is None:
        raise Refusal("pixels", "pixels are of no use here; this data has no single image.")
    channels, *size = wanted
    try:
        given = np.array(act.get("pixels"), np.float64)
    except (TypeError, ValueError, OverflowError):
        raise Refusal("pixels", "pixels are no rows of numbers.") from None
    if given.shape != tuple(size):
        raise Refusal("pixels", f"pixels are not {size[0]} × {size[1]}, the size of this data.")
    if not ((given >= 0) & (given <= 1)).all():
        raise Refusal("pixels", "pixels lie between 0 and 1.")
    session.look(View.on, pixels=(tuple(map(tuple, given.tolist())),) * channels)


def upload(act: Act) -> None:
    """A PNG or JPEG file as base64; of one that is too large only its size comes."""
    size = whole(act, "size", high=2**53)
    if size > pictures.LARGEST_FILE:
        limit = pictures.LARGEST_FILE // 1024**2
        raise Refusal("upload", f"The file has {size / 1024**2:.1f} MB; at most {limit} MB are read.")
    try:
        raw = base64.b64decode(text(act, "file"), validate=True)
    except ValueError as wrong:
        raise Refusal("upload", "The file did not arrive whole.") from wrong
    found = pictures.from_upload(raw, shape(session.visit().experiment.task) or ())
    session.look(View.on, pixels=tuple(tuple(map(tuple, one)) for one in found.round(4).tolist()))


maps = guarded({"lock": lock, "release": release, "scale": scale, "view": shown})
beside = guarded({"scale": scale})
cell = guarded({"input": channel, "release": release, "lock": lock, "over": over})
gallery = guarded({"example": example, "order": order, "pixels": pixels, "upload": upload})
