"""A frozen writer that learns to look: shut gates, one part at rest at a time, steps one by one, and both phases."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from dlplay.dataset import BEGIN, END, PAD, Task
from dlplay.experiment import experiment
from dlplay.layers.search import beam, greedy
from dlplay.models.flamingo import Flamingo, FlamingoConfig
from dlplay.tap import look
from dlplay.training import metrics
from dlplay.training.loop import Training

PICTURE, PIXELS, TARGET, WORDS = (3, 8, 8), 3 * 8 * 8, 5, "abcd"
SMALL = FlamingoConfig(heads=2, head_width=6, feed_forward=16, channels=4)
CONFIGS = [SMALL.but(positions=name, norm=norm) for name, norm in (
    ("sinusoidal", "before"), ("learned", "after"), ("rotary", "before"), ("relative", "after"), ("none", "before"),
)]  # fmt: skip
every = pytest.mark.parametrize("config", CONFIGS, ids=lambda one: one.positions)


def _model(config: FlamingoConfig = SMALL, *, gates: float = 0.0) -> Flamingo:
    torch.manual_seed(0)
    classes = (PAD, BEGIN, END, *WORDS)
    task = Task("caption", (PIXELS + TARGET,), classes=classes, each_step=True, source=PIXELS, picture=PICTURE)
    model = Flamingo(config, task).eval()
    with torch.no_grad():
        for gate in model.gate_parameters():
            gate.fill_(gates)
    return model


def _pairs(count: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (count, PIXELS), generator=generator)
    words = torch.randint(3, 3 + len(WORDS), (count, TARGET), generator=generator)
    words[:, 0] = 1
    return torch.cat([pixels, words], dim=1)


def test_behind_shut_gates_no_picture_is_seen() -> None:
    torch.manual_seed(0)
    model, pairs = _model(), _pairs()
    others = torch.cat([torch.zeros_like(pairs[:, :PIXELS]), pairs[:, PIXELS:]], dim=1)
    assert all(float(gate.detach()) == 0 for gate in model.gate_parameters())
    assert torch.equal(model(pairs), model(others))
    opened = _model(gates=1.0)
    assert not torch.allclose(opened(pairs), opened(others), atol=1e-4)
    assert torch.allclose(look(opened, pairs)["gates"].value, torch.full((3, 4), 1.0).tanh())


def test_what_is_chosen_of_blocks_holds_for_those_that_look() -> None:
    look = _model(SMALL.but(activation="relu", normalise="rms", dropout=0.3)).looks[0]
    assert isinstance(look.cross_norm, torch.nn.RMSNorm)
    assert isinstance(look.feed_forward.activation, torch.nn.ReLU)
    assert [one.p for one in look.modules() if isinstance(one, torch.nn.Dropout)] == [0.3, 0.3]


@every
def test_steps_one_by_one_are_steps_at_once(config: FlamingoConfig) -> None:
    model, pairs = _model(config, gates=0.8), _pairs()
    with torch.no_grad():
        at_once, state = model(pairs), model.begin(pairs[:, :PIXELS])
        for place in range(TARGET):
            logits, state = model.advance(pairs[:, PIXELS + place], state)
            assert torch.allclose(logits, at_once[:, place], atol=1e-5)


@every
def test_a_word_never_sees_those_behind_it(config: FlamingoConfig) -> None:
    model, pairs = _model(config, gates=0.8), _pairs()
    changed = pairs.clone()
    changed[:, PIXELS + 3] = 3 + (changed[:, PIXELS + 3] - 2) % len(WORDS)
    before, after = model(pairs), model(changed)
    assert torch.allclose(before[:, :3], after[:, :3], atol=1e-6)
    assert not torch.allclose(before[:, 3:], after[:, 3:], atol=1e-4)


def test_a_beam_of_one_writes_what_greedy_writes() -> None:
    model, sources = _model(gates=0.8), _pairs()[:, :PIXELS]
    with torch.no_grad():
        for row, written in enumerate(greedy(model, sources, TARGET).tolist()):
            (found,) = beam(model, sources[row : row + 1], width=1, longest=TARGET).found
            assert list(found.tokens) == written[: len(found.tokens)]


def test_the_writer_learns_first_and_is_frozen_then() -> None:
    torch.set_num_threads(1)
    network = {"text_steps": 4, "heads": 2, "head_width": 4, "feed_forward": 8, "channels": 2}
    training = {"optimiser": "adamw", "weight_decay": 0.1, "l1": 0.01}
    with Training(experiment("flamingo", "scenes", network, {"examples": 200, "size": 16}, training)) as run:
        model = run.model
        seen = [_values(model)]
        for step in (4, 9):
            for _ in run.run(step):
                pass
            seen.append(_values(model))
    begun, taught, sighted = seen
    assert set(model.seeing) | set(model.writing) == set(begun)
    for name in model.seeing:
        assert torch.equal(begun[name], taught[name]), name
        assert not torch.equal(taught[name], sighted[name]), name
    for name in model.writing:
        assert not torch.equal(begun[name], taught[name]), name
        assert torch.equal(taught[name], sighted[name]), name


def _values(model: Flamingo) -> dict[str, Tensor]:
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gates_open_and_sentences_become_those_of_the_picture(seed: int) -> None:
    """Told the true word before: what can be guessed without eyes, and what can be said with them."""
    torch.set_num_threads(1)
    with Training(experiment("flamingo", "scenes", {}, {}, {"rate": 0.003, "seed": seed})) as run:
        scores, gates = [], []
        for step in (300, 1500):
            for _ in run.run(step):
                pass
            scores.append(metrics.score(*metrics.flat(*run.answers(), run.task), run.task))
            gates.append(max(abs(float(gate.detach().tanh())) for gate in run.model.gate_parameters()))
    assert gates[0] == 0
    assert gates[1] > 0.05
    assert scores[0] < 0.7
    assert scores[1] > 0.9
