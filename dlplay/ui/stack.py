"""The layer editor's side of the server: what is done to a stack of layers, as pure functions of values.

    draft = Draft("cnn", task, network)
    draft = apply({"do": "set", "index": 0, "name": "kernel", "value": 5}, draft)
    part("layers", frame(draft, survey), act)             # survey: dlplay.anatomy.survey of the draft's experiment

Acts come from a browser, so each is checked; what cannot be done raises `Refusal`. An impossible stack is no error: it
is a draft like any other, shown with its reason and its repairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dlplay.architecture import architecture
from dlplay.config import Config, Refusal, accept, knob, knobs, quoted, records, stack
from dlplay.dataset import Task

MOST_PASTED = 64


@dataclass(frozen=True)
class Draft:
    """A stack being edited. run: the config of the run whose pictures are shown; selected: the row that is chosen.

    undo, redo: whether there is something to undo or to redo.
    """

    architecture: str
    task: Task
    network: Config
    run: Config | None = None
    selected: int | None = None
    undo: bool = False
    redo: bool = False

    @cached_property
    def mended(self) -> tuple[tuple[str, Config], ...]:
        """Repairs of an impossible stack: what the button says and where it leads."""
        return architecture(self.architecture).mended(self.network, self.task)

    @property
    def layers(self) -> tuple[Config, ...]:
        return layers(self.network)


def stack_field(config: type[Config]) -> str:
    """The field of a config that holds its layers. Raises `Refusal` without one."""
    name = stack(config)
    if name is None:
        raise Refusal("layers", f"{config.__name__.removesuffix('Config')} has no layers to edit.")
    return name


def layers(config: Config) -> tuple[Config, ...]:
    """The layer records of a config, first to last."""
    return getattr(config, stack_field(type(config)))


def apply(act: Mapping[str, Any], draft: Draft) -> Draft:
    """The draft after one act of the editor. Raises `Refusal`.

    {"do": "add", "index", "kind"}, {"do": "duplicate" | "remove" | "select", "index"}, {"do": "move", "from", "to"},
    {"do": "set", "index", "name", "value"}, {"do": "paste", "index", "layers"} and {"do": "repair", "which"}. `to` is
    the place after the move, `index` of add and paste where the first goes; added at None, a layer goes to the last
    place where the whole stack fits.
    """
    do = act.get("do")
    if do == "select":
        return replace(draft, selected=None if act.get("index") is None else _place(act, "index", len(draft.layers)))
    if do == "repair":
        _, mended = draft.mended[_place(act, "which", len(draft.mended))]
        stays = draft.selected is not None and draft.selected < len(layers(mended))
        return replace(draft, network=mended, selected=draft.selected if stays else None)
    if do == "add" and act.get("index") is None:
        act = {**act, "index": _where_it_fits(act, draft)}
    edited, selected = edit(act, draft.network)
    return replace(draft, network=edited, selected=selected)


def edit(act: Mapping[str, Any], config: Config) -> tuple[Config, int | None]:
    """A config after one change of its layers, and the row to select then. Raises `Refusal`."""
    name = stack_field(type(config))
    kinds, rows = records(type(config), name), list(getattr(config, name))
    match act.get("do"):
        case "add":
            selected = _place(act, "index", len(rows) + 1)
            kind = act.get("kind", "")
            if not isinstance(kind, str) or kind not in kinds:
                raise Refusal("kind", f"kind is {quoted(kind)}; it can be {', '.join(kinds)}.")
            rows.insert(selected, kinds[kind]())
        case "duplicate":
            place = _place(act, "index", len(rows))
            rows.insert(selected := place + 1, rows[place])
        case "remove":
            place = _place(act, "index", len(rows))
            del rows[place]
            selected = min(place, len(rows) - 1)
        case "move":
            moved = rows.pop(_place(act, "from", len(rows)))
            rows.insert(selected := _place(act, "to", len(rows) + 1), moved)
        case "set":
            selected = _place(act, "index", len(rows))
            rows[selected] = _set(rows[selected], act.get("name"), act.get("value"))
        case "paste":
            selected = _place(act, "index", len(rows) + 1)
            rows[selected:selected] = _pasted(act.get("layers"), kinds)
        case _:
            raise Refusal("do", f"do is {quoted(act.get('do'))}; the layer editor does not know that.")
    _room(type(config), name, len(rows))
    return config.but(**{name: tuple(rows)}), selected if rows else None


def fold(rows: Sequence[Config]) -> list[tuple[int, int, int]]:
    """Blocks that stand several times in a row, as (start, length, times), from the top and as much as possible each.

    A single layer counts from three times on, a block of two or more from twice on.
    """
    found, start = [], 0
    while start < len(rows):
        best = (0, 0)
        for length in range(1, (len(rows) - start) // 2 + 1):
            block, times = rows[start : start + length], 1
            while rows[start + times * length : start + (times + 1) * length] == block:
                times += 1
            if times >= (3 if length == 1 else 2) and length * times > best[0] * best[1]:
                best = (length, times)
        if best[1]:
            found.append((start, *best))
        start += max(1, best[0] * best[1])
    return found


def _where_it_fits(act: Mapping[str, Any], draft: Draft) -> int:
    """The last place where a new layer leaves nothing to repair; the end when there is none."""
    end = len(draft.layers)
    for index in range(end, -1, -1):
        edited, _ = edit({**act, "index": index}, draft.network)
        if not replace(draft, network=edited).mended:
            return index
    return end


def _place(act: Mapping[str, Any], key: str, count: int) -> int:
    """A place named by an act: a whole number from 0 to count − 1."""
    place = act.get(key)
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < count:
        limit = f"it can be 0 to {count - 1}" if count else "there is nothing to choose"
        raise Refusal(key, f"{key} is {quoted(place)}; {limit}.")
    return place


def _set(layer: Config, name: Any, value: Any) -> Config:
    known = [knob.name for knob in knobs(type(layer)) if knob.name != "kind"]
    if name not in known:
        raise Refusal("name", f"name is {quoted(name)}; it can be {', '.join(known) or 'nothing'}.")
    return layer.but(**{name: value})


def _pasted(given: Any, kinds: Mapping[str, type[Config]]) -> list[Config]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_PASTED:
        raise Refusal("layers", f"layers must be a list of 1 to {MOST_PASTED} layers.")
    found = []
    for record in given:
        kind = record.get("kind", "") if isinstance(record, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            what = quoted(kind if isinstance(record, dict) else record)
            raise Refusal("layers", f"layers holds {what}, which is no layer of this stack.")
        found.append(accept(kinds[kind], record))
    return found


def _room(config: type[Config], name: str, count: int) -> None:
    most = knob(config, name).at_most
    if most is not None and count > most:
        raise Refusal(name, f"The stack would have {count} layers; at most {most} fit.")
