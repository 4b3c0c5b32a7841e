"""Recipes hold what they promise: each is trained and measured as often as its card says."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from dlplay.dataset import Reads
from dlplay.recipe import Recipe, recipes
from dlplay.training import metrics
from dlplay.training.result import train

QUICK = ("circle", "xor", "iris", "all-zeros", "too-fast")
SEEDS = (0, 1, 2)


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_says_in_one_sentence_what_to_watch_for(name: str) -> None:
    recipe = recipes()[name]
    assert len(recipe.name) <= 40
    assert 30 < len(recipe.watch) <= 120
    assert recipe.watch.endswith(".")
    assert recipe.steps > 0
    assert recipe.seconds > 0
    assert (recipe.at_least is not None) + (recipe.at_most is not None) + recipe.diverges == 1


def test_there_are_recipes_of_every_kind_of_data() -> None:
    known = [recipe.experiment for recipe in recipes().values()]
    assert {one.task.reads for one in known} == set(get_args(Reads))
    layered, recurrent = {"mlp", "cnn"}, {"rnn", "lstm", "gru", "seq2seq"}
    mixed = {"vit", "cnn-transformer", "video", "captions", "perceiver", "flamingo"}
    assert {one.architecture for one in known} >= layered | recurrent | mixed
    assert not any(recipe.experiment.source.download for recipe in recipes().values())


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in recipes()]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_recipe_does_what_it_is_there_to_show(name: str, seed: int) -> None:
    torch.set_num_threads(1)
    recipe = recipes()[name]
    result = train(recipe.experiment.but(training={"seed": seed}), recipe.steps)
    with result.training as training:
        assert (result.diagnosis is not None) == recipe.diverges
        if not recipe.diverges:
            _check(recipe, metrics.score(*metrics.flat(*training.answers(), training.task), training.task))


def _check(recipe: Recipe, score: float) -> None:
    if recipe.at_least is not None:
        assert score >= recipe.at_least
    if recipe.at_most is not None:
        assert score <= recipe.at_most
