"""A caption being written: the image, and for each word of it which regions the model looks at."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.layers.regions import eyes
from dlplay.pixels import frames
from dlplay.probes.asked import Nth
from dlplay.probes.gallery import example
from dlplay.probes.images import as_bytes, brightness
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.told import told, wanted
from dlplay.tap import Capture
from dlplay.training.gates import openings


def picture(
    seen: Seen,
    width: Nth = 1,
    chosen: Nth = 0,
    layer: Nth | None = None,
    head: Nth | str = "mean",
    at: Nth | None = None,
    off: tuple[str, ...] = (),
) -> Frame:
    """The caption written for the chosen image by a beam of this width (1: greedily), and where each word looks.

    chosen: which of the captions found is shown, 0 the best. layer, head: whose weights, where there are several; by
    default the mean of the heads of the last layer. at: a locked word, as it was given. off: what is silenced.

    Facts: words, next, shares, beams, steps, width, chosen, begins, ends and off as in `dlplay.probes.told`; wanted
    (the true words, none where they are not known), right (of each word whether it stands in the true caption, in the
    same order), said (the same of each true word), grid {rows, columns, stride} of regions, layers, heads and shown
    {layer, head} (none without attention), gate (how far the gate of that layer stands open, none where it has none),
    at, example. Arrays: image (channel, row, column), 0 black and 255 white; with attention weights (query, key), the
    keys being regions, row after row, and each row summing to one. What is not finite is none. Raises `Refusal`.
    """
    if seen.task.reads != "caption":
        raise Refusal("picture", "Only a model that writes about an image is drawn writing its caption.")
    silent = known(seen.model, off)
    found = told(seen, width, chosen, silent, _taken)
    arrays = {"image": as_bytes(frames(seen.task, seen.chosen()[0])[0, 0], brightness(seen.split))}
    layers, heads, shown, gate = 0, 0, None, None
    if "weights" in found.passed:
        weights = found.passed["weights"]  # (query, layer, head, key)
        layers, heads = weights.shape[1:3]
        which = layers - 1 if layer is None else min(layer, layers - 1)
        one = min(head, heads - 1) if isinstance(head, int) else "mean"
        of_layer = weights[:, which]  # (query, head, key)
        of_words = of_layer.mean(dim=1) if isinstance(one, str) else of_layer[:, one]
        arrays["weights"] = torch.nan_to_num(of_words).cpu().numpy()
        shown = {"layer": which, "head": one}
        gate = openings(seen.model).get(f"layer {which + 1} attention")
    truth = wanted(seen)
    facts: dict[str, Any] = {
        "step": seen.step,
        **found.facts,
        "wanted": truth,
        **_met(found.words, truth),
        "grid": _grid(seen.model),
        "layers": layers,
        "heads": heads,
        "shown": shown,
        "gate": gate,
        "at": at,
        "example": example(seen),
    }
    return cleaned(facts), arrays


def _taken(captures: Mapping[str, Capture]) -> dict[str, Tensor]:
    """Where each word looks, (query, layer, head, key): of a recurrent writer one layer of one head."""
    if "alignment" in captures:
        return {"weights": captures["alignment"].value[0, :, None, None]}
    crossed = [capture.value[0] for name, capture in captures.items() if name.endswith("cross.weights")]
    return {"weights": torch.stack(crossed).permute(2, 0, 1, 3)} if crossed else {}


def _grid(model: nn.Module) -> dict[str, int] | None:
    """How the regions lie that the model looks at."""
    found = eyes(model)
    return None if found is None else {"rows": found.grid[0], "columns": found.grid[1], "stride": found.stride}


def _met(words: list[str], truth: list[str] | None) -> dict[str, Any]:
    """Which words of both stand in the other one too, in one order: a word left out makes none behind it wrong."""
    if truth is None:
        return {"right": None, "said": None}
    pairs = [
        (block.a + i, block.b + i)
        for block in SequenceMatcher(None, words, truth, autojunk=False).get_matching_blocks()
        for i in range(block.size)
    ]
    ours, theirs = {one for one, _ in pairs}, {other for _, other in pairs}
    return {"right": [i in ours for i in range(len(words))], "said": [i in theirs for i in range(len(truth))]}
