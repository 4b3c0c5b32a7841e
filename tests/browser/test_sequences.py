"""Under gates and states: a gradient through time, a forecast and a text, alone on a page and in the real app."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.frame import pack
from dlplay.probes import forecast, gradients, writing
from dlplay.probes.seen import Frame, Seen
from tests.browser.alone import Alone, alone
from tests.browser.window import PHONE, Visit, settled

WIDE = 760


def drawn(
    picture: Callable[..., Frame], model: str, data: str, network: dict[str, Any] | None = None, **wanted: Any
) -> bytes:
    """The frame of a picture, made with an untrained model."""
    value = experiment(model, data, {"units": 8, **(network or {})})
    torch.manual_seed(0)
    seen = Seen(value.model.build(value.network, value.task).eval(), 1, value, load(data, value.data), {})
    facts, arrays = picture(seen, **wanted)
    while not facts.get("done", True):
        facts, arrays = picture(seen, **wanted)
    return pack(facts, arrays)


def inside(page: Page, width: int) -> None:
    """Nothing stands beyond the right edge of the part."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def move(stage: Locator, share: float, **more: Any) -> None:
    box = stage.bounding_box()
    assert box
    stage.hover(position={"x": box["width"] * share, "y": 40}, **more)


# --- gradient ------------------------------------------------------------------------------------------------------


def gradient(visit: Visit, **more: Any) -> tuple[Alone, Locator]:
    frame = drawn(gradients.picture, "lstm", "names", at=5)
    part = alone(visit, "gradient", frame, across=more.get("width", WIDE + 40) - 40, **more)
    return part, part.page.locator(".gradient .stage")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_gradient_has_a_bar_for_every_step_before_its_loss_and_a_sentence(visit: Visit, theme: str) -> None:
    part, stage = gradient(visit, theme=theme)
    heights = part.page.locator(".gradient .bar").evaluate_all(
        "(bars) => bars.map((bar) => Number(bar.getAttribute('height')))"
    )
    assert all(height > 0 for height in heights[:6])
    assert not any(heights[6:])
    expect(part.page.get_by_text(re.compile(r"^The gradient (shrinks|grows|stays) .* each step"))).to_be_visible()
    expect(stage).to_have_attribute("aria-label", re.compile("^Gradient through time, hidden state: 8 steps"))
    part.page.get_by_label("State", exact=True).select_option("cell state")
    expect(stage).to_have_attribute("aria-label", re.compile("^Gradient through time, cell state"))


def test_a_step_of_the_gradient_is_pointed_at_locked_and_given_the_loss(visit: Visit) -> None:
    part, stage = gradient(visit)
    read = part.page.locator(".gradient .read")
    expect(read).to_have_text(re.compile("^loss "))
    move(stage, 0.3)
    expect(read).to_have_text(re.compile(r"^step \d “.”, \d before the loss: "))
    part.page.mouse.click(*[stage.bounding_box()[key] + 60 for key in ("x", "y")])  # type: ignore[index]
    assert part.acts[-1] == {"do": "lock", "step": 0}
    stage.focus()
    stage.press("End")
    expect(read).to_contain_text("behind the loss")
    stage.press("ArrowLeft")
    stage.press("l")
    assert part.acts[-1] == {"do": "loss", "step": 6}
    part.page.get_by_role("button", name="Loss one step earlier").click()
    assert part.acts[-1] == {"do": "loss", "step": 4}


# --- forecast ------------------------------------------------------------------------------------------------------


def forecasted(visit: Visit, data: str = "waves", **more: Any) -> tuple[Alone, Locator]:
    frame = drawn(forecast.picture, "gru", data)
    part = alone(visit, "forecast", frame, across=more.get("width", WIDE + 40) - 40, **more)
    return part, part.page.locator(".forecast .stage")


def test_a_forecast_stands_beside_the_naive_one_and_both_errors(visit: Visit) -> None:
    part, stage = forecasted(visit)
    says = part.page.locator(".forecast .says")
    expect(says).to_have_text(re.compile(r"^Held-out, 100 of 300: .*naive.*\(mean \|error\| 0\.\d+, naive 0\.\d+\)"))
    for kind in ("truth", "said", "free", "naive"):
        assert len(part.page.locator(f".forecast .plot .{kind}").get_attribute("d") or "") > 50
    move(stage, 0.5)
    expect(says).to_have_text(re.compile(r"^value \d+: true .*, said .*, naive "))
    stage.click(position={"x": 300, "y": 40})
    assert part.acts[-1]["do"] == "begin"
    assert 1 <= part.acts[-1]["value"] <= 60
    stage.focus()
    stage.press("Escape")
    assert part.acts[-1] == {"do": "release"}


def test_a_forecast_of_one_of_two_features_says_what_it_holds(visit: Visit) -> None:
    part, _ = forecasted(visit, "gapminder")
    expect(part.page.locator(".forecast .says")).to_contain_text("log GDP per person held")
    expect(part.page.locator(".forecast .read")).to_contain_text("(1 of 5 steps)")


@pytest.mark.parametrize(
    ("data", "name", "day"),
    [("gapminder", "Afghanistan: life expectancy", "1977"), ("stocks", "Apple: change", "2019-")],
)
def test_a_forecast_names_whose_it_is_and_when(visit: Visit, data: str, name: str, day: str) -> None:
    part, stage = forecasted(visit, data)
    expect(part.page.locator(".forecast .title")).to_contain_text(name)
    expect(stage.locator("svg g text", has_text=day).first).to_be_visible()
    move(stage, 0.5)
    expect(part.page.locator(".forecast .says")).to_have_text(re.compile(r"^(\d{4}|\d{4}-\d\d-\d\d): true "))


# --- writing -------------------------------------------------------------------------------------------------------


def written(visit: Visit, data: str = "names", wanted: dict[str, Any] | None = None, **more: Any) -> Alone:
    frame = drawn(writing.picture, "lstm", data, **(wanted or {}))
    return alone(visit, "writing", frame, across=more.get("width", WIDE + 40) - 40, **more)


def test_a_text_is_coloured_by_the_unit_that_is_pointed_at_and_a_click_keeps_it(visit: Visit) -> None:
    part = written(visit)
    colours = "(spans) => spans.map((span) => span.style.background).join()"
    spans, units = part.page.locator(".writing .text span"), part.page.locator(".writing .units")
    before = spans.evaluate_all(colours)
    units.hover(position={"x": 100, "y": 7})
    expect(part.page.locator(".writing .foot:visible")).not_to_contain_text("unit 1 of 8")
    assert spans.evaluate_all(colours) != before
    units.click(position={"x": 100, "y": 7})
    (act,) = part.acts
    assert (act["do"], act["layer"]) == ("unit", 0)
    assert 0 < act["unit"] < 8
    part.page.mouse.move(0, 0)
    expect(part.page.locator(".writing .foot:visible")).to_contain_text("unit 1 of 8")


def test_a_text_is_gone_through_token_by_token_with_what_else_could_stand_there(visit: Visit) -> None:
    part = written(visit, wanted={"temperature": 0.5, "beginning": "Ca"})
    text, bars = part.page.locator(".writing .text"), part.page.locator(".writing .next")
    text.focus()
    text.press("Home")
    expect(bars).to_contain_text("the first token has no past")
    expect(part.page.locator(".writing .text .unread").first).to_be_hidden()
    text.press("ArrowRight")
    expect(bars).to_contain_text("place 2 · thin: at temperature 1")
    shares = [float(share.replace("<", "")) for share in bars.locator(".number:visible").all_text_contents()]
    assert shares == sorted(shares, reverse=True)
    text.press("Escape")
    expect(part.page.locator(".writing .text .unread")).to_have_count(0)


def test_what_a_visitor_sets_is_sent_and_typing_moves_nothing_else(visit: Visit) -> None:
    part = written(visit)
    beginning = part.page.get_by_label("How the text begins")
    beginning.fill("<b>Ca")
    beginning.press("Enter")
    part.page.get_by_label("Seed", exact=True).fill("42")
    part.page.get_by_label("Seed", exact=True).press("Enter")
    part.page.get_by_label("Temperature").press("ArrowLeft")
    assert part.acts == [
        {"do": "write", "value": "<b>Ca"},
        {"do": "seed", "value": "42"},
        {"do": "temperature", "value": 0.9},
    ]


@pytest.mark.parametrize("name", ["gradient", "forecast", "writing"])
def test_each_fits_a_phone(visit: Visit, name: str) -> None:
    given = {**PHONE, "has_touch": True}
    if name == "writing":
        part = written(visit, "stories", **given)
    else:
        part = (gradient if name == "gradient" else forecasted)(visit, **given)[0]
    inside(part.page, PHONE["width"])
    if name == "gradient":
        stage = part.page.locator(".gradient .stage")
        stage.tap(position={"x": 60, "y": 40})
        assert part.acts == []
        stage.tap(position={"x": 60, "y": 40})
        assert part.acts == [{"do": "lock", "step": 0}]


# --- in the app ----------------------------------------------------------------------------------------------------


def test_the_same_link_writes_the_same_text_and_turning_to_the_gradient_keeps_it(visit: Visit) -> None:
    link = "/playground?model=gru&data=names&model.units=8&temperature=0.7&seed=11&begin=Ca"
    texts = []
    for _ in range(2):
        page = settled(visit(link))
        text = page.locator(".writing .text")
        expect(text).to_have_attribute("aria-label", re.compile("^Text written by the model: "))  # it is done
        texts.append(text.text_content())
    assert texts[0] == texts[1]
    assert str(texts[0]).startswith("Ca")
    page.get_by_role("button", name="Gradient", exact=True).click()
    expect(page.get_by_text(re.compile(r"^The gradient .* each step"))).to_be_visible()
    page.get_by_role("button", name="Loss one step earlier").click()
    page.wait_for_function("() => new URL(location).searchParams.get('loss') === '6'")
    page.get_by_role("button", name="Writing", exact=True).click()
    expect(text).to_have_text(str(texts[1]))


def test_a_source_that_cannot_be_read_stays_in_its_box_and_one_that_can_is_told_what_is_right(visit: Visit) -> None:
    page = settled(visit("/playground?model=seq2seq&data=roman&model.units=16&text=ABC"))
    box, says, why = (
        page.get_by_label("Your own source text"),
        page.locator(".alignment .says"),
        page.locator(".alignment").get_by_role("alert"),
    )
    expect(why).to_contain_text("text holds 'A'")
    expect(why).to_contain_text("Still shown: held-out example 1.")
    expect(box).to_have_value("ABC")
    box.fill("XIV")
    box.press("Enter")
    expect(says).to_contain_text("wanted14")
    expect(why).to_be_hidden()
    box.fill("XIIX")
    box.press("Enter")
    expect(says).to_contain_text("No number is written like this in Roman numerals.")
    box.fill("X?")
    box.press("Enter")
    expect(why).to_contain_text("Still shown: XIIX.")
    expect(says).to_contain_text("readsXIIX")
    expect(box).to_have_value("X?")


def test_a_beginning_that_cannot_be_read_is_refused_in_a_sentence(visit: Visit) -> None:
    page = settled(visit("/playground?model=rnn&data=stories&begin=Th%C3%A9"))
    expect(page.locator(".writing .unread")).to_contain_text("text holds 'é'")
    expect(page.get_by_label("How the text begins")).to_have_value("Thé")
