"""The first function of every child process. The server names it when it starts one, so it needs no torch itself."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Literal

Role = Literal["worker", "surveyor"]


def main(pipe: Connection, role: Role) -> None:
    """Lives as a worker or as the surveyor until the pipe closes or the parent is gone."""
    if role == "worker":
        from dlplay.runs import worker

        worker.main(pipe)
    else:
        from dlplay.runs import surveyor

        surveyor.main(pipe)
