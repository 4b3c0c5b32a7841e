"""Random layer stacks that fit their input, and a model of one beside data, ready to be looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from hypothesis import strategies as st

from dlplay.dataset import Examples, Split, Task
from dlplay.experiment import experiment
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
from dlplay.layers.shapes import trace
from dlplay.models.cnn import CNNConfig
from dlplay.probes.seen import Seen

ACTIVATIONS = st.sampled_from(["relu", "leaky-relu", "tanh", "sigmoid", "gelu", "silu", "elu", "linear"])
CONVS = st.one_of(
    st.builds(
        Conv,
        channels=st.sampled_from([2, 4, 6]),
        kernel=st.integers(1, 5),
        stride=st.integers(1, 3),
        padding=st.integers(0, 3),
        dilation=st.integers(1, 3),
        groups=st.sampled_from([1, 1, 2]),
        bias=st.booleans(),
    ),
    st.builds(Conv, channels=st.just(4), kernel=st.integers(1, 5), dilation=st.integers(1, 2), padding=st.just("same")),
)
POOLS = st.one_of(
    *(
        st.builds(kind, kernel=st.integers(2, 4), stride=st.integers(1, 3), padding=st.integers(0, 1))
        for kind in (MaxPool, AvgPool)
    )
)
BLOCKS = st.builds(
    Residual,
    channels=st.sampled_from([2, 4]),
    kernel=st.sampled_from([1, 3]),
    stride=st.integers(1, 2),
    skip=st.booleans(),
)
OF_MAPS = st.one_of(
    CONVS, POOLS, BLOCKS, st.just(BatchNorm()), st.just(Dropout()), st.builds(Act, activation=ACTIVATIONS)
)
OF_ROWS = st.one_of(
    st.builds(Dense, units=st.integers(1, 12)),
    st.just(BatchNorm()),
    st.just(Dropout()),
    st.builds(Act, activation=ACTIVATIONS),
)
SHAPES = st.sampled_from([(1, 8, 8), (2, 9, 7), (3, 12, 12)])


@st.composite
def stacks(draw):
    """A shape and layers that fit it, from the image to a row of numbers."""
    shape = draw(SHAPES)
    layers = [draw(CONVS.filter(lambda layer: layer.groups == 1))]
    layers += draw(st.lists(OF_MAPS, max_size=5))
    layers.append(draw(st.sampled_from([Flatten(), GlobalPool(), GlobalPool(how="max")])))
    layers += draw(st.lists(OF_ROWS, max_size=2))
    return shape, [layer for layer in layers if _fits(layers, layer, shape)]


def _fits(layers, layer, shape) -> bool:
    """Whether the stack up to this layer can be built, the ones that cannot left out."""
    kept = []
    for candidate in layers:
        try:
            trace([*kept, candidate], shape)
        except ValueError:
            if candidate is layer:
                return False
            continue
        kept.append(candidate)
        if candidate is layer:
            return True
    return False


def seen(layers, shape=(1, 8, 8), classes=3, images=6, seed=0, step=7) -> Seen:
    """An untrained CNN in evaluation mode, its batch norms not trivial, beside random images.

    Layers that end in maps get a global pooling in the end.
    """
    if len(trace(layers, shape)[-1]) == 3:
        layers = [*layers, GlobalPool()]
    random = np.random.default_rng(seed)
    names = tuple(map(str, range(classes)))
    task = Task("image", shape, classes=names)
    made = experiment("cnn", "digits", CNNConfig(layers=tuple(layers)))
    torch.manual_seed(seed)
    model = made.model.build(made.network, task)
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            for value in (module.weight, module.bias, module.running_mean):
                torch.nn.init.normal_(value)
            torch.nn.init.uniform_(module.running_var, 0.2, 2)
    inputs = random.random((2 * images, *shape), dtype=np.float32)
    targets = np.arange(2 * images) % classes
    split = Split(task, Examples(inputs[:images], targets[:images]), Examples(inputs[images:], targets[images:]))
    return Seen(model.eval(), step, made, split, {})


def example(value: Seen, **chosen) -> Seen:
    return replace(value, example=chosen)
