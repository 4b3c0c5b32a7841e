"""What is in the folders is in the catalogue; cards need no torch; a dropped file appears everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dlplay
from dlplay.architecture import architecture, architectures, preset
from dlplay.config import Config, Refusal
from dlplay.dataset import dataset, datasets
from dlplay.recipe import recipe, recipes

PACKAGE = Path(dlplay.__file__).parent

CARDS = """
import sys
import dlplay
from dlplay import architecture, catalogue, config, dataset, experiment, link, points, recipe
from dlplay.training import events, settings

tasks = [record.task(record.config()) for record in dataset.datasets().values()]
for record in architecture.architectures().values():
    for task in tasks:
        record.fit(record.config(), task)
for found in recipe.recipes().values():
    link.write(found.experiment)
assert "torch" not in sys.modules, "torch was imported"
assert "sklearn" not in sys.modules, "scikit-learn was imported"
assert "streamlit" not in sys.modules, "streamlit was imported"
"""


def _python(code: str, path: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_cards_links_and_recipes_need_no_torch() -> None:
    _python(CARDS, PACKAGE.parent)


@pytest.mark.parametrize(("folder", "known"), [("models", architectures()), ("data", datasets())])
def test_every_file_is_in_the_catalogue(folder: str, known: dict) -> None:
    files = {file.stem.replace("_", "-") for file in (PACKAGE / folder).glob("[!_]*.py")}
    assert files == set(known)


def test_every_recipe_file_is_in_the_catalogue_in_order() -> None:
    files = sorted((PACKAGE / "recipes").glob("*.toml"))
    assert [file.stem.partition("-")[2] for file in files] == list(recipes())
    assert len(recipes()) == len({found.name for found in recipes().values()}) == len(files)


@pytest.mark.parametrize("name", architectures())
def test_an_architecture_tells_its_story(name: str) -> None:
    record = architecture(name)
    assert record.title
    assert 1900 < record.year < 2100
    assert str(record.year) in record.paper
    assert len(record.story.split()) > 20
    assert record.config() == record.config()
    for title, found in record.presets.items():
        assert isinstance(found.config, record.config)
        assert found.data or (found.input_shape and found.outputs), title
        assert not found.published or found.source, title


@pytest.mark.parametrize("name", datasets())
def test_a_data_set_tells_its_story_and_source(name: str) -> None:
    record = dataset(name)
    assert record.title
    assert record.source
    assert record.licence
    assert len(record.story.split()) > 15
    assert issubclass(record.config, Config)


@pytest.mark.parametrize("find", [architecture, dataset, preset, recipe])
def test_an_unknown_name_is_refused_with_the_known_ones(find: Callable[[str], object]) -> None:
    with pytest.raises(Refusal, match=r"is 'nothing such'; known .*, ") as refusal:
        find("nothing such")
    assert refusal.value.sentence.endswith(".")


def test_presets_and_recipes_are_found_whatever_the_case() -> None:
    assert preset("lenet-5 (MODERN)")[0].slug == "cnn"
    assert recipe("xor") is recipe("XOR needs a hidden layer")


def test_an_unknown_name_in_a_model_file_is_an_attribute_error() -> None:
    from dlplay.models import mlp

    with pytest.raises(AttributeError, match="Nothing"):
        mlp.Nothing  # noqa: B018


def test_only_a_network_of_several_kinds_of_layers_is_edited_in_a_list() -> None:
    assert architecture("cnn").free_stack
    assert not architecture("mlp").free_stack
