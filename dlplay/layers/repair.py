"""Repairs of an impossible stack, each checked to make the whole stack fit, answer included.

A repair is a short chain of small changes. Each change answers the first layer that does not fit; when a layer further
on does not fit either, the chain goes on there. Taking away every layer that does not fit and giving the answer one row
of numbers always works, so there is always something to offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import gcd

from dlplay.config import Config, Refusal, knob
from dlplay.layers.records import AvgPool, Conv, Dense, Flatten, GlobalPool, MaxPool, Residual
from dlplay.layers.shapes import Misfit, Shape, name, to_answer, trace

Layers = tuple[Config, ...]
LONGEST_ROW = knob(Dense, "units").high or 0
"""How many numbers one dense layer can give."""


@dataclass(frozen=True)
class Repair:
    """What a button says, and the stack it leads to."""

    label: str
    layers: Layers


def repairs(
    layers: Sequence[Config], shape: Shape, outputs: int | None, *, room: int | None = None, most: int = 3
) -> tuple[Repair, ...]:
    """At most `most` ways to make a stack fit, best first: none when it fits, else at least one.

    shape: the input without batch; outputs: see `shapes.to_answer`; room: how many layers a stack may have.
    """
    whole = tuple(layers)
    if misfit(whole, shape, outputs) is None:
        return ()
    first = list(_changes(Repair("", whole), shape, outputs, room))
    found = [repair for repair in first if misfit(repair.layers, shape, outputs) is None]
    if not found:
        chains = [
            [chain for chain in _changes(repair, shape, outputs, room) if misfit(chain.layers, shape, outputs) is None]
            for repair in first[:12]
        ]
        found = [chain for tier in zip_longest(*chains) for chain in tier if chain]  # different beginnings first
    if not found:
        found = [_by_removal(whole, shape, outputs, room)]
    different = {repair.layers: repair for repair in reversed(found)}
    return tuple(repair for repair in found if different[repair.layers] is repair)[:most]


def misfit(layers: Layers, shape: Shape, outputs: int | None) -> Misfit | None:
    """The first layer of a stack that does not fit, or None."""
    try:
        to_answer(layers, shape, outputs)
    except Misfit as found:
        return found
    return None


def _changes(repair: Repair, shape: Shape, outputs: int | None, room: int | None) -> Iterator[Repair]:
    """Every stack one small change away, as an answer to the first layer that does not fit; best first."""
    layers = repair.layers
    found = misfit(layers, shape, outputs)
    if found is None:
        return
    index = found.index
    before = [shape, *trace(layers[:index], shape)]
    makers = (_at_answer if index == len(layers) else _at_layer, _earlier, _without)
    for maker in makers:
        for label, changed in maker(layers, index, before, outputs):
            if changed != layers and (room is None or len(changed) <= room):
                yield Repair(f"{repair.label}, then {label[0].lower()}{label[1:]}" if repair.label else label, changed)


Change = tuple[str, Layers]


def _at_layer(layers: Layers, index: int, before: list[Shape], outputs: int | None) -> Iterator[Change]:
    """Other settings of the layer itself, and what can stand before it."""
    layer, shape = layers[index], before[index]
    if isinstance(layer, Dense) and len(shape) == 3:
        yield "Add flatten before", (*layers[:index], Flatten(), *layers[index:])
        yield "Add global pool before", (*layers[:index], GlobalPool(), *layers[index:])
        return
    if len(shape) != 3:
        return
    for label, changes in _settings(layer, shape):
        try:
            changed = layer.but(**changes)
        except Refusal:  # beyond a limit of the field
            continue
        yield label, (*layers[:index], changed, *layers[index + 1 :])


def _settings(layer: Config, shape: Shape) -> Iterator[tuple[str, dict[str, int]]]:
    size = min(shape[1:])
    if isinstance(layer, Conv):
        if shape[0] % layer.groups or layer.channels % layer.groups:
            groups = gcd(layer.groups, shape[0], layer.channels)
            yield f"Set groups {groups}", {"groups": groups}
            near = max(1, round(layer.channels / layer.groups)) * layer.groups
            yield f"Set channels {near}", {"channels": near}
            return
        reach = layer.dilation * (layer.kernel - 1) + 1
        if layer.padding == "same":
            yield "Set stride 1", {"stride": 1}
            yield f"Set padding {reach // 2}", {"padding": reach // 2}
            return
        yield from _windows(layer, size, reach)
        if layer.dilation > 1:
            dilation = max(1, (size + 2 * layer.padding - 1) // (layer.kernel - 1))
            yield f"Set dilation {dilation}", {"dilation": dilation}
    elif isinstance(layer, MaxPool | AvgPool):
        if 2 * layer.padding > layer.kernel:
            yield f"Set padding {layer.kernel // 2}", {"padding": layer.kernel // 2}
            yield f"Set window {2 * layer.padding}", {"kernel": 2 * layer.padding}
        yield from _windows(layer, size, layer.kernel)


def _windows(layer: Conv | MaxPool | AvgPool, size: int, reach: int) -> Iterator[tuple[str, dict[str, int]]]:
    """Padding that makes the window fit an input of this size, or the largest window that fits."""
    padding = -(-(reach - size) // 2)
    if padding > int(layer.padding):
        yield f"Set padding {padding}", {"padding": padding}
    dilation = layer.dilation if isinstance(layer, Conv) else 1
    kernel = (size + 2 * int(layer.padding) - 1) // dilation + 1
    if kernel < layer.kernel:
        what = "kernel" if isinstance(layer, Conv) else "window"
        yield f"Set {what} {kernel}", {"kernel": kernel}


def _at_answer(layers: Layers, index: int, before: list[Shape], outputs: int | None) -> Iterator[Change]:
    """What gives the answer one row of numbers, as many as are asked for."""
    if len(before[-1]) == 3:
        yield "Add flatten at the end", (*layers, Flatten())
        yield "Add global pool at the end", (*layers, GlobalPool())
        if layers:
            yield f"Replace {_called(layers, index - 1)} by flatten", (*layers[:-1], Flatten())
    elif outputs is not None:
        for place in reversed(range(len(layers))):
            layer = layers[place]
            if isinstance(layer, Conv | Dense | Residual):
                key = "units" if isinstance(layer, Dense) else "channels"
                label = f"Set {outputs:,} {key} in {_called(layers, place)}"
                yield label, (*layers[:place], layer.but(**{key: outputs}), *layers[place + 1 :])
                break
        if outputs <= LONGEST_ROW:
            dense = Dense(units=outputs)
            yield f"Add dense with {outputs:,} units at the end", (*layers, dense)
            if layers:
                yield f"Replace {_called(layers, index - 1)} by dense with {outputs:,} units", (*layers[:-1], dense)


def _earlier(layers: Layers, index: int, before: list[Shape], outputs: int | None) -> Iterator[Change]:
    """What made the input small, or a row too early: the layers before, nearest first."""
    last = len(before) - 1
    rowed = next((place for place in range(last) if len(before[place]) == 3 and len(before[place + 1]) == 1), None)
    if rowed is not None and index < len(layers):
        dense = next((place for place in range(index, len(layers)) if isinstance(layers[place], Dense)), len(layers))
        where = f"before {_called(layers, dense)}" if dense < len(layers) else "to the end"
        moved = (*layers[:rowed], *layers[rowed + 1 : dense], layers[rowed], *layers[dense:])
        yield f"Move {_called(layers, rowed)} {where}", moved
    for place in reversed(range(index)):
        layer, smaller = layers[place], before[place + 1][-1] < before[place][-1]
        if isinstance(layer, MaxPool | AvgPool | Flatten | GlobalPool) and before[place] != before[place + 1]:
            yield f"Remove {_called(layers, place)}", (*layers[:place], *layers[place + 1 :])
        elif isinstance(layer, Conv | Residual) and layer.stride > 1 and smaller:
            still = (*layers[:place], layer.but(stride=1), *layers[place + 1 :])
            yield f"Set stride 1 in {_called(layers, place)}", still


def _without(layers: Layers, index: int, before: list[Shape], outputs: int | None) -> Iterator[Change]:
    if index < len(layers):
        yield f"Remove {_called(layers, index)}", (*layers[:index], *layers[index + 1 :])


def _by_removal(layers: Layers, shape: Shape, outputs: int | None, room: int | None) -> Repair:
    """Every layer that does not fit taken away, and at the end what the answer needs.

    Fewer layers where there is no room for that.
    """
    left = layers
    while (found := misfit(left, shape, outputs)) is not None and found.index < len(left):
        left = (*left[: found.index], *left[found.index + 1 :])
    ends: list[Layers] = [(), (Flatten(),)]
    ends += [(*end, Dense(units=outputs)) for end in ends if outputs is not None and outputs <= LONGEST_ROW]
    for length in reversed(range(len(left) + 1)):
        for end in ends:
            whole = (*left[:length], *end)
            if (room is None or len(whole) <= room) and misfit(whole, shape, outputs) is None:
                removed, added = len(layers) - length, " and ".join(map(name, end))
                label = f"Remove {removed} layers that do not fit" if removed else ""
                return Repair(", then add ".join(filter(None, (label, added))), whole)
    raise Misfit(len(layers), "answer", f"no stack of {room} layers gives {outputs} numbers")


def _called(layers: Layers, place: int) -> str:
    """A layer by its kind and number: "max pool (6)"."""
    return f"{name(layers[place]).partition(' ' + str(getattr(layers[place], 'kernel', '?')))[0]} ({place + 1})"
