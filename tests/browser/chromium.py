"""Finds a real Chromium, or gets one: Debian's package as root, else Playwright's own.

    python -m tests.browser.chromium

prints where it is. Tests only look (`find`); getting one is for the command line, once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "No Chromium was found and none could be installed. Install one (on Debian: apt-get install chromium) "
    "or say where it is: CHROMIUM=/path/to/chromium make test"
)


def find() -> str | None:
    """Where a Chromium is: the variable CHROMIUM, one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def get() -> str | None:
    """`find`, after installing one where there is none yet."""
    if find() is None and not os.environ.get("CHROMIUM"):
        if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
            _run("apt-get", "update", "-q")
            _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation")
        if find() is None:
            _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def _run(*command: str) -> None:
    """Runs a command; what it says goes to stderr. Whether it helped is seen by looking again."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=quiet, check=False)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    found = get()
    print(f"browser: {found}" if found else MISSING)
    sys.exit(0 if found else 1)
