"""Shapes worked out without torch are the shapes torch gives, and what does not fit is said in numbers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlplay.config import Config
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
from dlplay.layers.shapes import Misfit, Shape, after, name, spelled, to_answer, trace
from dlplay.layers.stack import operation, stack
from dlplay.tap import look
from tests.strategies import configs, stacks


@given(drawn=stacks())
def test_a_trace_is_what_torch_gives(drawn: tuple[Shape, tuple[Config, ...]]) -> None:
    shape, layers = drawn
    x, found = torch.zeros(2, *shape), trace(layers, shape)
    for layer, expected in zip(stack(layers, shape).eval(), found, strict=True):
        x = layer(x)
        assert x.shape[1:] == expected


@given(drawn=stacks(longest=4))
def test_every_layer_has_a_tap_on_what_it_gives(drawn: tuple[Shape, tuple[Config, ...]]) -> None:
    shape, layers = drawn
    model = torch.nn.Sequential(*stack(layers, shape)).eval()
    captures = look(model, torch.zeros(2, *shape))
    for place, expected in enumerate(trace(layers, shape)):
        capture = captures[f"{place}.value"]
        assert capture.value.shape == (2, *expected)
        assert capture.axes == (("batch", "channel", "row", "column") if len(expected) == 3 else ("batch", "unit"))


@given(
    layer=st.one_of(configs(kind, largest=6).map(lambda v, kind=kind: kind(**v)) for kind in (Conv, MaxPool, AvgPool)),
    shape=st.tuples(st.integers(1, 4), st.integers(1, 8), st.integers(1, 8)),
)
def test_what_torch_refuses_is_a_misfit(layer: Config, shape: Shape) -> None:
    try:
        expected = after(layer, shape)
    except ValueError:
        with pytest.raises((RuntimeError, ValueError)):
            operation(layer, shape)(torch.zeros(1, *shape))
    else:
        assert operation(layer, shape)(torch.zeros(1, *shape)).shape[1:] == expected


@pytest.mark.parametrize(
    ("layers", "shape", "index", "sentence"),
    [
        ([Conv(), Conv(kernel=5)], (1, 5, 5), 1, "Layer 2, conv 5×5: kernel 5 does not fit a 3×3 input."),
        ([Conv(kernel=3, dilation=3)], (1, 5, 5), 0, "kernel 3 (spread over 7 by dilation 3) does not fit a 5×5 input"),
        ([Conv(kernel=9, padding=1)], (1, 5, 4), 0, "kernel 9 does not fit a 5×4 input padded by 1."),
        ([Conv(channels=8, groups=3)], (3, 5, 5), 0, "3 groups do not divide 8 output channels."),
        ([Conv(channels=8, groups=2)], (3, 5, 5), 0, "2 groups do not divide 3 input channels."),
        ([Conv(padding="same", stride=2)], (1, 5, 5), 0, 'padding "same" needs stride 1, and the stride is 2.'),
        ([MaxPool(padding=2)], (1, 5, 5), 0, "Layer 1, max pool 2×2: padding 2 is more than half of the 2×2 window."),
        (
            [Dense()],
            (8, 4, 4),
            0,
            "Layer 1, dense: a dense layer needs one row of numbers, and 8 × 4 × 4 maps",
        ),
        (
            [Flatten(), Conv()],
            (8, 40, 4),
            1,
            "Layer 2, conv 3×3: it needs maps, and one row of 1,280 numbers",
        ),
        ([GlobalPool(), Residual()], (8, 4, 4), 1, "Layer 2, residual 3×3: it needs maps, and one row of 8 numbers"),
    ],
)
def test_a_misfit_names_the_layer_and_the_numbers(
    layers: list[Config], shape: Shape, index: int, sentence: str
) -> None:
    with pytest.raises(Misfit) as misfit:
        trace(layers, shape)
    assert misfit.value.index == index
    assert sentence in misfit.value.sentence


def test_an_answer_needs_a_row_of_the_right_length() -> None:
    assert to_answer([Flatten(), Dense(units=3)], (1, 2, 2), 3) == [(4,), (3,)]
    with pytest.raises(Misfit, match="1 × 2 × 2 maps come in"):
        to_answer([], (1, 2, 2), None)
    with pytest.raises(Misfit, match="3 numbers come in and 10 are asked for"):
        to_answer([Flatten(), Dense(units=3)], (1, 2, 2), 10)


def test_a_layer_has_the_name_a_visitor_calls_it() -> None:
    layers = [Conv(kernel=5), MaxPool(), AvgPool(), GlobalPool(), BatchNorm(), Dropout(), Act(), Flatten(), Dense()]
    assert [name(layer) for layer in layers] == [
        "conv 5×5",
        "max pool 2×2",
        "mean pool 2×2",
        "global pool",
        "batch norm",
        "dropout",
        "ReLU",
        "flatten",
        "dense",
    ]
    assert spelled((1280, 4, 4)) == "1,280 × 4 × 4"
