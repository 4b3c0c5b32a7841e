"""How many runs a server takes, and how long it keeps them."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Places:
    """per_visitor, in_all: runs with a process. idle, resting: seconds until an unwatched run stops, playing or not.

    days: how long a run is kept on disk after its last use. disk: bytes that all runs take there.
    """

    per_visitor: int = 4
    in_all: int = 64
    idle: float = 600.0
    resting: float = 120.0
    days: float = 7.0
    disk: int = 4 << 30

    @classmethod
    def of_environment(cls) -> Places:
        """DLPLAY_RUNS_PER_VISITOR, DLPLAY_RUNS, DLPLAY_IDLE_MINUTES, DLPLAY_DISK_GB, where they are set."""
        told = os.environ.get
        return cls(
            per_visitor=int(told("DLPLAY_RUNS_PER_VISITOR", cls.per_visitor)),
            in_all=int(told("DLPLAY_RUNS", cls.in_all)),
            idle=60 * float(told("DLPLAY_IDLE_MINUTES", cls.idle / 60)),
            disk=int(float(told("DLPLAY_DISK_GB", cls.disk / 2**30)) * 2**30),
        )
