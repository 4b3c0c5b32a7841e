"""The chooser of data sets as bytes: every data set is offered, points are drawn."""

import numpy as np

from dlplay.dataset import datasets
from dlplay.frame import unpack
from dlplay.ui import pick


def test_every_data_set_is_offered():
    facts, _ = unpack(pick.frame("circle"))
    assert {entry["slug"] for entry in facts["sets"]} == set(datasets())
    assert facts["chosen"] == "circle"
    assert all(entry["title"] and entry["first"] for entry in facts["sets"])


def test_points_are_drawn_inside_their_square_with_every_class():
    _, arrays = unpack(pick.frame("circle"))
    for slug, record in datasets().items():
        task = record.task(record.config())
        assert (f"{slug}.points" in arrays) == (task.reads == "point")
        if task.reads == "point":
            assert len(arrays[f"{slug}.points"]) == len(arrays[f"{slug}.targets"]) <= pick.DOTS
            assert np.abs(arrays[f"{slug}.points"]).mean() < 1
            if task.classes:
                assert set(arrays[f"{slug}.targets"]) == set(range(len(task.classes)))
            else:
                assert np.abs(arrays[f"{slug}.targets"]).max() <= 1


def test_only_some_can_be_offered_and_the_chosen_one_always_is():
    facts, _ = unpack(pick.frame("spiral", only=("circle", "xor")))
    assert {entry["slug"] for entry in facts["sets"]} == {"circle", "xor", "spiral"}
