"""What rests keeps its values bit for bit, whatever the optimiser remembers."""

from __future__ import annotations

from torch import nn

from dlplay.training.resting import Resting
from dlplay.training.row import Row


class Turns(nn.Module):
    """Its weight rests for two steps, its bias from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 5)

    def resting(self, step: int) -> tuple[str, ...]:
        return ("layer.weight",) if step < 2 else ("layer.bias",)


def test_places_are_those_of_the_parameters_that_rest_now() -> None:
    model = Turns()
    row = Row(model, trained=True)
    resting = Resting(model, row)
    for step, name in ((0, "weight"), (1, "weight"), (2, "bias"), (1, "weight")):
        places = resting.places(step)
        assert places is not None
        row.values.fill_(0.0)
        row.values[places] = 1.0
        parameters = dict(model.layer.named_parameters())
        assert bool((parameters.pop(name) == 1).all())
        assert not any(bool(other.any()) for other in parameters.values())
        assert int(places.sum()) == dict(model.layer.named_parameters())[name].numel()


def test_nothing_rests_where_a_model_says_nothing() -> None:
    model = nn.Linear(2, 2)
    assert Resting(model, Row(model, trained=True)).places(0) is None
