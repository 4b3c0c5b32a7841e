"""What the bar of time says of a run: its changes in words."""

import pytest

from dlplay.training.settings import Edit, TrainingConfig, changed, edited
from dlplay.ui import time_bar


def test_a_change_says_what_it_was_before_and_then() -> None:
    training = changed(TrainingConfig(rate=0.01), 300, rate=0.03)
    training = changed(training, 500, rate=0.1, batch=64)
    training = edited(training, Edit(step=700, parameter="layers.0.weight", index=3, value=-1.5))
    training = changed(training, 900, rate=1e-4)
    training = changed(training, 950, rate=3e-5)
    assert time_bar.changes(training) == {
        300: "learning rate 0.01 → 0.03",
        500: "learning rate 0.03 → 0.1, batch 32 → 64",
        700: "a number of layers.0.weight set to −1.5",
        900: "learning rate 0.1 → 1e−4",
        950: "learning rate 1e−4 → 3e−5",
    }


@pytest.mark.parametrize("training", [TrainingConfig(), changed(TrainingConfig(rate=0.01), 300, rate=0.01)])
def test_where_nothing_changed_nothing_is_said(training: TrainingConfig) -> None:
    assert time_bar.changes(training) == {}
