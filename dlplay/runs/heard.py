"""What a child process hears on its pipe, for as long as somebody is there to listen to."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from dlplay.runs.wire import decode


def messages(pipe: Connection) -> Iterator[dict[str, Any]]:
    """Every message, until the pipe closes or the parent is gone. Linux, macOS and Windows alike."""
    parent = multiprocessing.parent_process()
    sources: list[Any] = [pipe] if parent is None else [pipe, parent.sentinel]
    try:
        while pipe in wait(sources):
            yield decode(pipe.recv_bytes())[0]
    except (EOFError, OSError):
        return


def heed_signals() -> None:
    """Ctrl-C is meant for the server, whose end ends us; SIGTERM ends the main thread's work in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)


def _leave(*_: Any) -> None:
    raise SystemExit
