"""The bar of time and the curves, each alone: buttons and keys answer at once, zoom and hover outlive new frames."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from dlplay.ui import curves, scrubber
from dlplay.ui.scrubber import Flag
from tests.browser.alone import alone
from tests.browser.window import PHONE

KEPT = [0, 10, 20, 40, 80, 160, 240, 300]


def bar(state="paused", **more):
    steps = np.arange(0, 301, 5)
    given = {
        "total": 300,
        "epoch": 30,
        "epochs": 30,
        "kept": KEPT,
        "curve_steps": steps,
        "curve_losses": np.exp(-steps / 100),
    }
    return scrubber.frame(state, 300, **given | more)


def curve(last, **more):
    steps = np.arange(0, last + 1)
    lines = {"train": (steps, np.exp(-steps / 100)), "held-out": (steps, 1.3 * np.exp(-steps / 100))}
    return curves.frame(last, loss=lines, score={"held-out": (steps, steps / 1000)}, kept=KEPT, turns=True, **more)


def slider(part):
    return part.page.get_by_role("slider", name="Time in the run")


def test_play_answers_before_the_server_and_never_flips_back(visit):
    part = alone(visit, "scrubber", bar(), across=1200)
    part.page.get_by_role("button", name="Play", exact=True).click()
    pause = part.page.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_be_visible()
    part.send(bar("paused"))  # was on its way before the server heard of it
    expect(pause).to_be_visible()
    part.send(bar("playing"))
    expect(pause).to_be_visible()
    assert part.acts == [{"do": "play"}]


def test_every_key_asks_for_its_own(visit):
    part = alone(visit, "scrubber", bar(), across=1200)
    part.page.evaluate("() => document.activeElement.blur()")
    for key in (" ", ".", ">", ",", "Home", "p"):
        part.page.keyboard.press(key)
    assert [act["do"] for act in part.acts] == ["play", "step", "epoch", "back", "rewind", "pin"]
    part.page.keyboard.press("?")
    expect(part.page.get_by_role("dialog", name="Keys")).to_be_visible()
    part.page.keyboard.press(".")
    part.page.keyboard.press("Escape")
    expect(part.page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert len(part.acts) == 6


@pytest.mark.parametrize(("tag", "keys"), [("input", " .,p?"), ("textarea", " .>"), ("button", " "), ("select", ",")])
def test_keys_rest_where_somebody_else_needs_them(visit, tag, keys):
    part = alone(visit, "scrubber", bar(), across=1200)
    part.page.evaluate(
        "(tag) => { const node = document.body.appendChild(document.createElement(tag)); node.focus(); }", tag
    )
    part.page.keyboard.type(keys)
    assert part.acts == []


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_keys_with_modifiers_are_somebody_elses(visit, modifier):
    part = alone(visit, "scrubber", bar(), across=1200)
    part.page.keyboard.press(f"{modifier}+.")
    assert part.acts == []


def test_arrows_walk_along_the_snapshots_and_say_where(visit):
    part = alone(visit, "scrubber", bar(), across=1200)
    expect(slider(part)).to_have_attribute("aria-valuetext", "step 300 of 300, loss 0.0498")
    slider(part).focus()
    part.page.keyboard.press("ArrowLeft")
    expect(slider(part)).to_have_attribute("aria-valuetext", "step 240 of 300, loss 0.0907")
    part.page.keyboard.press("End")
    part.page.wait_for_function("() => window.acts.length === 2")
    assert part.acts == [{"do": "at", "step": 240}, {"do": "live"}]


def test_a_drag_snaps_to_snapshots_asks_rarely_and_sends_its_end(visit):
    part = alone(visit, "scrubber", bar(), across=1200)
    box = slider(part).bounding_box()
    y = box["y"] + box["height"] / 2
    part.page.mouse.move(box["x"] + box["width"] - 12, y)
    part.page.mouse.down()
    began = part.page.evaluate("() => performance.now()")
    part.page.mouse.move(box["x"] + 10, y, steps=60)
    part.page.mouse.up()
    part.page.wait_for_function("() => window.acts.at(-1)?.step === 0")
    seconds = (part.page.evaluate("() => performance.now()") - began) / 1000
    assert {act["step"] for act in part.acts if act["do"] == "at"} <= set(KEPT)
    assert len(part.acts) <= 12 * seconds + 2


def test_a_flag_leads_to_its_step(visit):
    part = alone(visit, "scrubber", bar(flags=[Flag(160, "pin 1"), Flag(80, "lowest", "best")]), across=1200)
    part.page.locator('[data-step="160"]').click(force=True)
    part.page.wait_for_function("() => window.acts.length === 1")
    assert part.acts == [{"do": "at", "step": 160}]


def test_a_change_is_marked_and_says_what_it_was_and_the_rate_is_told(visit):
    flags = [Flag(150, "learning rate 0.01 → 0.03", "change")]
    part = alone(visit, "scrubber", bar(flags=flags, rate_steps=[0, 150], rates=[0.01, 0.03], looking=80), across=1200)
    expect(part.page.get_by_text("looking back at rate 0.01")).to_be_visible()
    box = slider(part).bounding_box()
    y, across = box["y"] + box["height"] / 2, box["width"] - 20
    label = part.page.locator(".scrubber .run svg > text")
    part.page.mouse.move(box["x"] + 10 + across * 151 / 300, y)
    expect(label).to_have_text(re.compile(r"^step 150 · learning rate 0\.01 → 0\.03$"))
    part.page.mouse.move(box["x"] + 10 + across * 40 / 300, y)
    expect(label).to_have_text(re.compile(r"^step 40 · loss 0\.670 · rate 0\.01"))
    assert part.acts == []


def test_in_slow_motion_the_speed_is_the_one_that_is_seen(visit):
    part = alone(visit, "scrubber", bar("playing", speed=10, examples_per_second=50_000, total=None), across=1200)
    expect(part.page.locator(".scrubber .when")).not_to_contain_text("examples/s")
    part.send(bar("playing", speed=None, examples_per_second=50_000))
    expect(part.page.locator(".scrubber .when")).to_contain_text("50,000 examples/s")


def test_play_that_waits_says_why_and_does_nothing(visit):
    part = alone(visit, "scrubber", bar(waits="Play waits for layer 7"), across=1200)
    expect(part.page.get_by_text("Play waits for layer 7")).to_be_visible()
    part.page.get_by_role("button", name="Play", exact=True).click(force=True)
    part.page.keyboard.press(".")
    assert part.acts == []


def test_looking_back_offers_to_go_on_from_there(visit):
    part = alone(visit, "scrubber", bar(looking=240), across=1200)
    expect(part.page.get_by_text("looking back, paused at epoch 30")).to_be_visible()
    part.page.get_by_role("button", name="Go on from here as a new run").click()
    assert part.acts == [{"do": "fork", "step": 240}]


def test_on_a_phone_everything_is_there_and_large_enough(visit):
    part = alone(visit, "scrubber", bar(looking=240), across=358, has_touch=True, is_mobile=True, **PHONE)
    part.page.get_by_role("button", name="More").click()
    part.page.get_by_role("button", name="Go on from here as a new run").click()
    assert part.acts == [{"do": "fork", "step": 240}]
    for button in part.page.locator(".scrubber .bar > button:visible").all():
        assert min(button.bounding_box()["width"], button.bounding_box()["height"]) > 43.9  # 44, as floats


def test_speed_is_chosen_by_steps_a_second(visit):
    part = alone(visit, "scrubber", bar(), across=1200)
    part.page.get_by_role("combobox", name="Speed").select_option("10")
    part.page.get_by_role("combobox", name="Speed").select_option("full")
    assert part.acts == [{"do": "speed", "value": 10}, {"do": "speed", "value": None}]


# ---------------------------------------------------------------- curves

RANGE = "() => { const { xaxis } = document.querySelector('.js-plotly-plot').layout; return [...xaxis.range]; }"


def drawn(part):
    part.page.wait_for_selector(".js-plotly-plot .main-svg")
    return part.page.locator(".curve .stage").bounding_box()


def points(part, count):
    part.page.wait_for_function("(n) => document.querySelector('.js-plotly-plot').data[0].x.length === n", arg=count)


def test_a_zoom_outlives_new_frames_and_a_double_click_ends_it(visit):
    part = alone(visit, "curve", curve(100))
    box = drawn(part)
    part.page.mouse.move(box["x"] + 80, box["y"] + 40)
    part.page.mouse.down()
    part.page.mouse.move(box["x"] + 160, box["y"] + 42, steps=8)
    part.page.mouse.up()
    part.page.wait_for_function(f"() => ({RANGE})()[0] > 5")
    zoomed = part.page.evaluate(RANGE)
    part.send(curve(300))
    points(part, 301)
    assert part.page.evaluate(RANGE) == zoomed
    part.page.mouse.dblclick(box["x"] + 120, box["y"] + 60)
    part.page.wait_for_function(f"() => ({RANGE})()[1] === 300")


def test_a_hover_outlives_new_frames_and_says_step_and_values(visit):
    part = alone(visit, "curve", curve(100))
    box = drawn(part)
    part.page.mouse.move(box["x"] + 36 + (box["width"] - 88) / 2, box["y"] + 60)
    words = part.page.locator(".curve .words")
    expect(words).to_have_text("step 50 · train 0.607 · held-out 0.788")
    part.send(curve(200))
    points(part, 201)
    expect(words).to_have_text("step 100 · train 0.368 · held-out 0.478")  # the pointer rests where that is now


def test_the_words_follow_the_step_that_is_looked_at(visit):
    part = alone(visit, "curve", curve(300, looking=100))
    expect(part.page.locator(".curve .words")).to_have_text("train 0.368 · held-out 0.478, 10.0 % right")
    label = part.page.locator(".curve .stage").get_attribute("aria-label")
    assert "Measured at step 100: train 0.368, held-out" in label.replace(" ·", ",")


def test_enter_looks_at_the_nearest_snapshot(visit):
    part = alone(visit, "curve", curve(300))
    drawn(part)
    part.page.locator(".curve .stage").focus()
    part.page.keyboard.press("Home")
    for _ in range(3):
        part.page.keyboard.press("ArrowRight")
    part.page.keyboard.press("Enter")
    assert part.acts == [{"do": "at", "step": 0}]


def test_the_run_before_is_a_line_with_a_name_that_stretches_nothing(visit):
    steps = np.arange(0, 101)
    lines = {"train": (steps, np.exp(-steps / 100)), "held-out": (steps, 1.3 * np.exp(-steps / 100))}
    old = {curves.BEFORE: (np.arange(0, 1000, 10), np.full(100, 0.9))}
    part = alone(visit, "curve", curves.frame(100, loss=lines | old, kept=KEPT))
    drawn(part)
    expect(part.page.locator(".annotation").get_by_text("before", exact=True)).to_be_visible()
    assert part.page.evaluate(RANGE) == [0, 100]
    expect(part.page.locator(".curve .words")).to_have_text("train 0.368 · held-out 0.478")
    expect(part.page.locator(".curve .measured")).to_have_text("measured at step 100")
    part.send(curves.frame(100, loss=lines, kept=KEPT))
    expect(part.page.locator(".annotation").get_by_text("before", exact=True)).to_have_count(0)
