"""A film frame by frame: what the eyes make of every frame, what is remembered, and what would be answered there.

facts:  frames (how many), shape [channel, row, column] of one, still: the frame that stands still for all, or null
        layers [{title, form ("maps" | "row"), scale, count, sent, rows, columns, limit}]: of the eyes; eye: the one
        that is shown, with its array `maps`; channel: the one of its maps that is shown
        memory {layer, layers, units, directions, cell}: the recurrent layer whose states are shown
        names of the classes, true (a class or null), said [class]: what would be answered after each frame
        unit, at: as wanted, null where nothing is locked; example {part, index, count, own}
arrays: frames (frame, channel, row, column) uint8; hidden (unit, frame), units from the end behind the others; answers
        (frame, class): the probabilities if the film ended there, from a forward pass of its own for each
        maps: of a layer of maps (map, frame, row, column) uint8 as shares of its limit, 255 for amounts; of signed
        values 127 is zero and 254 the limit; of a row of numbers (unit, frame) float32
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import finite
from dlplay.layers.records import Flatten, Layer
from dlplay.layers.recurrent import GRU, LSTM, Direction, Plain, Recurrent
from dlplay.layers.shapes import name
from dlplay.models.video import Video, eyes
from dlplay.probes.answers import probabilities
from dlplay.probes.asked import Nth
from dlplay.probes.gallery import example
from dlplay.probes.images import as_bytes, brightness
from dlplay.probes.places import is_amount
from dlplay.probes.seen import Frame, Seen
from dlplay.tap import look

MOST_MAPS = 32
"""Maps of a layer that are sent."""
CELLS: dict[type[Direction], str] = {LSTM: "LSTM", GRU: "GRU", Plain: "RNN"}


def picture(
    seen: Seen, eye: Nth = 0, channel: Nth = 0, layer: Nth = 0, unit: Nth | None = None, at: Nth | None = None
) -> Frame:
    """The chosen film. eye, channel: a layer of the eyes and one of its maps; layer: of the memory; what there is not
    is the last one there is. unit, at: locked. Raises `Refusal` for a model without eyes for every frame.
    """
    model = seen.model
    if not isinstance(model, Video):
        raise Refusal("picture", "A film is seen frame by frame where a model has eyes for each and a memory for all.")
    inputs, target = seen.chosen()
    films = seen.tensor(inputs)
    with torch.no_grad():
        captures = {name: capture.value.float() for name, capture in look(model, films).items()}
        shares = probabilities(seen.task, ended(model, films))
    found = _eyes(model, seen)
    eye, layer = min(eye, len(found) - 1), min(layer, len(model.layers) - 1)
    number, facts = found[eye]
    maps = _shown(captures[f"eyes.{number}.value"][0], facts)
    there = cast(Recurrent, model.layers[layer]).there
    sides = [captures[tap][0].T for side in ("there", "back") if (tap := f"layers.{layer}.{side}.hidden") in captures]
    hidden = torch.cat(sides).cpu().numpy()  # (unit, frame)
    count = films.shape[1]
    return {
        "picture": "film",
        "step": seen.step,
        "frames": count,
        "shape": list(films.shape[2:]),
        "still": count // 2 if model.still else None,
        "layers": [one for _, one in found],
        "eye": eye,
        "channel": min(channel, facts["sent"] - 1),
        "memory": {
            "layer": layer,
            "layers": len(model.layers),
            "units": there.fused.hidden_size,
            "directions": len(sides),
            "cell": CELLS[type(there)],
        },
        "names": list(seen.task.classes),
        "true": target,
        "said": shares.argmax(dim=1).tolist(),
        "unit": None if unit is None else min(unit, len(hidden) - 1),
        "at": None if at is None else min(at, count - 1),
        "example": example(seen),
    }, {
        "frames": as_bytes(inputs[0], brightness(seen.split)),
        "hidden": np.nan_to_num(hidden).astype(np.float32),
        "answers": np.nan_to_num(shares.numpy()).astype(np.float32),
        "maps": maps,
    }


@torch.no_grad()
def ended(model: Video, films: Tensor) -> Tensor:
    """What a model puts out for one film (1, time, …) if it ended after each of its frames: (time, output).

    Of a film that stands still as many times the frame that is seen of the whole.
    """
    watched = model.watched(films)
    return torch.cat([model(watched[:, : time + 1]) for time in range(films.shape[1])]).float()


def _eyes(model: Video, seen: Seen) -> list[tuple[int, dict[str, Any]]]:
    """The layers of the eyes that give something new, each with its number in the model."""
    records = eyes(seen.experiment.network, seen.task.input_shape[1:])  # type: ignore[arg-type]
    found: list[tuple[int, dict[str, Any]]] = []
    amount = False
    for number, record in enumerate(records):
        amount = is_amount(record, amount)
        if not isinstance(record, Flatten):
            scale = "amount" if amount else "signed"
            found.append((number, {"title": f"{len(found) + 1} {_title(record)}", "scale": scale}))
    return found


def _title(record: Layer) -> str:
    """What a layer is called, without the size of its window."""
    return name(record).partition(f" {getattr(record, 'kernel', '')}×")[0]


def _shown(values: Tensor, facts: dict[str, Any]) -> np.ndarray:
    """What a layer of the eyes gives for a film (time, channel, …), as it is sent; its facts are told the rest."""
    values = torch.nan_to_num(values, posinf=0.0, neginf=0.0).movedim(0, 1)  # (channel, time, …)
    maps = values.dim() == 4
    sent = values[:MOST_MAPS] if maps else values
    limit = finite(float(sent.abs().max())) or 1.0
    rows, columns = values.shape[2:] if maps else (1, 1)
    facts |= {"form": "maps" if maps else "row", "count": len(values), "sent": len(sent), "limit": limit}
    facts |= {"rows": rows, "columns": columns}
    if not maps:
        return sent.cpu().numpy().astype(np.float32)
    shares = 255 * sent / limit if facts["scale"] == "amount" else 127 + 127 * sent / limit
    return shares.round().clamp(0, 255).cpu().numpy().astype(np.uint8)
