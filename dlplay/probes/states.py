"""Every gate and state of a recurrent layer for one example, and how the numbers of one unit at one step are made.

facts:  cell ("LSTM" | "GRU" | "RNN"), state: what carries the memory ("cell" | "hidden"); layer, layers; units of one
        direction, directions; time: steps of the example, padding cut off
        shown [{name, title, scale, low, high}]: what is drawn, each an array of that name; a gate from 0 to 1, a
        candidate and a hidden state from −1 to 1, a cell in its own range
        stack [{layer, shown}]: the same of what every layer carries, where all are wanted, else null
        tokens (words), or features (names) beside the array `numbers`; example {part, index, count, text, name}
        dates: what the steps are called, where they have names; mark: the place of the feature that marks steps, or
        null; image: rows and columns of the picture that is read, or null; film: whether steps are frames
        short {class: its shorter name}
        answers {each_step, kind, said, right, true, end}: see `_answers`
        order, orders; unit, at: as wanted, null where nothing is locked; looked {unit, at}: what `work` is about
        follows {name}: what the correlations are with, null where there is nothing to follow
        work [{name, kind, …}]: the arithmetic of every number of that unit at that step, see `dlplay.probes.unrolled`
arrays: one (unit, time) float32 for each shown, those of the direction from the end behind those of the other
        ranked (unit,) int32: the units in the order asked for, each direction by itself
        half_life (unit,): steps after which half is forgotten, inf where nothing is, NaN where no gate says it
        correlation (unit,), followed (time,): where there is something to follow
        of a stack "layer.name" (unit, time) and "layer.ranked" (unit,), layers counted from 0
        numbers (time, feature): what is read, in raw units, where no tokens are; of a film what the eyes say of it
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.frame import cleaned, finite
from dlplay.layers.reader import Reader
from dlplay.layers.recurrent import GRU, LSTM, Direction, Plain, Recurrent
from dlplay.models.video import Video
from dlplay.probes.answers import probabilities
from dlplay.probes.asked import Nth
from dlplay.probes.choices import ARRANGED
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.units import correlations, half_lives, ranked
from dlplay.probes.unrolled import worked
from dlplay.tap import look
from dlplay.tokens import written

TITLES = {
    "forget": "Forget gate", "input": "Input gate", "output": "Output gate", "candidate": "Candidate",
    "cell": "Cell state", "hidden": "Hidden state", "reset": "Reset gate", "update": "Update gate",
}  # fmt: skip
DRAWN: dict[type[Direction], tuple[str, ...]] = {
    LSTM: ("forget", "input", "output", "candidate", "cell", "hidden"),
    GRU: ("reset", "update", "candidate", "hidden"),
    Plain: ("hidden",),
}
NAMES: dict[type[Direction], str] = {LSTM: "LSTM", GRU: "GRU", Plain: "RNN"}
KEEPS: dict[type[Direction], str] = {LSTM: "forget", GRU: "update"}
"""The gate that says how much of the old memory stays."""
Arrays = dict[str, np.ndarray]
GATES = frozenset({"forget", "input", "output", "reset", "update"})


def picture(
    seen: Seen,
    layer: Nth = 0,
    order: str = "in order",
    unit: Nth | None = None,
    at: Nth | None = None,
    refused: dict[str, str] | None = None,
    stacked: bool = False,
) -> Frame:
    """The states of one layer for the chosen example.

    unit: the locked one, counted on through both directions. at: the locked step; of a shorter example its last one.
    refused: a text that waits in its box and why, as it was given. stacked: also what all layers carry.
    Raises `Refusal`.
    """
    model: Any = seen.model
    layers = getattr(model, "layers", None)
    if not isinstance(layers, nn.ModuleList) or not all(isinstance(one, Recurrent) for one in layers):
        raise Refusal("picture", "Gates and states need a model with recurrent layers.")
    layer = _whole("layer", layer, len(layers))
    if order not in ARRANGED:
        raise Refusal("order", f"order is {str(order)[:40]!r}; it can be {', '.join(ARRANGED)}.")
    inputs, target = seen.chosen()
    time = _steps(seen, inputs)
    captures = {name: capture.value.detach()[0] for name, capture in look(model, seen.tensor(inputs)).items()}
    directions = _directions(layers[layer])
    kind = type(directions[0])
    names = [_place(layer, one) for one in directions]
    values = _drawn(captures, layer, directions, DRAWN[kind], time)
    units = directions[0].fused.hidden_size
    if unit is not None:
        unit = _whole("unit", unit, units * len(directions))
    at = None if at is None else min(_whole("at", at, 10**9), time - 1)
    state = "cell" if kind is LSTM else "hidden"
    kept = values[KEEPS[kind]] if kind in KEEPS else None
    name, followed = _followed(seen, inputs, target, time)
    correlation = None if followed is None else correlations(values[state], followed)
    rows = ranked(order, values[state], kept, correlation, len(directions))
    looked_unit = int(rows[0]) if unit is None else unit
    looked_at = time - 1 if at is None else at
    direction = directions[looked_unit // units]
    work = worked(
        direction,
        _read(captures, layer, time),
        {tap: captures[f"{names[looked_unit // units]}.{tap}"][:time] for tap in DRAWN[kind]},
        looked_unit % units,
        looked_at,
        _names_of_read(seen, layer, units),
    )
    labels = seen.labels(time)
    facts: dict[str, Any] = {
        "picture": "states",
        "step": seen.step,
        "cell": NAMES[kind],
        "state": state,
        "layer": layer,
        "layers": len(layers),
        "units": units,
        "directions": len(directions),
        "time": time,
        "shown": [_shown(tap, values[tap], directions[0]) for tap in DRAWN[kind]],
        "stack": None,
        "tokens": None if not seen.task.tokens else [seen.task.tokens[int(n)] for n in inputs[0][:time]],
        "features": _features(seen, captures),
        "mark": seen.task.features.index(seen.task.mark) if seen.task.mark else None,
        "image": seen.task.image,
        "film": seen.task.reads == "video",
        "short": dict(zip(seen.task.classes, seen.task.short, strict=False)),
        "dates": list(labels.steps),
        "example": _example(seen, inputs, time) | {"name": labels.name},
        "answers": _answers(seen, captures, target, time),
        "order": order,
        "orders": [
            one for one in ARRANGED if followed is not None or one != "follows the target"
        ],
        "unit": unit,
        "at": at,
        "refused": refused,
        "looked": {"unit": looked_unit, "at": looked_at},
        "follows": None if followed is None else {"name": name},
        "work": cleaned(work),
    }  # fmt: skip
    arrays = {name: value.astype(np.float32) for name, value in values.items()}
    arrays["ranked"] = rows.astype(np.int32)
    arrays["half_life"] = half_lives(kept) if kept is not None else np.full(len(rows), np.nan, np.float32)
    if followed is not None and correlation is not None:
        arrays |= {"followed": followed.astype(np.float32), "correlation": correlation}
    if seen.task.reads == "video":
        arrays["numbers"] = captures["seen"][:time].float().cpu().numpy()
    elif not seen.task.tokens:
        raw = inputs if seen.split.input_scaling is None else seen.split.input_scaling.back(inputs)
        arrays["numbers"] = raw[0, :time].astype(np.float32)
    if stacked:
        facts["stack"] = [_floor(captures, i, one, order, followed, arrays) for i, one in enumerate(layers)]
    return facts, arrays


def _floor(
    captures: dict[str, Tensor], layer: int, opened: Any, order: str, followed: np.ndarray | None, arrays: Arrays
) -> dict[str, Any]:
    """What one layer of a stack carries, as facts; its arrays are added to the others."""
    directions = _directions(opened)
    kind = type(directions[0])
    carried = tuple(name for name in ("cell", "hidden") if name in DRAWN[kind])
    gates = (KEEPS[kind],) if kind in KEEPS else ()
    values = _drawn(captures, layer, directions, carried + gates, len(arrays["hidden"][0]))
    states = values[carried[0]]
    correlation = None if followed is None else correlations(states, followed)
    rows = ranked(order, states, values[gates[0]] if gates else None, correlation, len(directions))
    arrays |= {f"{layer}.{name}": values[name].astype(np.float32) for name in carried}
    arrays[f"{layer}.ranked"] = rows.astype(np.int32)
    return {"layer": layer, "shown": [_shown(name, values[name], directions[0]) for name in carried]}


# --- what is shown -------------------------------------------------------------------------------------------------


def _whole(name: str, value: Any, limit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
        raise Refusal(name, f"{name} is {str(value)[:20]}; there are {limit}, counted from 0.")
    return value


def _steps(seen: Seen, inputs: np.ndarray) -> int:
    """How many steps of the example are no padding, at least 1."""
    return max(1, int((inputs[0] != 0).sum())) if seen.task.tokens else inputs.shape[1]


def _directions(layer: Any) -> list[Direction]:
    """The ways a layer reads: from the beginning, and from the end where it does."""
    return [one for one in (layer.there, layer.back) if one is not None]


def _place(layer: int, direction: Direction) -> str:
    """Where the taps of a direction are."""
    return f"layers.{layer}.{'back' if direction.backwards else 'there'}"


def _drawn(
    captures: dict[str, Tensor], layer: int, directions: list[Direction], names: tuple[str, ...], time: int
) -> Arrays:
    """Values (unit, time) by name, those of one direction below the other's."""
    return {
        name: torch.cat([captures[f"{_place(layer, one)}.{name}"][:time] for one in directions], dim=1).T.cpu().numpy()
        for name in names
    }


def _shown(name: str, values: np.ndarray, direction: Direction) -> dict[str, Any]:
    entry = {"name": name, "title": TITLES[name]}
    if name in GATES:
        return entry | {"scale": "amount", "low": 0.0, "high": 1.0}
    own = float(np.abs(values).max(initial=0.0)) or 1.0
    if getattr(direction, "bend", None) is torch.relu:
        return entry | {"scale": "amount", "low": 0.0, "high": finite(own) or 1.0}
    limit = (finite(own) or 1.0) if name == "cell" else 1.0
    return entry | {"scale": "signed", "low": -limit, "high": limit}


def _read(captures: dict[str, Tensor], layer: int, time: int) -> Tensor:
    """What a layer reads: (time, input). The first one tokens as numbers or numbers, the others the states below."""
    if layer == 0:
        return captures["seen"][:time]
    below = [f"layers.{layer - 1}.{side}.hidden" for side in ("there", "back")]
    return torch.cat([captures[name][:time] for name in below if name in captures], dim=1)


def _names_of_read(seen: Seen, layer: int, units: int) -> list[str] | None:
    """What the numbers a layer reads are called, where they have names of their own."""
    return list(seen.task.features) if layer == 0 and seen.task.features and not seen.task.tokens else None


def _features(seen: Seen, captures: dict[str, Tensor]) -> list[str]:
    """What the numbers read at a step are called; those that eyes tell of a frame are counted."""
    if seen.task.reads != "video":
        return list(seen.task.features)
    return [f"feature {number + 1}" for number in range(captures["seen"].shape[1])]


def _example(seen: Seen, inputs: np.ndarray, time: int) -> dict[str, Any]:
    part = seen.example.get("part", "held-out")
    words = None
    if seen.task.tokens:
        words = written(inputs[0][:time], seen.task.tokens, seen.task.joint)
    return {
        "part": part,
        "index": int(seen.example.get("index", 0)),
        "count": len(seen.part(part)),
        "text": words,
        "own": "text" in seen.example,
        "most": seen.task.input_shape[0],
    }


# --- the answers ---------------------------------------------------------------------------------------------------


def _answers(seen: Seen, captures: dict[str, Tensor], target: Any, time: int) -> dict[str, Any]:
    """What the model says, at every step where it can be told.

    each_step: an answer is wanted at every step; else `steps` holds what it would say if the sequence ended there,
    which is exactly what it says of the shorter one, and null where it also reads from the end. steps [{words, share}];
    true [words | null], right [bool | null]; end: the answer to the whole {words, share, true, right}.
    """
    task, model = seen.task, seen.model
    outputs = captures["output"].detach().float()
    if task.each_step:
        said = _said(seen, outputs[:time])
        wanted = [None] * time if target is None else [_wanted(seen, one) for one in target[:time]]
        right = [
            None if want is None or not task.classes else one["words"] == want
            for one, want in zip(said, wanted, strict=True)
        ]
        return {"each_step": True, "steps": said, "true": wanted, "right": right, "end": None}
    end = _said(seen, outputs[None])[0]
    true = None if target is None else _wanted(seen, np.asarray(target))
    end |= {"true": true, "right": None if true is None or not task.classes else true == end["words"]}
    steps = None
    if isinstance(model, Reader | Video) and not model.bidirectional:
        with torch.no_grad():
            hidden = captures[f"layers.{len(model.layers) - 1}.there.hidden"][:time]
            steps = _said(seen, model.answer(hidden).float())
    return {"each_step": False, "steps": steps, "true": None, "right": None, "end": end}


def _said(seen: Seen, outputs: Tensor) -> list[dict[str, Any]]:
    """Outputs (time, output) in words, each with the probability of the class or null."""
    task = seen.task
    if task.classes:
        shares = probabilities(task, outputs)
        best = shares.argmax(dim=1)
        return [
            {"words": task.classes[int(one)], "share": finite(float(share[one]))}
            for one, share in zip(best, shares, strict=True)
        ]
    numbers = outputs.cpu().numpy()
    if seen.split.target_scaling is not None:
        numbers = seen.split.target_scaling.back(numbers)
    return [{"words": None, "share": None, "value": finite(float(row[0]))} for row in numbers]


def _wanted(seen: Seen, target: np.ndarray) -> str | float | None:
    """The true answer of one step: a class's name, the first number in raw units, nothing where none is wanted."""
    if seen.task.classes:
        return None if int(target) < 0 else seen.task.classes[int(target)]
    row = np.atleast_1d(np.asarray(target, np.float32))
    scaling = seen.split.target_scaling
    if scaling is not None:
        row = row * scaling.deviation[: len(row)] + scaling.mean[: len(row)]
    return finite(float(row[0]))


def _followed(seen: Seen, inputs: np.ndarray, target: Any, time: int) -> tuple[str, np.ndarray | None]:
    """What a unit could follow, one number a step: what the data set says is worth keeping in mind, else the answers
    where every step has one: a number, or whether it is a certain class, of more than two the most frequent one here.
    """
    task, source = seen.task, seen.experiment.source
    found: tuple[str, np.ndarray] | None = None
    if source.follows is not None:
        found = source.follows(seen.experiment.data, inputs[0, :time])
    elif task.each_step and target is not None:
        answers = np.asarray(target, np.float64).reshape(len(target), -1)[:time, 0]
        if task.classes:
            counts = np.bincount(answers[answers >= 0].astype(int), minlength=len(task.classes))
            which = 1 if len(task.classes) == 2 else int(counts.argmax())
            is_it = np.where(answers < 0, np.nan, answers == which)
            found = f"the {'next' if task.next_step else 'answer'} “{task.classes[which]}”", is_it
        else:
            found = "what comes next" if task.next_step else "the answer", _nexts(task, inputs, answers)
    if found is None or np.isfinite(found[1]).sum() < 3:
        return "", None
    return found[0], found[1]


def _nexts(task: Task, inputs: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """The numbers that are asked for. Where not all are and they are the next ones read, those that are read."""
    if not task.next_step or np.isfinite(answers).all():
        return answers
    return np.append(inputs[0, 1 : len(answers), task.features.index(task.targets[0])], np.nan)
