"""Positions obey their papers: the sinusoidal formula, rotary scores that know the distance alone, T5's buckets."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from dlplay.layers.attention import Attention
from dlplay.layers.positions import Learned, Nowhere, Relative, Rotary, Sinusoidal, bucket, positions, sinusoids
from dlplay.silence import silenced, switches
from dlplay.tap import look


@pytest.mark.parametrize("width", [2, 7, 16])
def test_sinusoids_are_the_formula(width: int) -> None:
    found = sinusoids(9, width)
    for place in range(9):
        for unit in range(width):
            angle = place / 10_000 ** (unit // 2 * 2 / width)
            wanted = math.cos(angle) if unit % 2 else math.sin(angle)
            assert float(found[place, unit]) == pytest.approx(wanted, abs=1e-5)


def test_a_shift_is_the_same_turn_at_every_place() -> None:
    """Vaswani et al. 2017: the encoding of place + k is a linear function of that of the place."""
    table = sinusoids(40, 16).double()
    turn = torch.linalg.lstsq(table[:30], table[3:33]).solution
    assert torch.allclose(table[:37] @ turn, table[3:40], atol=1e-4)


@pytest.mark.parametrize("made", [Sinusoidal(6), Learned(6, 12)])
def test_what_is_added_is_the_table_wherever_one_begins(made: Sinusoidal | Learned) -> None:
    x = torch.randn(2, 9, 6)
    whole = made(x)
    assert torch.allclose(whole, x + made.table(9))
    assert torch.allclose(made(x[:, 4:], start=4), whole[:, 4:])
    assert torch.equal(look(made, x)["encoding"].value, made.table(9).expand(2, -1, -1))
    with silenced(made, ["positions"]):
        assert torch.equal(made(x), x)


def test_what_is_looked_at_without_gradients_has_none() -> None:
    with torch.no_grad():
        assert not look(Learned(6, 9), torch.randn(2, 9, 6))["encoding"].value.requires_grad


@pytest.mark.parametrize("width", [2, 8, 9])
def test_rotary_scores_know_the_distance_alone(width: int) -> None:
    rotary = Rotary(width)
    q, k = torch.randn(2, 1, 1, 1, width, dtype=torch.float64)

    def score(query: int, key: int) -> Tensor:
        return (rotary.rotation(1, query)(q) * rotary.rotation(1, key)(k)).sum()

    for distance in (-3, 0, 5):
        first = score(10, 10 + distance)
        for place in (3, 50, 200):
            assert torch.allclose(score(place, place + distance), first, atol=1e-4)
    assert not torch.allclose(score(10, 12), score(10, 13), atol=1e-4)
    assert torch.allclose(rotary.rotation(5)(q.expand(1, 1, 5, width)).norm(dim=-1), q.norm(), atol=1e-6)


def test_rotary_turns_by_the_angle_of_its_pair() -> None:
    turned = Rotary(4).rotation(3)(torch.tensor([1.0, 0.0, 1.0, 0.0]).expand(1, 1, 3, 4))[0, 0]
    for place in range(3):
        wanted = [f(place * speed) for speed in (1.0, 0.01) for f in (math.cos, math.sin)]
        assert turned[place].tolist() == pytest.approx(wanted, abs=1e-6)


def published_bucket(distance: int, *, causal: bool, buckets: int = 32, farthest: int = 128) -> int:
    """One distance at a time, in plain arithmetic, after Raffel et al.'s text: half exact, half logarithmic."""
    if causal:
        offset, far = 0, max(-distance, 0)
    else:
        buckets //= 2
        offset, far = (buckets if distance > 0 else 0), abs(distance)
    exact = buckets // 2
    if far < exact:
        return offset + far
    return offset + min(
        buckets - 1, exact + int(math.log(far / exact) / math.log(farthest / exact) * (buckets - exact))
    )


@pytest.mark.parametrize("causal", [False, True])
def test_buckets_are_those_of_t5(causal: bool) -> None:
    distances = [d for d in range(-300, 301) if abs(d) not in (16, 32, 64, 128)]  # where a logarithm is whole
    found = bucket(torch.tensor(distances), causal=causal).tolist()
    assert found == [published_bucket(d, causal=causal) for d in distances]
    ahead = {16}  # the bucket of distance 0 among the keys ahead: nothing ahead is that near
    assert set(found) == set(range(32)) - (set() if causal else ahead)


def test_some_buckets_by_hand() -> None:
    both = bucket(torch.tensor([0, -1, -7, -8, -127, -1000, 1, 7, 8, 1000]), causal=False).tolist()
    assert both == [0, 1, 7, 8, 15, 15, 17, 23, 24, 31]
    back = bucket(torch.tensor([3, 0, -1, -15, -16, -127, -1000]), causal=True).tolist()
    assert back == [0, 0, 1, 15, 16, 31, 31]


def test_a_relative_bias_is_one_number_a_head_and_distance() -> None:
    made = Relative(3, causal=False)
    bias = made.bias(6, 6)
    assert bias.shape == (3, 6, 6)
    for offset in range(-5, 6):
        line = bias.diagonal(offset, dim1=1, dim2=2)
        assert torch.equal(line, line[:, :1].expand_as(line))
        assert torch.equal(line[:, 0], made.table.weight[int(bucket(torch.tensor(offset), causal=False))])
    assert torch.equal(made.bias(2, 6), bias[:, 4:])
    with silenced(made, ["positions"]):
        assert made.bias(6, 6) is None


def test_each_kind_answers_one_question() -> None:
    x = torch.randn(2, 5, 8)
    for kind, wanted in {
        "sinusoidal": (True, False, False),
        "learned": (True, False, False),
        "rotary": (False, True, False),
        "relative": (False, False, True),
        "none": (False, False, False),
    }.items():
        made = positions(kind, width=8, heads=2, head_width=4, longest=5, causal=False)  # type: ignore[arg-type]
        answers = not torch.equal(made(x), x), made.rotation(5) is not None, made.bias(5, 5) is not None
        assert answers == wanted, kind
        assert switches(made) == (() if isinstance(made, Nowhere) else ("positions",))
        with silenced(made, switches(made)):
            assert torch.equal(made(x), x)
            assert made.rotation(5) is None
            assert made.bias(5, 5) is None


def test_without_positions_order_means_nothing() -> None:
    torch.manual_seed(0)
    model, x, order = Attention(8, 2, 4), torch.randn(1, 6, 8), torch.tensor([3, 0, 5, 1, 4, 2])
    assert torch.allclose(model(x[:, order]), model(x)[:, order], atol=1e-6)
    turned = Rotary(4).rotation(6)
    assert not torch.allclose(model(x[:, order], rotary=turned), model(x, rotary=turned)[:, order], atol=1e-3)
