"""Repairs: whatever is wrong with a stack, something is offered, and all that is offered works."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlplay.architecture import architecture
from dlplay.config import knob
from dlplay.dataset import Task, datasets
from dlplay.layers.records import (
    Act,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    MaxPool,
    Residual,
)
from dlplay.layers.repair import misfit, repairs
from dlplay.layers.shapes import to_answer

DIGITS = (1, 8, 8)
small = st.integers(1, 6)
ANY_LAYER = st.one_of(
    st.builds(
        Conv,
        channels=st.integers(1, 24),
        kernel=st.integers(1, 15),
        stride=st.integers(1, 4),
        padding=st.one_of(st.integers(0, 7), st.just("same")),
        dilation=st.integers(1, 4),
        groups=small,
    ),
    *(st.builds(p, kernel=st.integers(1, 15), stride=small, padding=st.integers(0, 7)) for p in (MaxPool, AvgPool)),
    st.builds(Residual, channels=st.integers(1, 24), kernel=st.sampled_from((1, 3, 5)), stride=st.integers(1, 4)),
    st.builds(Dense, units=st.integers(1, 200)),
    *(st.builds(kind) for kind in (GlobalPool, Flatten, BatchNorm, Dropout, Act)),
)
SHAPES = st.one_of(st.tuples(st.integers(1, 4), st.integers(1, 32), st.integers(1, 32)), st.tuples(st.integers(1, 50)))


@settings(max_examples=300, deadline=None)
@given(
    layers=st.lists(ANY_LAYER, max_size=12).map(tuple),
    shape=SHAPES,
    outputs=st.one_of(st.none(), st.integers(1, 1000)),
    slack=st.integers(0, 3),
)
def test_every_misfit_has_a_repair_and_every_repair_works(layers, shape, outputs, slack):
    room = max(2, len(layers)) + slack
    offered = repairs(layers, shape, outputs, room=room)
    if misfit(layers, shape, outputs) is None:
        assert offered == ()
        return
    assert 1 <= len(offered) <= 3
    for repair in offered:
        to_answer(repair.layers, shape, outputs)
        assert len(repair.layers) <= room
        assert repair.label[0].isupper()
    assert len({repair.layers for repair in offered}) == len(offered)


def labels(*layers, outputs=None, shape=DIGITS):
    return [repair.label for repair in repairs(layers, shape, outputs, most=20)]


def test_a_kernel_that_is_too_large_is_padded_or_shrunk_or_given_a_larger_input():
    stack = (Conv(padding=1), Act(), MaxPool(), Conv(padding=1), Act(), MaxPool(), Conv(), Flatten())
    assert labels(*stack) == [
        "Set padding 1",
        "Set kernel 2",
        "Remove max pool (6)",
        "Remove max pool (3)",
        "Remove conv (7)",
    ]


@pytest.mark.parametrize(
    ("stack", "outputs", "first"),
    [
        ((Conv(), Dense(units=5)), None, "Add flatten before"),
        ((Conv(),), None, "Add flatten at the end"),
        ((Flatten(), Conv()), None, "Move flatten (1) to the end"),
        ((Conv(channels=8, padding="same", stride=2), Flatten()), None, "Set stride 1"),
        ((Conv(channels=4), Conv(channels=6, groups=4), Flatten()), None, "Set groups 2"),
        ((MaxPool(kernel=2, padding=2), Flatten()), None, "Set padding 1"),
        ((Conv(channels=4, dilation=4, kernel=3), Flatten()), None, "Set padding 1"),
        ((Conv(channels=4), GlobalPool()), 10, "Set 10 channels in conv (1)"),
        ((Conv(channels=4), Flatten(), Dense(units=4)), 10, "Set 10 units in dense (3)"),
    ],
)
def test_the_first_offer_is_the_smallest_change(stack, outputs, first):
    assert labels(*stack, outputs=outputs)[0] == first


def test_a_full_stack_of_misfits_keeps_its_limit():
    most = knob(architecture("cnn").config, "layers").at_most
    stack = (Flatten(), *(MaxPool() for _ in range(most - 1)))
    (only, *_) = repairs(stack, DIGITS, 10, room=most)
    assert len(only.layers) <= most


@pytest.mark.parametrize("name", list(datasets()))
def test_any_default_that_meets_other_data_can_be_mended(name):
    task: Task = datasets()[name].task(datasets()[name].config())
    for record in architectures_reading(task):
        config = record.fit(record.config(), task)
        for label, mended in record.mended(config, task):
            assert label
            assert record.mended(mended, task) == ()


def architectures_reading(task):
    from dlplay.architecture import architectures

    return [record for record in architectures().values() if task.reads in record.reads]
