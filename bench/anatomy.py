"""Processor time it takes to say what a published network consists of, where a process has done it once before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from dlplay.anatomy import inspect

TARGET = 500
ROUNDS = 5


def main() -> Iterator[tuple[str, str, str]]:
    """Rows (name, target, measured)."""
    for name in ("GPT-2 small", "BERT large", "VGG-16"):
        inspect(name)
        taken = []
        for _ in range(ROUNDS):
            started = time.process_time()
            inspect(name)
            taken.append(1000 * (time.process_time() - started))
        yield f"inspect {name}", f"≤ {TARGET} ms", f"{median(taken):.0f} ms"
