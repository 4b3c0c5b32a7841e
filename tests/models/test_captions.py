"""What writes about pictures: regions, weights over them, steps one by one; and scenes that nobody told before."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from dlplay.dataset import BEGIN, END, PAD, Task
from dlplay.experiment import Experiment, experiment
from dlplay.layers.search import beam, greedy, writer
from dlplay.models.captions import Captions, CaptionsConfig
from dlplay.tap import look
from dlplay.training.loop import Training

PICTURE, TARGET, WORDS = (3, 8, 12), 5, "abcd"
PIXELS = 3 * 8 * 12
CONFIGS = [
    CaptionsConfig(units=8, embedding=6, channels=4, attention=attention, cell=cell)
    for attention in ("none", "additive", "multiplicative")
    for cell in ("gru", "lstm")
]
every = pytest.mark.parametrize("config", CONFIGS, ids=lambda one: f"{one.attention}-{one.cell}")


def _model(config: CaptionsConfig) -> Captions:
    torch.manual_seed(0)
    classes = (PAD, BEGIN, END, *WORDS)
    task = Task("caption", (PIXELS + TARGET,), classes=classes, each_step=True, source=PIXELS, picture=PICTURE)
    return Captions(config, task).eval()


def _pairs(count: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (count, PIXELS), generator=generator)
    words = torch.randint(3, 3 + len(WORDS), (count, TARGET), generator=generator)
    words[:, 0] = 1
    return torch.cat([pixels, words], dim=1)


@every
def test_steps_one_by_one_are_steps_at_once(config: CaptionsConfig) -> None:
    model, pairs = _model(config), _pairs()
    at_once, state = model(pairs), model.begin(pairs[:, :PIXELS])
    for place in range(TARGET):
        logits, state = model.advance(pairs[:, PIXELS + place], state)
        assert torch.allclose(logits, at_once[:, place], atol=1e-5)


@every
def test_weights_over_regions_sum_to_one_at_every_word(config: CaptionsConfig) -> None:
    model = _model(config)
    captures = look(model, _pairs())
    rows, columns = model.encoder.grid
    assert (rows, columns) == (2, 3)
    assert captures["encoder.regions"].value.shape == (3, rows * columns, model.encoder.width)
    if config.attention == "none":
        assert "alignment" not in captures
        return
    weights = captures["alignment"].value
    assert weights.shape == (3, TARGET, rows * columns)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(3, TARGET), atol=1e-6)
    context = weights @ captures["encoder.regions"].value
    assert torch.allclose(captures["context"].value, context, atol=1e-6)


def test_regions_are_cells_of_the_last_maps_row_after_row() -> None:
    model = _model(CONFIGS[0].but(positions="none"))
    captures = look(model, _pairs())
    maps = captures["encoder.layers.5.value"].value  # (batch, channel, row, column)
    assert torch.equal(captures["encoder.regions"].value[:, 4], maps[:, :, 1, 1])


@every
def test_a_beam_of_one_writes_what_greedy_writes(config: CaptionsConfig) -> None:
    model, sources = _model(config), _pairs()[:, :PIXELS]
    with torch.no_grad():
        together = greedy(model, sources, TARGET).tolist()
        for row, written in enumerate(together):
            (found,) = beam(model, sources[row : row + 1], width=1, longest=TARGET).found
            assert list(found.tokens) == written[: len(found.tokens)]


def exact(wanted: Experiment, steps: int) -> float:
    """The share of held-out pictures whose whole sentence is written right, greedily and never told a word."""
    torch.set_num_threads(1)
    with Training(wanted) as training:
        for _ in training.run(steps):
            pass
        model, _ = training.at()
        held, places = training.split.held_out, training.task.source
        with torch.inference_mode():
            written = greedy(writer(model), torch.from_numpy(held.inputs[:, :places]), held.targets.shape[1]).numpy()
    return float((written == np.maximum(held.targets, 0)).all(axis=1).mean())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_scenes_nobody_told_before_are_told_right(seed: int) -> None:
    assert exact(experiment("captions", "scenes", {}, {}, {"rate": 0.005, "seed": seed}), 2000) >= 0.9
