"""A tap is the identity; whoever listens sees every value that passes, and the model goes on as before."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from dlplay.tap import Tap, listening, look


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Tap("batch unit")
        self.parts = nn.ModuleList([nn.Linear(3, 2), Tap("batch unit")])
        self.never = Tap("batch head query key")

    def forward(self, x: Tensor) -> Tensor:
        return self.parts[1](self.parts[0](self.first(x)))


def test_a_look_sees_every_tap_in_order_of_use_with_its_axes() -> None:
    model, x = Model(), torch.randn(4, 3)
    captures = look(model, x)
    assert list(captures) == ["first", "parts.1"]
    assert captures["parts.1"].axes == ("batch", "unit")
    assert torch.equal(captures["first"].value, x)
    assert torch.equal(captures["parts.1"].value, model(x))


def test_looking_changes_nothing() -> None:
    model, x = Model(), torch.randn(4, 3)
    before = model(x)
    look(model, x)
    assert torch.equal(model(x), before)
    assert all(tap.listener is None for tap in model.modules() if isinstance(tap, Tap))
    assert list(model.state_dict()) == ["parts.0.weight", "parts.0.bias"]


def test_gradients_flow_through_a_look() -> None:
    model, x = Model(), torch.randn(4, 3, requires_grad=True)
    captures = look(model, x)
    (gradient,) = torch.autograd.grad(captures["parts.1"].value.sum(), captures["first"].value)
    assert torch.allclose(gradient, model.parts[0].weight.sum(dim=0).expand(4, 3))


def test_a_model_that_fails_is_let_go() -> None:
    model = Model()
    with pytest.raises(RuntimeError), listening(model):
        model(torch.randn(4, 99))
    assert all(tap.listener is None for tap in model.modules() if isinstance(tap, Tap))


def test_axes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match="colour is no axis"):
        Tap("batch colour")
    with pytest.raises(ValueError, match=r"tap first: axes batch unit do not fit a tensor of shape \(3,\)"):
        look(Model(), torch.randn(3))
