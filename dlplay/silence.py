"""Switching off, by name, something that a model does; its weights stay as they are.

    switches(model)                                       # ("positions", "mask", "blocks.0", "blocks.0.attention", …)
    with silenced(model, ["blocks.0.attention.2"]):
        outputs = model(inputs)                           # without the third head of the first block

A head's part of what attention mixes becomes 0, as if its columns of `out` were; a part of a block adds nothing to the
stream; a whole block lets the stream pass by unchanged; without "mask" the future can be seen; without "positions"
nothing says where a token stands. Fused and written-out forms are silenced alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from torch import nn

from dlplay.config import Refusal, quoted


class Silenceable(nn.Module):
    """A module that can leave out some of what it does.

    words: what it can leave out, each as it stands behind the module's name; "" is the module as a whole.
    shared: what all modules of a model leave out together, under this name alone.
    silent: what is left out now, read by `forward`.
    """

    words: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()


def switches(model: nn.Module) -> tuple[str, ...]:
    """The names of all that can be switched off: what is shared first, then from the input to the output."""
    places = _places(model)
    together = [name for name, found in places.items() if found[0][1] in found[0][0].shared]
    return tuple(dict.fromkeys([*together, *places]))


def unmasked(model: nn.Module) -> bool:
    """Whether the future can be seen at this moment, as the mask is switched off."""
    return any(isinstance(module, Silenceable) and "mask" in module.silent for module in model.modules())


@contextmanager
def silenced(model: nn.Module, names: Iterable[str]) -> Iterator[None]:
    """While inside, the model works without these. Raises `Refusal` for a name that is none of its `switches`."""
    places, wanted = _places(model), tuple(names)
    unknown = next((name for name in wanted if name not in places), None)
    if unknown is not None:
        raise Refusal("silent", f"silent holds {quoted(unknown)}; this model has no part of that name.")
    before = {module: module.silent for found in places.values() for module, _ in found}
    try:
        for name in wanted:
            for module, word in places[name]:
                module.silent = module.silent | {word}
        yield
    finally:
        for module, silent in before.items():
            module.silent = silent


def _places(model: nn.Module) -> dict[str, list[tuple[Silenceable, str]]]:
    """Every name to the modules it speaks of, each with the word that it is called there."""
    places: dict[str, list[tuple[Silenceable, str]]] = {}
    for name, module in model.named_modules():
        if isinstance(module, Silenceable):
            for word in module.shared:
                places.setdefault(word, []).append((module, word))
            for word in module.words:
                places.setdefault(".".join(part for part in (name, word) if part), []).append((module, word))
    return places
