"""Positions of patches: how alike they are, and what is left of an answer when patches of an image change places."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlplay.frame import pack
from dlplay.layers.seer import Seer
from dlplay.probes import positions
from dlplay.probes.patches import Cut, cut, nearness
from dlplay.probes.seen import Seen
from tests.probes.transformers import seen

GIVEN = {"index": 3}


def patchwise(image: np.ndarray, grid: Cut) -> list[np.ndarray]:
    """The patches (channel, row, column) of an image (channel, row, column), cut out one by one."""
    side = grid.side
    return [
        image[:, r * side : (r + 1) * side, c * side : (c + 1) * side]
        for r in range(grid.rows)
        for c in range(grid.columns)
    ]


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 6), (1, 7, 5), (2, 9, 9)])
def test_a_shuffled_image_holds_the_patch_of_the_order_at_every_place(shape: tuple[int, int, int]) -> None:
    side = 2
    grid = Cut(-(-shape[1] // side), -(-shape[2] // side), side, 1, True)
    image = torch.rand(1, *shape)
    order = np.random.default_rng(4).permutation(grid.count)
    found = grid.shuffled(image, order)[0].numpy()
    whole = np.zeros((shape[0], grid.rows * side, grid.columns * side), np.float32)
    whole[:, : shape[1], : shape[2]] = image[0].numpy()
    before, after = patchwise(whole, grid), patchwise(found, grid)
    for place, one in enumerate(order):
        assert np.array_equal(after[place], before[one])
    back = grid.shuffled(torch.from_numpy(found)[None], np.argsort(order))[0].numpy()
    assert np.array_equal(back, whole)


def test_pixels_beyond_the_last_whole_patch_stay() -> None:
    image = torch.rand(1, 1, 5, 5)
    found = Cut(2, 2, 2, 0, False).shuffled(image, np.array([3, 2, 1, 0]))
    assert torch.equal(found[..., 4], image[..., 4])
    assert torch.equal(found[..., 4, :], image[..., 4, :])
    assert torch.equal(found[..., :2, :2], image[..., 2:4, 2:4])


@pytest.mark.parametrize("patch", [2, 3, 5])
def test_shuffled_pixels_are_shuffled_tokens(patch: int) -> None:
    looked = seen("vit", "digits", GIVEN, patch=patch)
    model, image = looked.model, looked.tensor(looked.chosen()[0])
    assert isinstance(model, Seer)
    grid = cut(model, looked.task, model.grid[0] * model.grid[1] + 1)
    assert grid is not None
    assert (grid.rows, grid.columns) == model.grid
    assert (grid.side, grid.before, grid.alone) == (patch, 1, True)
    order = np.random.default_rng(1).permutation(grid.count)
    with torch.no_grad():
        tokens, other = (model.embedding(one).flatten(2) for one in (image, grid.shuffled(image, order)))
    assert torch.allclose(other, tokens[..., torch.from_numpy(order)], atol=1e-6)


@pytest.mark.parametrize("kind", ["learned", "sinusoidal", "none"])
def test_without_positions_an_image_is_a_set_of_patches(kind: str) -> None:
    facts, arrays = positions.picture(seen("vit", "digits", GIVEN, positions=kind), seed=1)
    assert facts["without"]["change"] == pytest.approx(0, abs=1e-6)
    assert (facts["with"]["change"] > 1e-5) == (kind != "none")
    assert facts["with"]["before"][0][0] in "0123456789"
    assert arrays["image"].shape == arrays["shuffled"].shape == (1, 8, 8)
    assert sorted(arrays["image"].flat) == sorted(arrays["shuffled"].flat)
    assert not np.array_equal(arrays["image"], arrays["shuffled"])
    pack(facts, arrays)


def test_convolutions_see_the_seams() -> None:
    facts, _ = positions.picture(seen("cnn-transformer", "digits", GIVEN, convolutions=1), seed=1)
    assert not facts["grid"]["alone"]
    assert facts["without"]["change"] > 1e-6


@pytest.mark.parametrize(("model", "answer"), [("vit", "class"), ("vit", "mean"), ("cnn-transformer", "class")])
def test_likeness_is_the_cosine_of_what_is_added(model: str, answer: str) -> None:
    looked = seen(model, "digits", answer_from=answer)
    facts, arrays = positions.picture(looked)
    grid, table = facts["grid"], looked.model.get_parameter("positions.weight").detach().numpy()
    assert grid["before"] == (answer == "class")
    assert len(facts["tokens"]) == grid["rows"] * grid["columns"] + grid["before"] == len(table)
    a, b = table[1], table[-1]
    assert arrays["similarity"][1, -1] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)


def test_without_their_mean_places_differ_that_had_nearly_all_in_common() -> None:
    looked = seen("vit", "digits")
    weight = looked.model.get_parameter("positions.weight")
    with torch.no_grad():
        weight.add_(100)
    facts, arrays = positions.picture(looked)
    assert arrays["similarity"].min() > 0.99
    table = weight.detach().numpy()[1:]
    assert arrays["apart"] == pytest.approx(_alike(table.astype(np.float64)), abs=1e-2)
    assert facts["grid"]["apart"]["others"] < 0.5


def _alike(table: np.ndarray) -> np.ndarray:
    rows = table - table.mean(axis=0)
    lengths = np.linalg.norm(rows, axis=1)
    return rows @ rows.T / np.outer(lengths, lengths)


def test_neighbours_are_those_side_by_side() -> None:
    values = torch.zeros(6, 6)  # 2 × 3 patches
    beside = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]
    for a, b in beside:
        values[a, b] = values[b, a] = 0.5
    values[0, 5] = values[5, 0] = 0.8  # of the 8 pairs that are not
    assert nearness(values, Cut(2, 3, 1, 1, True)) == pytest.approx({"beside": 0.5, "others": 0.1})
    assert nearness(torch.ones(1, 1), Cut(1, 1, 1, 1, True)) is None


def test_many_places_travel_as_bytes_and_a_lock_that_is_not_there_is_none() -> None:
    looked: Seen = seen("vit", "shapes", patch=1)
    facts, arrays = positions.picture(looked, at=300)
    assert facts["at"] is None
    assert arrays["similarity"].dtype == np.uint8
    assert set(np.diag(arrays["similarity"])) == {254}
    assert positions.picture(seen("vit", "digits"), at=16)[0]["at"] == 16


def test_an_order_is_always_another_one() -> None:
    for seed in range(40):
        order = positions.picture(seen("vit", "digits", patch=4), seed=seed)[0]["order"]
        assert order != [0, 1, 2, 3]
