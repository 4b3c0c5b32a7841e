"""It learns: the promise about handwritten digits."""

from __future__ import annotations

import time

import pytest

from dlplay.experiment import experiment
from dlplay.training.events import Measured
from dlplay.training.loop import Training


@pytest.mark.slow
def test_the_small_cnn_reads_digits() -> None:
    """≥ 0.96 of the held-out digits within 30 seconds of training, with the settings a visitor finds."""
    started = time.monotonic()
    with Training(experiment("cnn", "digits")) as training:
        for event in training.events():
            if isinstance(event, Measured) and event.held_out_score >= 0.96:
                break
            assert time.monotonic() - started < 30
