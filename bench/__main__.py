"""Every benchmark of this folder as one table: name · target · measured.

    python -m bench              all of them
    python -m bench speed        those of bench/speed.py

A benchmark is a file with `main()`, which gives rows (name, target, measured) as they are measured.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench

WIDTHS = (52, 24)


def main(wanted: list[str]) -> int:
    """Prints the table; 1 when a benchmark could not be run."""
    failed = 0
    _line("name", "target", "measured")
    _line("─" * WIDTHS[0], "─" * WIDTHS[1], "─" * 30)
    for name in sorted(entry.name for entry in pkgutil.iter_modules(bench.__path__)):
        if name == "__main__" or (wanted and name not in wanted):
            continue
        run = getattr(importlib.import_module(f"bench.{name}"), "main", None)
        if run is None:
            continue
        try:
            for row in run():
                _line(*row)
        except Exception as error:  # one that cannot run is named, and the others still are measured
            failed += 1
            _line(name, "", f"could not be measured: {type(error).__name__}: {error}")
    return min(failed, 1)


def _line(name: str, target: str, measured: str) -> None:
    print(f"{name:<{WIDTHS[0]}}  {target:<{WIDTHS[1]}}  {measured}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
