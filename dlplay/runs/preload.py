"""The first import of the forkserver, and of nobody else: what is in memory after it, every worker shares.

Workers forked from here train on the CPU and see no other device: a process that has woken CUDA, or whose backward pass
has started CUDA's threads, can no longer be forked. Runs on other devices get a process of their own
(`dlplay.runs.engine`).
"""

from __future__ import annotations

import multiprocessing.spawn
import os

os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"  # counts the devices without waking CUDA

from dlplay.runs import surveyor, worker  # noqa: F401  everything that a child of this process may be
from dlplay.runs.warm import rehearse
from dlplay.training.device import devices

DEVICES = devices()
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def _leave_main_alone(_: str) -> None:
    """A worker never runs the server's main script: under Streamlit that would be a visitor's page."""


vars(multiprocessing.spawn).update(
    _fixup_main_from_name=_leave_main_alone,
    _fixup_main_from_path=_leave_main_alone,
)
rehearse()
