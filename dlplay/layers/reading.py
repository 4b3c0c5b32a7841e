"""What every network has to be told that reads a sequence step by step. No torch here."""

from __future__ import annotations

from typing import Literal, TypeVar

from dlplay.config import Config, Refusal, field
from dlplay.dataset import Task


class ReadingConfig(Config):
    """Recurrent layers on top of each other, from the sequence to the answer."""

    units: int = field(32, ge=1, le=512, help="size of the state in each direction")
    layers: int = field(1, ge=1, le=4, help="recurrent layers on top of each other")
    bidirectional: bool = field(False, help="also reads from the end to the beginning")
    dropout: float = field(0.0, ge=0, le=0.9, step=0.1, help="share silenced between layers while training")
    recurrent: Literal["default", "orthogonal"] = field(
        "default", label="Recurrent matrix", help="how the weights from state to state begin"
    )
    gain: float = field(1.0, ge=0.1, le=3, step=0.05, help="factor of an orthogonal recurrent matrix")
    embedding: int = field(16, ge=1, le=256, help="numbers for one token; plain numbers go in directly")


R = TypeVar("R", bound=ReadingConfig)


def fit(config: R, task: Task) -> R:
    """One direction only where the answer is the next step; everything else suits every sequence."""
    return config.but(bidirectional=False) if task.next_step else config


def check(config: ReadingConfig, task: Task) -> None:
    """Raises `Refusal` where the network would read what it is asked to foretell."""
    if config.bidirectional and task.next_step:
        raise Refusal(
            "bidirectional", "bidirectional is true; a network that foretells the next step must not read from the end."
        )
