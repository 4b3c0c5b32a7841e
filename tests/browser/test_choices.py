"""The chooser of data sets and the metrics, each alone."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from dlplay import frame
from dlplay.dataset import datasets
from dlplay.ui import pick
from tests.browser.alone import alone


def answers():
    facts = {
        "step": 7,
        "part": "held-out",
        "answers": "classes",
        "count": 20,
        "examples": 20,
        "of": 20,
        "loss": 0.4,
        "score": 0.75,
        "classes": ["cat", "dog"],
    }
    scores = {"precision": [0.8, 0.7], "recall": [0.7, 0.8], "f1": [0.74, 0.76], "support": [10, 10]}
    examples = [[0, 0, 3], [0, 1, 11], [0, 1, 5], [1, 1, 2]]
    return frame.pack(facts | scores, {"matrix": np.array([[7, 3], [2, 8]]), "examples": np.array(examples)})


def numbers():
    truth = np.linspace(0, 10, 21)[:, None]
    facts = {
        "step": 7,
        "part": "train",
        "answers": "numbers",
        "count": 21,
        "examples": 21,
        "of": 40,
        "loss": 0.1,
        "score": 0.9,
        "error": 0.5,
        "targets": ["height"],
    }
    return frame.pack(facts, {"truth": truth, "predicted": truth + 0.5, "index": np.arange(21) + 3})


def test_a_click_chooses_a_data_set_at_once(visit):
    part = alone(visit, "pick", pick.frame("circle"), across=200)
    part.page.get_by_role("radio", name="Spiral").click()
    expect(part.page.get_by_role("radio", name="Spiral")).to_be_checked()
    assert part.acts == [{"do": "data", "slug": "spiral"}]


def test_arrows_walk_and_enter_chooses(visit):
    part = alone(visit, "pick", pick.frame("circle", only=("circle", "xor")), across=200)
    expect(part.page.get_by_role("radio")).to_have_count(2)
    part.page.get_by_role("radio", name="Circle").focus()
    part.page.keyboard.press("ArrowRight")
    assert part.acts == []
    part.page.keyboard.press("Enter")
    assert part.acts == [{"do": "data", "slug": "xor"}]


def test_every_data_set_has_a_name_to_choose_it_by(visit):
    part = alone(visit, "pick", pick.frame("circle"), across=200)
    for record in datasets().values():
        expect(part.page.get_by_role("radio", name=re.compile(rf"^{re.escape(record.title)}\. "))).to_have_count(1)


def test_a_cell_names_its_examples_and_an_example_is_chosen(visit):
    part = alone(visit, "metrics", answers())
    part.page.locator('[data-truth="0"][data-answer="1"]').click()
    expect(part.page.get_by_text("cat taken for dog: 3")).to_be_visible()
    part.page.get_by_role("button", name="example 12").click()
    assert part.acts == [{"do": "example", "part": "held-out", "index": 11}]


def test_the_matrix_is_walked_by_arrows(visit):
    part = alone(visit, "metrics", answers())
    matrix = part.page.get_by_role("application")
    expect(matrix).to_have_attribute(
        "aria-label",
        "Confusion matrix of 20 held-out examples: rows are the truth, columns the answer. cat: F1 0.74, dog: F1 0.76.",
    )
    matrix.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        part.page.keyboard.press(key)
    expect(part.page.get_by_text("dog rightly: 8")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_point_of_the_scatter_tells_its_residual(visit, theme):
    part = alone(visit, "metrics", numbers(), theme=theme)
    plot = part.page.get_by_role("application")
    plot.focus()
    part.page.keyboard.press("ArrowRight")
    expect(part.page.locator(".behind").get_by_text("example 4: true 0, predicted 0.500, off by 0.500")).to_be_visible()
    part.page.keyboard.press("Enter")
    assert part.acts == [{"do": "example", "part": "train", "index": 3}]
