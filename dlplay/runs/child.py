"""One process of ours and the pipe to it: forked from the warm forkserver, or spawned.

The server's own main script is never run in it: under Streamlit that would be a visitor's page.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dlplay.runs import entry

ROOT = Path(__file__).parents[2]


class Child:
    """A process of ours and our end of the pipe to it; messages may be sent before it runs."""

    _starting = threading.Lock()

    def __init__(self, role: entry.Role, *, forked: bool):
        self.forked = forked
        context: Any = multiprocessing.get_context("forkserver" if forked else "spawn")
        self.pipe, self._theirs = context.Pipe()
        self.process = context.Process(target=entry.main, args=(self._theirs, role), name=role, daemon=True)
        self._begun, self._killed = False, False

    def start(self) -> None:
        """Starts the process, once. Blocks while the forkserver itself is still getting warm."""
        with self._starting:
            if self._killed:
                raise EOFError("ended before it began")
            if self._begun:
                return
            if self.forked:
                _forkserver()
                self.process.start()
            else:
                with _main_hidden():
                    self.process.start()
            self._begun = True
            self._theirs.close()

    @property
    def lives(self) -> bool:
        """Whether it may still be given something to do: it runs, or will."""
        return not self._killed and (not self._begun or self.process.is_alive())

    def kill(self) -> None:
        """Ends the process now, or before it has begun."""
        with self._starting:
            self._killed = True
            if self._begun:
                self.process.kill()

    def end(self) -> str:
        """How the process ended, in one sentence."""
        if not self._begun:
            return "The run's process was never started."
        self.process.join(1)
        code = self.process.exitcode
        if code is not None and code < 0:
            why = ", often because memory ran out" if code == -9 else ""
            return f"The run's process was ended from outside (signal {-code}){why}."
        return f"The run's process has ended by itself (exit code {code})."


def _forkserver() -> None:
    """Makes sure that the warm forkserver lives, wherever the server was started from."""
    multiprocessing.forkserver.set_forkserver_preload(["dlplay.runs.preload"])
    wanted = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
    wanted |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Inside, a spawned child would not run the server's main script, which under Streamlit is a visitor's page."""
    main = sys.modules["__main__"]
    known: Any = main.__dict__
    hidden = {name: known[name] for name in ("__file__", "__spec__") if name in known}
    known.pop("__file__", None)
    known["__spec__"] = None
    try:
        yield
    finally:
        known.update(hidden)
