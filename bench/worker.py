"""Worker processes: from a click to the first step, the memory of one more run, and how quickly a run shows itself."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from dlplay.experiment import Experiment, experiment
from dlplay.runs.manager import Runs
from dlplay.runs.places import Places
from dlplay.runs.run import Run

REPEATS, LOOKS = 8, 60
WANTS = {
    "mlp": [{"key": "network", "picture": "network"}, {"key": "surface", "picture": "surface"}],
    "cnn": [{"key": "maps", "picture": "maps"}],
}

Row = tuple[str, str, str]


def main() -> Iterator[Row]:
    """Rows (name, target, measured), in real processes on this machine as busy as it is."""
    with tempfile.TemporaryDirectory() as home:
        runs = Runs(where=Path(home), places=Places(per_visitor=100))
        started = time.monotonic()
        runs.start()
        try:
            default = experiment("mlp", "circle")
            runs.open(default, "warm").wait(lambda run: run.state == "paused", 60)
            yield "server start to a run that waits", "≤ 5 s", f"{time.monotonic() - started:.1f} s"
            yield _click(runs, default)
            yield from _memory(runs, default)
            for name, data in (("mlp", "circle"), ("cnn", "digits")):
                yield from _look(runs, name, experiment(name, data))
            yield _pause(runs, default)
        finally:
            runs.shutdown()


def _click(runs: Runs, wanted: Experiment) -> Row:
    """Opening a run and pressing Play, until its first loss is here."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run = runs.open(wanted, "click")
        run.play()
        run.wait(lambda run: run.history.step > 0)
        times.append(time.perf_counter() - started)
        runs.close(run.id)
    return "click to first step, warm server", "≤ 300 ms", _spread(times)


def _memory(runs: Runs, wanted: Experiment) -> Iterator[Row]:
    """What a process has for itself alone after 1,000 steps and a look: unique set size."""
    found: dict[str, list[float]] = {"private memory of a worker, MLP": [], "the same with a page that looks": []}
    for _ in range(3):
        run = runs.open(wanted, "memory")
        run.play()
        run.wait(lambda run: run.history.step > 1000, 60)
        pid = run.status()["pid"]
        for values in found.values():
            values.append(psutil.Process(pid).memory_full_info().uss / 2**20)
            run.look(WANTS["mlp"])
        runs.close(run.id)
    for name, values in found.items():
        yield name, "≤ 30 MB", f"{np.median(values):.1f} MB"


def _look(runs: Runs, name: str, wanted: Experiment) -> Iterator[Row]:
    """A page's question while the run plays: its pictures of the newest step, and of one snapshot after another."""
    run = runs.open(wanted, "look")
    run.play()
    run.wait(lambda run: run.history.step > 300, 60)
    live = [_timed(run, name, None) for _ in range(LOOKS)]
    kept = run.history.kept[:-2]
    old = [_timed(run, name, kept[place % len(kept)]) for place in range(LOOKS)]
    yield f"pictures of the newest step, {wanted.model.title} playing", "≤ 150 ms p50", _spread(live)
    yield f"pictures of an old snapshot, {wanted.model.title} playing", "≤ 150 ms p50", _spread(old)
    runs.close(run.id)


def _timed(run: Run, name: str, step: int | None) -> float:
    """One question, some steps after the last one; a run too busy to answer counts with the time it was waited for."""
    last = run.history.step
    run.wait(lambda run: run.history.step > last)
    started = time.perf_counter()
    run.look(WANTS[name], step)
    return time.perf_counter() - started


def _pause(runs: Runs, wanted: Experiment) -> Row:
    """Pressing Pause, until the run says that it has paused."""
    run, times = runs.open(wanted, "pause"), []
    for _ in range(REPEATS):
        run.play()
        run.wait(lambda run: run.state == "playing")
        started = time.perf_counter()
        run.pause()
        run.wait(lambda run: run.state == "paused")
        times.append(time.perf_counter() - started)
    return "pause answers", "≤ 200 ms", _spread(times)


def _spread(times: list[float]) -> str:
    middle, high = np.percentile(times, [50, 95]) * 1000
    return f"{middle:.0f} ms p50, {high:.0f} ms p95 (load {os.getloadavg()[0]:.0f})"


if __name__ == "__main__":
    for row in main():
        print("{:<52}  {:<24}  {}".format(*row), flush=True)
