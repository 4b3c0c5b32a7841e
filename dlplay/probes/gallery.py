"""The chosen image, and others to choose from: small, with their true class and what the model says at this step.

facts:  example {part, index, count, own}, true, image {shape}, part, page, pages, count, order, names,
        searched (among how many the worst and best were looked for),
        items [{index, true, said, share}], share the probability of what is said
arrays: image (channel, row, column) uint8; thumbs (example, channel, row, column) uint8
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch

from dlplay.config import Refusal
from dlplay.probes.answers import probabilities
from dlplay.probes.asked import Nth
from dlplay.probes.choices import ORDERS, PARTS
from dlplay.probes.images import as_bytes, brightness, thumbnails
from dlplay.probes.seen import Frame, Seen

ON_A_PAGE = 10
SEARCHED = 300
"""The worst and best are looked for among so many images at most, so that the answer comes at once."""


def picture(
    seen: Seen,
    part: Literal["held-out", "train"] | None = None,
    page: Nth | None = None,
    order: Literal["data", "worst", "best"] = "data",
) -> Frame:
    """A page of images, by default the one on which the chosen image stands. A page past the end is the last one.

    order: as the images stand, or those with the least or most probability of their true class first. Raises `Refusal`.
    """
    part = part or ("train" if seen.example.get("part") == "train" else "held-out")
    if part not in PARTS:
        raise Refusal("part", f"part is {str(part)[:20]!r}; it can be {' or '.join(PARTS)}.")
    if order not in ORDERS:
        raise Refusal("order", f"order is {str(order)[:20]!r}; it can be {', '.join(ORDERS)}.")
    if page is None:
        page = int(seen.example.get("index", 0)) // ON_A_PAGE if order == "data" else 0
    if isinstance(page, bool) or not isinstance(page, int) or page < 0:
        raise Refusal("page", f"page is {str(page)[:20]}; pages are counted from 0.")
    image, target = seen.chosen()
    examples = seen.part(part)
    if examples.inputs.ndim != 4:
        raise Refusal("picture", "This data set has no images.")
    count = len(examples) if order == "data" else min(len(examples), SEARCHED, seen.most)
    pages = -(-count // ON_A_PAGE)
    page = min(page, pages - 1)
    chosen = slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    places = np.arange(count)
    if order != "data" and seen.task.classes:
        shares = _shares(seen, examples.inputs[:count])[places, examples.targets[:count]]
        places = np.argsort(shares if order == "worst" else -shares, kind="stable")
    places = places[chosen]
    images, targets = examples.inputs[places], examples.targets[places]
    items: list[dict[str, Any]] = [{"index": int(i), "true": None, "said": None, "share": None} for i in places]
    if seen.task.classes:
        shares = np.nan_to_num(_shares(seen, images))
        for item, answer, row in zip(items, targets, shares, strict=True):
            item |= {"true": int(answer), "said": int(row.argmax()), "share": float(row.max())}
    facts = {
        "picture": "gallery",
        "step": seen.step,
        "part": part,
        "page": page,
        "pages": pages,
        "count": len(examples),
        "order": order,
        "searched": count,
        "names": list(seen.task.classes),
        "image": {"shape": list(image.shape[1:])},
        "true": target,
        "items": items,
        "example": example(seen),
    }
    ends = brightness(seen.split)
    return facts, {"image": as_bytes(image[0], ends), "thumbs": thumbnails(images, ends)}


def example(seen: Seen) -> dict[str, Any]:
    """Which image is looked at: its part and place, how many there are; own for drawn and uploaded ones."""
    part, own = str(seen.example.get("part", "held-out")), "pixels" in seen.example
    return {"part": part, "index": int(seen.example.get("index", 0)), "count": len(seen.part(part)), "own": own}


def _shares(seen: Seen, images: np.ndarray) -> np.ndarray:
    """The probability of every class for every image: (example, class)."""
    with torch.no_grad():
        return probabilities(seen.task, seen.model(seen.tensor(images))).cpu().numpy()
