"""What a person does with a small network on the plane, with the mouse and with the keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tests.browser.window import PHONE, Visit

BATCHES = 21  # steps of an epoch: 210 points, 10 at a time


@pytest.fixture
def stage(visit: Visit) -> Stage:
    return Stage(visit("/playground"))


def test_time_goes_on_rests_steps_and_begins_again(stage: Stage) -> None:
    page = stage.page
    expect(page.get_by_text("ready")).to_be_visible()
    first = stage.losses(3)
    assert len(set(first)) == 3
    page.keyboard.press(" ")
    stage.beyond(3)
    page.keyboard.press(" ")
    expect(page.get_by_text(re.compile("· paused"))).to_be_visible()
    stage.play()
    rests = stage.pause()
    page.keyboard.press(".")
    stage.at(rests + 1)
    page.keyboard.press(">")
    stage.at(((rests + 1) // BATCHES + 1) * BATCHES)
    stage.button("Rewind").click()
    stage.at(0)
    assert stage.losses(3) == first
    weights = stage.sum.inner_text()
    stage.button("New seed").click()
    stage.told("train.seed", "1")
    stage.at(0)
    expect(stage.sum).not_to_have_text(weights)
    assert stage.losses(3) != first


def test_settings_begin_a_new_run_or_change_the_running_one(stage: Stage) -> None:
    page, run = stage.page, stage.run
    trained = stage.losses(3)[-1]
    noise = page.get_by_role("slider", name="Noise")
    noise.focus()
    page.keyboard.press("ArrowRight")
    stage.told("data.noise", "0.15")
    stage.at(0)
    assert stage.run != run
    stage.button("Undo").click()
    stage.told("run", run)
    stage.at(3)
    assert stage.words.endswith(trained.split(", ")[1])
    stage.button("Redo").click()
    stage.told("data.noise", "0.15")
    stage.at(0)
    page.go_back()
    stage.told("run", run)
    stage.at(3)
    page.go_forward()
    stage.told("data.noise", "0.15")
    stage.at(0)
    stage.button("Undo").click()
    stage.told("run", run)
    stage.at(3)

    stage.play()
    page.get_by_role("slider", name="Learning rate").focus()
    page.keyboard.press("ArrowRight")
    assert stage.told("train.changes", re.compile(".")).endswith("_value.0.03")
    stage.beyond(stage.shown)
    stage.button("Undo").click()
    assert stage.told("train.changes", re.compile("~")).endswith("_value.0.02")
    stage.beyond(stage.shown)
    assert stage.run == run
    rests = stage.pause()

    page.get_by_role("combobox", name="Optimiser").click()
    page.get_by_role("option", name="SGD").click()
    stage.told("train.optimiser", "sgd")
    stage.at(0)
    stage.button("Undo").click()
    stage.at(rests)


def test_pictures_keep_their_nodes_while_settings_change_at_full_speed(stage: Stage) -> None:
    page, rate = stage.page, stage.page.get_by_role("slider", name="Learning rate")
    page.get_by_role("combobox", name="Speed").select_option("full")
    stage.play()
    assert stage.mark() == 5
    rate.focus()
    for before, key in enumerate(("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowLeft")):
        page.keyboard.press(key)
        stage.told("train.changes", re.compile(rf"^([^~]+~){{{before}}}[^~]+$"))
        stage.beyond(stage.shown)
    assert stage.gone == []


def test_neurons_are_seen_held_and_changed(stage: Stage) -> None:
    page, third = stage.page, stage.tiles.nth(7 + 2)
    third.hover()
    expect(stage.title).to_have_text("Layer 1, unit 3")
    third.click()
    stage.told("lock", "0.2")
    page.mouse.move(5, 5)
    expect(stage.title).to_have_text("Layer 1, unit 3")
    page.keyboard.press("Escape")
    stage.told("lock", None)
    expect(stage.title).to_have_text("Output")

    stage.button("One unit more in layer 1").click()
    stage.told("model.hidden", "9~6")
    stage.button("One hidden layer more").click()
    stage.told("model.hidden", "9~6~6")
    expect(stage.tiles).to_have_count(7 + 9 + 6 + 6 + 1)
    stage.tiles.nth(2).click()
    stage.told("model.features", "x~y~xx~sinx~siny")
    for _ in range(3):
        stage.button("Undo").click()
    stage.told("model.hidden", "8~6")
    expect(stage.tiles).to_have_count(7 + 8 + 6 + 1)


def test_a_weight_set_by_hand_is_part_of_the_link(stage: Stage, visit: Visit) -> None:
    page, run = stage.page, stage.run
    stage.losses(2)
    stage.tiles.nth(7 + 8 + 1).click()
    stage.told("lock", "1.1")
    name = stage.sum.get_by_role("button", name=re.compile("^weight")).first.get_attribute("aria-label") or ""
    weight = stage.sum.get_by_role("button", name=re.compile(f"^{name.split(',')[0]},"))
    before = weight.inner_text()
    weight.click()
    page.keyboard.type("2,5x")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="weight")
    expect(field).to_have_js_property("validity.valid", False)
    field.fill("2,5")
    page.keyboard.press("Enter")
    expect(weight).to_have_text("2.50")
    assert stage.told("train.edits", re.compile(".")).startswith("2_parameter.layers.1.linear.weight")
    page.keyboard.press(".")
    third = stage.at(3)

    stage.button("Share").click()
    link = page.get_by_test_id("stCode").inner_text()
    assert "run=" not in link
    other = Stage(visit(link.removeprefix(page.url.split("/playground")[0])))
    assert other.losses(3)[-1].split(", ")[1] == third.split(", ")[1]
    assert other.run != run

    page.keyboard.press("Escape")
    stage.button("Undo").click()
    stage.at(2)
    expect(weight).to_have_text(before)
    stage.button("Redo").click()
    stage.at(3)
    stage.told("run", run)


def test_points_are_chosen_added_and_taken_away(stage: Stage) -> None:
    box = stage.plane.bounding_box()
    assert box is not None
    spot = {"x": box["width"] * 0.9, "y": box["height"] * 0.9}
    stage.plane.click(position=spot)
    x, y = stage.told("example", re.compile("~")).split("~")
    assert abs(float(x) - 4.8) < 0.1
    assert abs(float(y) + 4.8) < 0.1
    expect(stage.sum).to_contain_text(f"at the point x = {float(x):.2f}, y = −{-float(y):.2f}")
    stage.button("Add arm 2 points by clicking").click()
    stage.plane.click(position=spot)
    added = stage.told("data.added", re.compile("."))
    assert "~" not in added
    stage.button("Remove points by clicking").click()
    stage.plane.click(position=spot)
    stage.told("data.added", None)
    stage.told("data.removed", None)


def test_the_time_machine(stage: Stage) -> None:
    page, run = stage.page, stage.run
    stage.play()
    stage.beyond(80)
    box = stage.time.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    looked = stage.shown
    stage.told("at", str(looked))
    expect(page.get_by_text(re.compile("looking back, training at"))).to_be_visible()
    stage.beyond(int(stage.time.get_attribute("aria-valuemax") or ""), "aria-valuemax")
    assert stage.shown == looked
    page.keyboard.press("p")
    expect(page.locator(f'.scrubber [data-step="{looked}"]')).to_have_count(1)
    stage.button("Back to now").click()
    stage.told("at", None)
    stage.beyond(looked)
    rests = stage.pause()

    stage.time.focus()
    page.keyboard.press("ArrowLeft")
    looked = int(stage.told("at", re.compile(r"\d+")))
    assert looked < rests
    words = stage.words.split(", ")[1]
    stage.button("Go on from here as a new run").click()
    stage.told("at", None)
    expect(page.get_by_text(f"step {looked} · paused")).to_be_visible()
    assert stage.at(looked).split(", ")[1] == words
    assert stage.run != run
    stage.play()
    stage.pause()
    stage.button("Undo").click()
    stage.told("run", run)
    expect(stage.time).to_have_attribute("aria-valuemax", str(rests))


def test_a_run_is_found_again_and_shared_by_the_tabs_of_its_address(stage: Stage) -> None:
    page, run = stage.page, stage.run
    stage.play()
    taken = stage.shown
    page.reload()
    stage = Stage(page)
    assert stage.run == run
    stage.beyond(taken)

    second: Page = page.context.new_page()
    second.goto(page.url)
    other = Stage(second)
    assert other.run == run
    rests = other.pause()
    assert stage.at(rests) == other.words
    other.page.get_by_role("slider", name="Learning rate").focus()
    other.page.keyboard.press("ArrowRight")
    other.told("train.changes", re.compile("."))
    stage.told("train.changes", re.compile("."))
    expect(page.get_by_text("differ")).to_have_count(0)


def test_everything_is_reached_with_the_keys(stage: Stage) -> None:
    page = stage.page
    reached = set()
    page.locator("body").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                  let node = document.activeElement;
                  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
                  return node?.closest(".part")?.className ?? "";
                }"""
            )
        )
    assert {"part pick", "part network", "part surface", "part curve", "part scrubber"} <= reached
    stage.network.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(stage.title).to_have_text(re.compile("^Layer 2, unit"))
    page.keyboard.press("Enter")
    stage.told("lock", re.compile(r"1\.\d"))
    page.keyboard.press("w")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    stage.told("train.edits", re.compile("."))
    page.keyboard.press("Escape")
    stage.told("lock", None)
    stage.plane.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    stage.told("example", re.compile("~"))


def test_on_the_phone_in_the_dark_the_output_comes_first(visit: Visit) -> None:
    stage = Stage(visit("/playground", theme="dark", has_touch=True, is_mobile=True, **PHONE))
    page = stage.page
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    surface, network = stage.plane.bounding_box(), stage.network.bounding_box()
    assert surface is not None
    assert network is not None
    assert surface["y"] < network["y"]
    for part in page.locator(".part").all():
        expect(part).to_have_attribute("data-theme", "dark")
        box = part.bounding_box()
        assert box is None or box["x"] + box["width"] <= PHONE["width"]
    stage.play()
