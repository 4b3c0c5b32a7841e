"""Tables and images for an MLP: each data set of the catalogue opens, names its features and answers, and is learnt."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.stage import Stage
from tests.browser.window import Visit, choose

TABLES = {
    "Iris": (
        "4 features, 3 classes",
        ("sepal length", "setosa"),
        "probability of the true class, wrong: \\d+ of 45 held-out",
    ),
    "Wine": ("13 features, 3 classes", ("alcohol", "4 more", "grower 1"), "wrong: \\d+ of 53 held-out"),
    "Breast cancer": ("30 features, 2 classes", ("mean radius", "21 more"), "wrong: \\d+ of 171 held-out"),
    "Diabetes": ("10 features, one number to predict", ("body mass index", "progression"), "133 held-out"),
    "Handwritten digits": ("8 × 8 pixels, 10 classes", ("Image", "softmax"), "wrong: \\d+ of 400 of 539 held-out"),
}


def test_every_table_opens_and_is_learnt(visit: Visit) -> None:
    stage = Stage(visit("/playground?model=mlp&data=iris&train.batch=8"))
    page, output = stage.page, stage.page.locator(".part.surface .plane")
    for name, (summary, words, answers) in TABLES.items():
        if name != "Iris":
            choose(page, "data", name)
        expect(page.locator(".st-key-summary")).to_contain_text(summary)
        for word in words:
            expect(page.locator(".part.network")).to_contain_text(word)
        expect(output).to_have_attribute("aria-label", re.compile(f"^Output.* {answers}"))
        stage.at(0)
        stage.play()
        score = "R² [−0]" if name == "Diabetes" else r"\d % right"
        expect(page.locator(".part.curve .words")).to_have_text(re.compile(score))
        stage.pause()


def test_what_is_right_and_wrong_stands_behind_the_curves(visit: Visit) -> None:
    stage = Stage(visit("/playground?model=mlp&data=iris&train.batch=8"))
    page, answers = stage.page, stage.page.locator(".part.metrics")
    stage.play()
    stage.beyond(40)
    stage.pause()
    stage.button("answers").click()
    expect(answers).to_contain_text("45 held-out")
    matrix = re.compile(r"^Confusion matrix of 45 held-out examples.* setosa: F1 .*, versicolor: F1 .*, virginica: F1 ")
    expect(answers.get_by_role("application")).to_have_attribute("aria-label", matrix)
    choose(page, "data", "Diabetes")
    expect(answers).to_contain_text("R²")
    expect(answers.get_by_role("application")).to_be_visible()
