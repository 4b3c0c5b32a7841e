"""Where a run computes: the devices that are there."""

from __future__ import annotations

from collections.abc import Callable

import torch

from dlplay.config import Refusal


def devices() -> tuple[str, ...]:
    """The devices of this machine, by the name a config gives them; "cpu" is always the first."""
    found = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return tuple(name for name, there in found.items() if there)


def device(name: str) -> torch.device:
    """The device of that name. Raises `Refusal` when it is not there."""
    if name != "cpu" and name not in devices():
        raise Refusal("device", f"device is {name}; this machine has {', '.join(devices())}.")
    return torch.device(name)


def seeder(where: torch.device) -> Callable[[int], object]:
    """What sets the random state that layers such as dropout draw from on that device."""
    return {"cuda": torch.cuda.manual_seed, "mps": torch.mps.manual_seed}.get(
        where.type, torch.default_generator.manual_seed
    )
