"""What every network has to be told that writes a text token by token. No torch here."""

from __future__ import annotations

from typing import Literal

from dlplay.config import Config, field


class WritingConfig(Config):
    """A recurrent decoder, and how it looks at what it writes about."""

    cell: Literal["lstm", "gru"] = field("gru", help="how a state follows from the one before")
    units: int = field(48, ge=4, le=256, step=4, help="size of every state")
    layers: int = field(1, ge=1, le=2, help="recurrent layers on top of each other")
    embedding: int = field(24, ge=2, le=256, step=2, help="numbers that stand for one token")
    attention: Literal["none", "additive", "multiplicative"] = field("additive", help="how the decoder looks back")
    teacher_forcing: float = field(
        1.0, ge=0, le=1, step=0.1, label="Teacher forcing", help="share of steps given the true token before"
    )
