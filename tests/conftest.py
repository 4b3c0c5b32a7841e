"""For every test: one thread a process, and a home of its own, so that no test sees or leaves anything of a user's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):  # read once, when torch is imported
    os.environ.setdefault(name, "1")

settings.register_profile("dlplay", deadline=None)  # how long an example takes says something about the machine only
settings.load_profile("dlplay")

PROCESSES = {"browser", "runs", "ui"}
"""Folders whose tests start real processes and wait for them: one that a busy computer kept waiting is tried again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if PROCESSES & set(item.path.relative_to(Path(__file__).parent).parts):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(autouse=True, scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """DLPLAY_HOME is a folder that ends with the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLPLAY_HOME", str(tmp_path_factory.mktemp("home")))
        yield
