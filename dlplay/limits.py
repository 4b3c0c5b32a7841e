"""What one run may take: of memory, of time for a step, of parameters."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """memory: bytes its process may take beyond what all processes share; seconds: for one step at assumed rates."""

    memory: float = 2e9
    seconds: float = 5.0
    parameters: int = 200_000_000

    @property
    def network(self) -> float:
        """Bytes for training the network; the other half holds the data, the copy that is looked at, and pictures."""
        return self.memory / 2

    @classmethod
    def of_environment(cls) -> Limits:
        """DLPLAY_RUN_MEMORY (bytes), DLPLAY_STEP_SECONDS and DLPLAY_PARAMETERS, where they are set."""
        return cls(
            float(os.environ.get("DLPLAY_RUN_MEMORY", cls.memory)),
            float(os.environ.get("DLPLAY_STEP_SECONDS", cls.seconds)),
            int(os.environ.get("DLPLAY_PARAMETERS", cls.parameters)),
        )
