"""The loss at rest."""

import numpy as np
import pytest

from dlplay.figures import loss

STEPS = np.arange(100)


def test_a_positive_loss_is_drawn_on_a_logarithmic_scale():
    picture = loss.figure({"train": (STEPS, np.exp(-STEPS / 20)), "held-out": (STEPS, np.ones(100))}, looking=40)
    assert picture.layout.yaxis.type == "log"
    assert [line.name for line in picture.data] == ["train", "held-out"]
    assert picture.layout.shapes[0].x0 == 40


def test_a_loss_that_reaches_zero_is_drawn_on_a_linear_scale():
    assert loss.figure({"train": ([0, 1], [1.0, 0.0])}).layout.yaxis.type == "linear"


def test_the_words_name_begin_end_and_lowest():
    words = loss.alt({"train": ([0, 1000, 2000], [0.9, 0.1, 0.2])})
    assert words == "Loss: train from 0.900 to 0.200 at step 2,000, lowest 0.100 at step 1,000."


@pytest.mark.parametrize("lines", [{}, {"train": ([], [])}, {"train": ([3], [np.nan])}])
def test_no_loss_is_no_error(lines):
    assert loss.alt(lines) == "No loss yet."
    assert loss.figure(lines).layout.yaxis.type == "linear"
