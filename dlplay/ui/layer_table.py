"""The layer editor as it is shown: a draft and its survey as one frame for `assets/live/stack.js`.

The JavaScript knows no layer: names, fields, limits and sentences are made here from the records and their knobs.
"""

from __future__ import annotations

import re
from typing import Any

from dlplay.config import Config, Knob, knob, knobs, records
from dlplay.frame import pack
from dlplay.layers.shapes import name, spelled
from dlplay.ui.controls import words
from dlplay.ui.stack import Draft, fold, stack_field

POOLS = ("maxpool", "avgpool")  # their windows usually stand side by side: stride as wide as the kernel
NAMED = ("kind", "channels", "units", "kernel")  # stand in the name or in the output already
ALWAYS = ("share", "how", "activation")  # said even at their default
SHORT = {"padding": "pad"}


def frame(draft: Draft, survey: dict[str, Any] | None, *, title: str = "Layers") -> bytes:
    """What the editor shows. survey: what `anatomy.survey` says about this very draft, or None while it is made."""
    config = type(draft.network)
    stack = stack_field(config)
    found = survey or {}
    measured = {row["name"]: row for row in found.get("layers", ())}
    misfit = found.get("misfit")
    rows = [
        _row(index, layer, measured.get(f"layers.{index}"), misfit, draft) for index, layer in enumerate(draft.layers)
    ]
    facts = {
        "title": title,
        "rows": rows,
        "answer": _answer(draft, measured.get("answer"), misfit),
        "groups": fold(draft.layers),
        "kinds": {kind: _kind(kind, record) for kind, record in records(config, stack).items()},
        "most": knob(config, stack).at_most,
        "misfit": misfit and {"index": misfit["index"], "sentence": misfit["sentence"]},
        "repairs": [label for label, _ in draft.mended],
        "totals": _totals(found, draft) if found and not misfit else None,
        "tooLarge": found.get("too_large"),
        "undo": draft.undo,
        "redo": draft.redo,
        "runs": draft.run is not None,
        "changed": draft.run is not None and draft.run != draft.network,
        "selected": draft.selected,
    }
    return pack(facts)


def called(layer: Config) -> tuple[str, str]:
    """What a layer is called, and in few words what sets it apart: ("conv 3×3", "pad 1, stride 2")."""
    kind, details = str(getattr(layer, "kind", "")), []
    for known in knobs(type(layer)):
        value = getattr(layer, known.name)
        usual = getattr(layer, "kernel") if kind in POOLS and known.name == "stride" else known.default  # noqa: B009
        if known.name in NAMED or kind == "act" or (value == usual and known.name not in ALWAYS):
            continue
        details.append(_detail(known, value))
    return name(layer) if kind else f"{getattr(layer, 'units', '')} units", ", ".join(details)


def _detail(known: Knob, value: Any) -> str:
    if known.kind == "switch":
        return known.label.lower() if value else f"no {known.label.lower()}"
    if isinstance(value, str):
        return words(value)
    if known.kind == "number":
        return f"{100 * value:.0f} %"
    return f"{SHORT.get(known.name, known.label.lower())} {value}"


def _row(
    index: int, layer: Config, measured: dict[str, Any] | None, misfit: dict[str, Any] | None, draft: Draft
) -> dict[str, Any]:
    title, detail = called(layer)
    state = "fits" if misfit is None or index < misfit["index"] else "bad" if index == misfit["index"] else "waits"
    return {
        "name": title,
        "detail": detail,
        "kind": str(getattr(layer, "kind", "")),
        "values": {known.name: getattr(layer, known.name) for known in knobs(type(layer)) if known.name != "kind"},
        "state": state,
        **_numbers(measured if state == "fits" else None, draft),
    }


def _answer(draft: Draft, measured: dict[str, Any] | None, misfit: dict[str, Any] | None) -> dict[str, Any] | None:
    """The row of the answer; none when the last layer itself gives it and fits."""
    wrong = misfit is not None and misfit["index"] == len(draft.layers)
    if measured is None and not wrong and (misfit is None or getattr(draft.network, "head", "dense") == "none"):
        return None
    state = "bad" if wrong else "waits" if misfit else "fits"
    shown = {"name": "answer", "detail": "", "state": state, **_numbers(measured, draft)}
    return shown | ({} if measured else {"output": f"{draft.task.outputs:,}"})


def _numbers(measured: dict[str, Any] | None, draft: Draft) -> dict[str, Any]:
    """Output, parameters and field of a row; None where they are not known."""
    if measured is None:
        return {"output": None, "parameters": None, "macs": None, "sees": None, "field": None}
    shape, field = measured["output_shape"][1:], measured["receptive_field"]
    return {
        "output": spelled(tuple(shape)),
        "parameters": measured["parameters"],
        "macs": measured["macs"],
        "sees": _sees(field, shape, draft),
        "field": field,
    }


def _sees(field: dict[str, int] | None, shape: list[int], draft: Draft) -> str:
    """The side of what a number sees in pixels; "all" when a row of numbers sees the whole image."""
    image = draft.task.input_shape
    if field is None:
        return ""
    whole = len(shape) == 1 and field["padding"] >= 0 and field["size"] - field["padding"] >= max(image[1:])
    return "all" if whole else f"{field['size']}×{field['size']}"


def _past(field: dict[str, int] | None, image: tuple[int, ...]) -> bool:
    return field is not None and field["size"] > min(image[1:])


def _totals(found: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """Sums, which part of the image the answer sees, and past which size a number of some layer sees padding."""
    last, image = found["layers"][-1]["receptive_field"], draft.task.input_shape
    sees = past = ""
    if len(image) == 3 and any(_past(layer["receptive_field"], image) for layer in found["layers"]):
        past = f"{image[1]}×{image[2]}"
    if last is not None and len(image) == 3:
        rows, columns = (
            max(0, min(side, last["size"] - last["padding"]) - max(0, -last["padding"])) for side in image[1:]
        )
        sees = (
            "the whole image"
            if (rows, columns) == tuple(image[1:])
            else f"{rows} × {columns} of {image[1]} × {image[2]}"
        )
    return {
        "parameters": found["parameters"],
        "macs": found["macs"],
        "sees": sees,
        "past": past,
        "memory": found["memory"]["all"],
        "batch": found["memory"]["batch"],
        "seconds": found["seconds"],
        "rate": found["rate"],
    }


def _kind(kind: str, record: type[Config]) -> dict[str, Any]:
    """One kind of layer: what the menu says, and its fields."""
    title = "activation" if kind == "act" else re.sub(r" \d+×\d+", "", name(record())) if kind else "layer"
    sentence = (record.__doc__ or "").strip().splitlines()[0]
    fields = [
        {
            "name": known.name,
            "label": known.label,
            "kind": known.kind,
            "low": known.low,
            "high": known.high,
            "step": known.step or (1 if known.kind == "whole" else 0.1),
            "unit": known.unit,
            "help": known.help,
            "choices": [[choice, words(choice)] for choice in known.choices],
        }
        for known in knobs(record)
        if known.name != "kind"
    ]
    return {"title": title[0].upper() + title[1:], "sentence": sentence, "fields": fields}
