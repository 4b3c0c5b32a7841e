"""The pictures of the start page are recorded results: one for each recipe, true to what the recipe learns."""

from __future__ import annotations

import numpy as np
import pytest

from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.frame import unpack
from dlplay.recipe import RECORDED, Recipe, recipes
from dlplay.recording import picture, record

RECIPES = list(recipes().values())


def test_one_picture_for_each_recipe_and_no_other() -> None:
    assert {file.stem for file in RECORDED.glob("*.bin")} == {recipe.slug for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.slug)
def test_shows_the_recipe_after_its_steps(recipe: Recipe) -> None:
    facts, arrays = unpack((RECORDED / f"{recipe.slug}.bin").read_bytes())
    task = recipe.experiment.task
    assert facts["step"] == recipe.steps or recipe.diverges
    assert facts["classes"] == list(task.classes)
    assert all(np.isfinite(array).all() for array in arrays.values())
    if recipe.diverges:
        assert facts["kind"] == "curve"
        assert arrays["losses"][-1] > arrays["losses"][0]
    else:
        assert facts["score"] >= (recipe.at_least if recipe.at_least is not None else -np.inf)
        assert facts["score"] <= (recipe.at_most if recipe.at_most is not None else np.inf)
        kinds = {
            "point": {"surface"},
            "image": {"maps"},
            "table": {"confusion", "fit"},
            "sequence": {"heat"} if task.tokens else {"confusion", "fit"},
            "pair": {"heat"},
            "video": {"described"},
            "caption": {"described"},
        }
        assert facts["kind"] in kinds[task.reads]


@pytest.mark.parametrize("slug", ["circle", "four-arms", "iris", "diabetes", "digits-mlp", "digits-cnn"])
def test_recording_it_again_gives_the_same(slug: str) -> None:
    then, old = unpack((RECORDED / f"{slug}.bin").read_bytes())
    now, new = unpack(record(recipes()[slug]))
    assert {**now, "score": 0} == {**then, "score": 0}
    assert {name: array.shape for name, array in new.items()} == {name: array.shape for name, array in old.items()}
    assert now["score"] == pytest.approx(then["score"], abs=0.05)  # another processor may round otherwise


@pytest.mark.parametrize("recipe", [r for r in RECIPES if r.experiment.task.tokens], ids=lambda recipe: recipe.slug)
def test_a_map_of_tokens_has_a_token_for_every_column(recipe: Recipe) -> None:
    facts, arrays = unpack((RECORDED / f"{recipe.slug}.bin").read_bytes())
    rows, columns = arrays["values"].shape
    assert len(facts["columns"]) == columns
    assert len(facts["rows"]) in (0, rows)
    if facts["scale"] == "amount":  # where it looks: every row shares out one
        np.testing.assert_allclose(arrays["values"].sum(axis=1), 1, atol=1e-5)
    else:
        assert np.ptp(arrays["values"], axis=1).min() > 0


@pytest.mark.parametrize(
    ("model", "data", "shape"),
    [
        ("vit", "shapes", (8, 8, 8)),
        ("cnn-transformer", "shapes", (8, 4, 4)),
        ("perceiver", "shapes", (8, 16, 16)),
        ("encoder", "sorting", None),
        ("decoder", "induction", None),
        ("transformer", "sort", None),
    ],
)
def test_attention_is_shown_as_it_is(model: str, data: str, shape: tuple[int, ...] | None) -> None:
    """An untrained model's picture: maps of the parts of an image, or rows that share out one among the tokens."""
    made = experiment(model, data, data_config={"examples": 200})
    split = load(data, made.data)
    facts, arrays = picture(made.model.build(made.network, made.task).eval(), split)
    if shape is not None:
        assert (facts["kind"], arrays["maps"].shape) == ("maps", shape)
        assert arrays["maps"].min() >= 0
        assert (arrays["maps"].sum(axis=(1, 2)) <= 1 + 1e-5).all()
    else:
        assert arrays["values"].shape == (len(facts["rows"]), len(facts["columns"]))
        np.testing.assert_allclose(arrays["values"].sum(axis=1), 1, atol=1e-5)
