"""Recurrent layers: the written-out recurrence is torch's own, padding changes nothing, gates obey their equations."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from dlplay.layers.recurrent import GRU, LSTM, Plain, Recurrent, ends, lengths_of, nudged, present
from dlplay.tap import Tap, listening, look
from dlplay.training.row import Row

BATCH, TIME, INPUTS, UNITS = 5, 9, 3, 4
CELLS = {
    "tanh": (Plain, partial(nn.RNN, nonlinearity="tanh")),
    "relu": (partial(Plain, activation="relu"), partial(nn.RNN, nonlinearity="relu")),
    "lstm": (LSTM, nn.LSTM),
    "gru": (GRU, nn.GRU),
}
LENGTHS = [None, torch.tensor([9, 1, 4, 7, 4]), torch.tensor([3, 2, 1, 5, 2])]
PARAMETERS = {  # (inputs, units): numbers in one layer
    "lstm": (28, 128, 80_896),
    "gru": (100, 128, 88_320),
    "tanh": (256, 512, 394_240),
}


class Stack(nn.Module):
    """Layers on top of each other."""

    def __init__(self, cell: Callable[..., nn.Module], layers: int, bidirectional: bool):
        super().__init__()
        width = UNITS * (2 if bidirectional else 1)
        self.layers = nn.ModuleList(
            Recurrent(cell, width if place else INPUTS, UNITS, bidirectional=bidirectional) for place in range(layers)
        )

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        for layer in self.layers:
            x = layer(x, lengths)
        return x


def stack(name: str, layers: int = 2, bidirectional: bool = True, seed: int = 0, **options: float) -> Stack:
    torch.manual_seed(seed)
    return Stack(partial(CELLS[name][0], **options), layers, bidirectional)


def sequences(seed: int = 1) -> Tensor:
    return torch.randn(BATCH, TIME, INPUTS, generator=torch.Generator().manual_seed(seed))


def with_gradients(model: nn.Module, x: Tensor, run: Callable[[], Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """Outputs, and the gradients of a sum that weighs every one of them differently."""
    outputs = run()
    weights = torch.linspace(-1, 1, outputs.numel()).reshape(outputs.shape)
    names, parameters = zip(*model.named_parameters(), strict=True)
    gradients = torch.autograd.grad((outputs * weights).sum(), [x, *parameters])
    return outputs, dict(zip(("x", *names), gradients, strict=True))


def check_equal(one: tuple[Tensor, dict[str, Tensor]], other: tuple[Tensor, dict[str, Tensor]]) -> None:
    assert torch.allclose(one[0], other[0], atol=1e-5, rtol=1e-5)
    assert one[1].keys() == other[1].keys()
    for name in one[1]:
        assert torch.allclose(one[1][name], other[1][name], atol=1e-5, rtol=1e-5), name


@pytest.mark.parametrize("lengths", LENGTHS, ids=["full", "padded", "all padded"])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("name", CELLS)
def test_written_out_equals_fused_in_values_and_gradients(name, layers, bidirectional, lengths):
    model, x = stack(name, layers, bidirectional), sequences().requires_grad_()
    fused = with_gradients(model, x, lambda: model(x, lengths))
    with listening(model):
        check_equal(fused, with_gradients(model, x, lambda: model(x, lengths)))
    with nudged(model):
        check_equal(fused, with_gradients(model, x, lambda: model(x, lengths)))


@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("name", CELLS)
def test_a_stack_is_torchs_own(name, bidirectional):
    """Layers and directions put together here are the ones torch puts together: the same weights, the same states."""
    model, x = stack(name, 2, bidirectional), sequences()
    whole = CELLS[name][1](INPUTS, UNITS, num_layers=2, bidirectional=bidirectional, batch_first=True)
    ours = {
        f"{parameter.removesuffix('_l0')}_l{place}{'_reverse' if way == 'back' else ''}": value
        for place, layer in enumerate(model.layers)
        for way in (("there", "back") if bidirectional else ("there",))
        for parameter, value in layer.get_submodule(way).fused.named_parameters()
    }
    whole.load_state_dict(ours)
    assert torch.allclose(model(x), whole(x)[0], atol=1e-6)
    state = whole(x)[1]
    last = (state[0] if name == "lstm" else state)[-2 if bidirectional else -1 :]  # (direction, batch, unit)
    assert torch.allclose(ends(model(x), bidirectional=bidirectional), torch.cat([*last], dim=1), atol=1e-6)


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
@pytest.mark.parametrize("name", CELLS)
def test_padding_never_changes_an_answer(name, looked_at):
    model, x, lengths = stack(name), sequences(), LENGTHS[1]
    inside = present(lengths, TIME)
    other = torch.where(inside[..., None], x, torch.full_like(x, 1e4))

    def states(given: Tensor, long: Tensor | None) -> Tensor:
        if not looked_at:
            return model(given, long)
        with listening(model):
            return model(given, long)

    found = states(x, lengths)
    assert torch.equal(found, states(other, lengths))
    assert (found[~inside] == 0).all()
    for row, length in enumerate(lengths.tolist()):
        alone = states(x[row : row + 1, :length], None)
        assert torch.allclose(found[row, :length], alone[0], atol=1e-6)
        found_end, end = ends(found, lengths, bidirectional=True)[row], ends(alone, bidirectional=True)[0]
        assert torch.allclose(found_end, end, atol=1e-6)


def test_gradients_at_padding_are_0_however_large_it_is():
    """A rectifier whose state doubles at every step: what happens behind the end may not even overflow."""
    model, lengths = stack("relu", 1, False, orthogonal=3.0), torch.tensor([2, 1, 1, 2, 2])
    x = torch.cat([sequences()[:, :2], torch.full((BATCH, 300, INPUTS), 1e30)], dim=1).requires_grad_()
    with nudged(model) as nudges:
        states = model(x, lengths)
    inputs, nudge = torch.autograd.grad(states.sum(), [x, *nudges.values()])
    assert inputs[:, :2].isfinite().all()
    assert (inputs[:, 2:] == 0).all()
    assert (nudge[:, 2:] == 0).all()
    assert nudge[:, 0].abs().sum() > 0


@pytest.mark.parametrize("lengths", LENGTHS[:2], ids=["full", "padded"])
def test_gates_on_display_obey_the_equations_of_the_lstm(lengths):
    model, x = stack("lstm"), sequences()
    seen = {name: capture.value.double() for name, capture in look(model, x, lengths).items()}
    inside = torch.ones(BATCH, TIME, 1) if lengths is None else present(lengths, TIME)[..., None]
    for place in range(2):
        for way, step in (("there", 1), ("back", -1)):
            i, f, g, o, c, h = (
                seen[f"layers.{place}.{way}.{name}"]
                for name in ("input", "forget", "candidate", "output", "cell", "hidden")
            )
            before = c.roll(step, dims=1)
            before[:, 0 if step == 1 else -1] = 0
            assert torch.allclose(c, f * before + i * g, atol=1e-6)
            assert torch.allclose(h, o * c.tanh(), atol=1e-6)
            for gate in (i, f, o):
                assert ((gate >= 0) & (gate <= 1)).all()
                assert ((gate > 0) == (inside > 0)).all()


def test_gates_on_display_obey_the_equations_of_the_gru():
    model, x = stack("gru", 1, False), sequences()
    seen = {name.rpartition(".")[2]: capture.value.double() for name, capture in look(model, x).items()}
    z, n, h = seen["update"], seen["candidate"], seen["hidden"]
    before = h.roll(1, dims=1)
    before[:, 0] = 0
    assert torch.allclose(h, (1 - z) * n + z * before, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_every_tap_is_seen_and_looking_ends(name):
    model = stack(name)
    taps = [name for name, module in model.named_modules() if isinstance(module, Tap)]
    captures = look(model, sequences())
    assert list(captures) == taps
    for capture in captures.values():
        assert capture.axes == ("batch", "time", "unit")
        assert capture.value.shape == (BATCH, TIME, UNITS)
    assert not any(module.listened for module in model.modules() if isinstance(module, Tap))


@pytest.mark.parametrize("name", CELLS)
def test_a_nudge_has_the_gradient_of_every_step(name):
    """Against finite differences: a state is pushed a little at one step, and the loss watched."""
    model, x, lengths = stack(name, 2, True).double(), sequences().double(), LENGTHS[1]
    weights = torch.linspace(-1, 1, BATCH * 2 * UNITS, dtype=torch.float64).reshape(BATCH, -1)

    def loss() -> Tensor:
        return (ends(model(x, lengths), lengths, bidirectional=True) * weights).sum()

    with nudged(model) as nudges:
        loss().backward()
    assert set(nudges) == {
        f"layers.{place}.{way}.{state}"
        for place in range(2)
        for way in ("there", "back")
        for state in (("cell", "hidden") if name == "lstm" else ("hidden",))
    }
    for direction in [module for module in model.modules() if hasattr(module, "nudge")]:
        prefix = next(path for path, module in model.named_modules() if module is direction)
        for state in direction.carries:
            for row, step, unit in ((0, 0, 1), (0, 8, 2), (2, 3, 0), (2, 4, 0)):

                def pushed(by: float, own: str, zeros: Tensor, state=state, where=(row, step, unit)) -> Tensor:
                    if own == state:
                        zeros[where] = by
                    return zeros

                found = []
                for by in (1e-5, -1e-5):
                    direction.nudge = partial(pushed, by)
                    found.append(loss().item())
                direction.nudge = None
                slope = (found[0] - found[1]) / 2e-5
                assert nudges[f"{prefix}.{state}"].grad[row, step, unit].item() == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("gain", [0.5, 0.9])
def test_the_gradient_shrinks_by_the_gain_at_every_step(gain):
    """Near zero the hyperbolic tangent is the identity, and an orthogonal matrix keeps the length of what it turns."""
    torch.manual_seed(0)
    layer = Recurrent(partial(Plain, orthogonal=gain), 1, 32)
    with nudged(layer) as nudges:
        states = layer(torch.full((1, 40, 1), 1e-6))
    (gradient,) = torch.autograd.grad((states[:, -1] * torch.randn(32)).sum(), [nudges["there.hidden"]])
    norms = gradient[0].norm(dim=1)
    assert (norms[:-1] / norms[1:]).tolist() == pytest.approx([gain] * 39, abs=1e-3)
    assert (norms[0] / norms[-1]).item() == pytest.approx(gain**39, rel=1e-3)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_follow_the_published_counts(name):
    inputs, units, count = PARAMETERS[name]
    for directions in (1, 2):
        layer = Recurrent(CELLS[name][0], inputs, units, bidirectional=directions == 2)
        assert sum(parameter.numel() for parameter in layer.parameters()) == directions * count


def test_the_forget_gate_begins_at_its_bias():
    layer = Recurrent(partial(LSTM, forget_bias=2.0), 3, 4, bidirectional=True)
    for way in (layer.there, layer.back):
        assert (way.fused.bias_ih_l0 + way.fused.bias_hh_l0)[4:8].tolist() == [2.0] * 4
    captures = look(layer, torch.zeros(1, 1, 3))
    assert captures["there.forget"].value.flatten().tolist() == pytest.approx([1 / (1 + math.exp(-2))] * 4)


@pytest.mark.parametrize("name", CELLS)
def test_an_orthogonal_beginning_keeps_lengths_times_the_gain(name):
    layer = Recurrent(partial(CELLS[name][0], orthogonal=0.7), 2, 6)
    for block in layer.there.fused.weight_hh_l0.detach().split(6):
        assert torch.allclose(block @ block.T, 0.49 * torch.eye(6), atol=1e-6)


def test_lengths_count_tokens_before_the_padding():
    assert lengths_of(torch.tensor([[3, 1, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]])).tolist() == [2, 4, 1]
    assert lengths_of(torch.tensor([[3, 1], [2, 2]])) is None
    assert lengths_of(torch.zeros(2, 3, dtype=torch.int64, device="meta")) is None


@pytest.mark.parametrize("name", CELLS)
def test_it_runs_where_tensors_have_no_memory(name):
    with torch.device("meta"):
        model = stack(name, orthogonal=0.9)
        captures = look(model, torch.empty(BATCH, TIME, INPUTS))
        assert model(torch.empty(BATCH, TIME, INPUTS)).shape == (BATCH, TIME, 2 * UNITS)
    assert {capture.value.shape for capture in captures.values()} == {(BATCH, TIME, UNITS)}


@pytest.mark.parametrize("name", CELLS)
def test_it_learns_with_its_weights_in_one_row(name):
    """The fused kernel reads and fills the very row that the optimiser moves, without a word of warning."""
    model, x, lengths = stack(name), sequences(), LENGTHS[1]
    before = model(x, lengths).detach()
    row = Row(model, trained=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.equal(model(x, lengths), before)
        model(x, lengths).square().sum().backward()
        assert row.gradient.abs().sum() > 0
        row.values -= 0.01 * row.gradient
        after = model(x, lengths)
        assert after.square().sum() < before.square().sum()
        with listening(model):
            assert torch.allclose(model(x, lengths), after, atol=1e-5)
