"""What each latent looks at, over the image or the frames of a film, and what the answer looks at through them.

The answer asks the latents, and the latents have looked at the pixels, so what it sees of a pixel is

    answer → pixel = Σ over latents (answer → latent) · (latent → pixel)

which sums to one over all pixels. What latents tell each other in between is left out of it.

facts:  latents (how many), shown (their numbers: all, or those that the answer looks at most), latent: the locked one
        or null; frames, across: how many in a line of the sheet, rows, columns: pixels of one frame, shape of the
        sheet [channel, row, column]; off, example
arrays: image, all frames as one sheet, uint8; looks (latent, row, column of the sheet): uint8 codes, 255 the largest
        weight of that latent, and tops (latent,): that weight; asks (latent,): the answer's weights of the latents
        shown; sees (row, column of the sheet): the answer's of every pixel
"""

from __future__ import annotations

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.models.perceiver import Perceiver
from dlplay.pixels import frames
from dlplay.probes.asked import Nth
from dlplay.probes.gallery import example
from dlplay.probes.images import as_bytes, brightness, side_by_side
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.silence import silenced
from dlplay.tap import look

MOST_LATENTS, MOST_WEIGHTS = 64, 400_000
"""Sent at most: latents, and weights of all of them together (but always 8 latents)."""
CODES = 255


def picture(seen: Seen, latent: Nth | None = None, off: tuple[str, ...] = ()) -> Frame:
    """The latents for the chosen example. latent: a locked one, which is always shown. off: what is silenced.

    Raises `Refusal` for a model without latents. What is not finite counts as 0.
    """
    model = seen.model
    if not isinstance(model, Perceiver):
        raise Refusal("picture", f"{type(model).__name__} has no latents that look.")
    inputs, _ = seen.chosen()
    silent = known(model, off)
    with torch.inference_mode(), silenced(model, silent):
        captures = look(model, seen.tensor(inputs))
    looks = np.nan_to_num(captures["looking.cross.weights"].value[0].mean(dim=0).float().cpu().numpy())
    asks = np.nan_to_num(captures["asking.cross.weights"].value[0].mean(dim=0)[0].float().cpu().numpy())
    film = frames(seen.task, inputs)[0]  # (frame, channel, row, column)
    image, across = side_by_side(film)
    count, _, rows, columns = film.shape
    if latent is not None:
        latent = min(latent, len(asks) - 1)
    shown = _shown(asks, looks.shape[1], latent)
    tops = looks[shown].max(axis=1)
    codes = np.rint(looks[shown] / np.maximum(tops, 1e-30)[:, None] * CODES).astype(np.uint8)
    place = (count, 1, rows, columns)
    return {
        "picture": "latents",
        "step": seen.step,
        "latents": len(asks),
        "shown": shown.tolist(),
        "latent": latent,
        "frames": count,
        "across": across,
        "rows": rows,
        "columns": columns,
        "shape": list(image.shape),
        "off": list(silent),
        "example": example(seen),
    }, {
        "image": as_bytes(image, brightness(seen.split)),
        "looks": np.concatenate([side_by_side(one.reshape(place))[0] for one in codes]),
        "tops": tops.astype(np.float32),
        "asks": asks[shown].astype(np.float32),
        "sees": side_by_side((asks @ looks).reshape(place))[0][0].astype(np.float32),
    }


def _shown(asks: np.ndarray, pixels: int, latent: int | None) -> np.ndarray:
    """The latents that are sent, in order: all where they are few, else those that the answer looks at most."""
    most = min(MOST_LATENTS, max(8, MOST_WEIGHTS // pixels))
    if len(asks) <= most:
        return np.arange(len(asks))
    best = np.argsort(-asks, kind="stable")[:most]
    if latent is not None and latent not in best:
        best[-1] = latent
    return np.sort(best)
