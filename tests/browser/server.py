"""The real server as a process of its own: started on a free port of this computer, stopped with all its children."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds until a server has to answer on a busy computer


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, its process, and the file with what it said."""

    url: str
    process: psutil.Process
    log: Path

    def said(self) -> str:
        """What the server wrote so far."""
        return self.log.read_text(errors="replace")

    def workers(self) -> list[psutil.Process]:
        """The processes it started that still live."""
        return self.process.children(recursive=True)


@contextmanager
def serving(home: Path, root: Path = ROOT) -> Iterator[Server]:
    """`streamlit run app.py` in `root` with its own DLPLAY_HOME; ready when the block begins, gone when it ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        f"--server.port={port}",
        "--server.address=127.0.0.1",
    ]
    with log.open("wb") as said:
        started = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "DLPLAY_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", psutil.Process(started.pid), log)
    try:
        _wait_for_health(server, started)
        yield server
    finally:
        _stop(server.process)
        started.wait()


def _wait_for_health(server: Server, started: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        try:
            started.wait(0.05)  # a server that ended will not answer any more
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"The server ended with {started.returncode}:\n{server.said()}")
    raise RuntimeError(f"The server did not answer within {PATIENCE:g} s:\n{server.said()}")


def _stop(process: psutil.Process) -> None:
    """Ends a server and whatever it started, politely first."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for step in (psutil.Process.terminate, psutil.Process.kill):
        for member in family:
            try:
                step(member)
            except psutil.NoSuchProcess:
                continue
        _, family = psutil.wait_procs(family, timeout=8)
