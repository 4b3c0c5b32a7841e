"""A server without pages: two runs that train. Says "ready" and whether torch was imported, then waits for its end."""

from __future__ import annotations

import sys
from pathlib import Path

from dlplay.experiment import experiment
from dlplay.runs.manager import Runs

if __name__ == "__main__":
    keeper = Runs(where=Path(sys.argv[1]))
    keeper.start()
    for visitor in ("one", "two"):
        run = keeper.open(experiment("mlp", "circle"), visitor)
        run.play()
        run.wait(lambda run: run.history.step > 10)
    sys.stdout.write(f"ready {'torch' in sys.modules}\n")
    sys.stdout.flush()
    sys.stdin.read()
