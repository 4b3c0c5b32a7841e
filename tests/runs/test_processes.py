from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A server with two runs, started from another folder than the project's."""
    command = [sys.executable, str(ROOT / "tests" / "runs" / "server.py"), str(tmp_path / "runs")]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_outlives_the_server(server: subprocess.Popen[str], name: str):
    assert server.stdout is not None
    assert server.stdout.readline() == "ready False\n"
    family = psutil.Process(server.pid).children(recursive=True)
    assert len(family) >= 5  # forkserver, resource tracker, surveyor, two workers
    server.send_signal(getattr(signal, name))
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
