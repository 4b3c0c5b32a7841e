"""What the experiment line and the settings say of data that come in sequences and pairs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dlplay.config import accept, knobs
from dlplay.dataset import dataset, datasets
from dlplay.models.seq2seq import Seq2SeqConfig
from dlplay.recipe import Recipe, recipes
from dlplay.training.settings import Edit, changed, edited
from dlplay.ui.line import _given, carried, watched
from tests.ui.page import opened


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("adding", "50 steps × 2 numbers, one number to predict"),
        ("digit-rows", "8 steps × 8 numbers, 10 classes"),
        ("waves", "60 steps, what comes next"),
        ("brackets", "up to 20 characters, 2 classes"),
        ("sentiment", "up to 23 words, 2 classes"),
        ("tagging", "up to 16 words, 8 classes at every step"),
        ("names", "up to 25 characters, what comes next"),
        ("reverse", "up to 20 characters to up to 20 characters"),
        ("numbers", "up to 7 words to up to 5 characters"),
        ("french", "up to 11 words to up to 11 words"),
    ],
)
def test_the_line_says_what_the_data_give(slug: str, said: str) -> None:
    assert _given(dataset(slug).task(dataset(slug).config())) == said


@pytest.mark.parametrize("recipe", recipes().values(), ids=recipes())
def test_a_recipe_says_what_to_watch_for(recipe: Recipe) -> None:
    made = recipe.experiment
    assert watched(made) == recipe.watch
    by_hand = changed(made.training, 40, rate=0.0123)
    assert (
        watched(replace(made, training=edited(by_hand, Edit(step=3, parameter="w", index=0, value=1)))) == recipe.watch
    )
    assert watched(made.but(training={"seed": 77})) == recipe.watch


def test_an_experiment_of_ones_own_has_nothing_to_watch_for() -> None:
    made = next(iter(recipes().values())).experiment
    assert watched(made.but(training={"rate": 0.0123})) == ""
    assert watched(made.but(data={"held_out": 0.45})) == ""


def test_what_was_set_is_carried_over_where_it_fits() -> None:
    adding = dataset("adding").config(length=200, seed=7, held_out=0.5)
    assert carried(adding, dataset("waves").config) == {"length": 200, "seed": 7, "held_out": 0.5}
    assert carried(adding, dataset("brackets").config) == {"seed": 7, "held_out": 0.5}
    assert carried(adding, dataset("stocks").config) == {"held_out": 0.5}  # a split in time draws nothing
    assert carried(dataset("adding").config(), dataset("waves").config) == {}


@pytest.mark.parametrize("slug", datasets())
def test_any_data_can_follow_any_other(slug: str) -> None:
    """Every field at its highest in one: what is carried over is a config of the other."""
    record = dataset(slug)
    full = record.config(**{knob.name: knob.high for knob in knobs(record.config) if knob.kind in ("whole", "number")})
    for other in datasets().values():
        accept(other.config, carried(full, other.config))


def _page() -> None:
    from dlplay.ui import line, settings

    line.show(None)
    settings.show()


@pytest.mark.parametrize(
    ("model", "slug", "above"),
    [
        ("lstm", "adding", "length"),
        ("gru", "waves", "noise"),
        ("rnn", "recall", "gap"),
        ("lstm", "stocks", "company"),
        ("lstm", "names", "held_out"),
        ("seq2seq", "reverse", "longest"),
        ("seq2seq", "numbers", "direction"),
    ],
)
def test_every_field_of_the_data_has_one_control(model: str, slug: str, above: str) -> None:
    page = opened(_page, {"model": model, "data": slug})
    shown = [str(widget.key).split(".")[1] for widget in _widgets(page) if str(widget.key).startswith("data.")]
    wanted = [knob.name for knob in knobs(dataset(slug).config) if not knob.hidden]
    assert sorted(name for name in shown if name in wanted) == sorted(wanted)
    assert f"data.{above}.0" in {widget.key for widget in _widgets(page)}


def test_what_a_network_for_pairs_is_about_stands_in_sight() -> None:
    page = opened(_page, {"model": "seq2seq", "data": "reverse"})
    keys = [str(widget.key) for widget in _widgets(page) if str(widget.key).startswith("network.")]
    names = [key.split(".")[1] for key in keys]
    assert sorted(names) == sorted(knob.name for knob in knobs(Seq2SeqConfig) if not knob.hidden)
    shown = {box.key: (box.label, box.value) for box in page.selectbox}
    assert shown["network.attention.0"] == ("Attention", "additive")
    assert ("Units", 48) in [(box.label, box.value) for box in page.selectbox]
    page.selectbox(key="network.attention.0").select("none").run()
    assert page.session_state["visit"].experiment.network.attention == "none"


def test_a_preset_brings_its_data_and_how_it_is_trained() -> None:
    page = AppTest.from_function(_page, default_timeout=30)
    page.query_params["model"], page.query_params["data"] = "decoder", "names"
    page.run()
    page.button(key="preset.decoder.Induction in one layer").click().run()
    assert not page.exception, page.exception[0].stack_trace
    made = page.session_state["visit"].experiment
    assert (made.dataset, made.data.symbols, made.network.layers, made.training.rate) == ("induction", 32, 1, 0.002)
    page.button(key="preset.encoder.Encoder tags words").click().run()
    made = page.session_state["visit"].experiment
    assert (made.architecture, made.dataset, made.training.rate) == ("encoder", "induction", 0.003)
    assert made.network.causal, "what foretells the next letter looks back only"


def _widgets(page: AppTest) -> list:
    return [*page.selectbox, *page.slider, *page.number_input, *page.toggle, *page.select_slider]
