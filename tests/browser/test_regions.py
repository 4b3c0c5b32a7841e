"""Attention over an image in the playground: who asks, what is looked at, in which head, and on which image."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from dlplay.frame import pack
from dlplay.probes import regions
from tests.browser.alone import alone
from tests.browser.window import PHONE, WIDE, Visit, settled
from tests.probes.transformers import seen

SMALL = "model.head_width=4&model.feed_forward=16"
VIT = f"/playground?model=vit&data=digits&{SMALL}"


def opened(page: Page) -> Page:
    """The page, once the image and its heads are there."""
    expect(settled(page).locator(".part.sheet .thumb").first).to_be_visible(timeout=30_000)
    expect(page.locator(".part.regions .measure")).not_to_be_empty()
    return page


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def at(part: Locator, row: int, column: int, rows: int = 4, columns: int = 4) -> dict[str, Any]:
    """The middle of a region on a picture."""
    box = part.bounding_box()
    assert box is not None
    return {"x": (column + 0.5) / columns * box["width"], "y": (row + 0.5) / rows * box["height"]}


def number(words: str | None) -> float:
    found = re.search(r"\d+\.\d+", words or "")
    assert found
    return float(found[0])


def test_a_patch_is_previewed_asks_and_escape_goes_back_to_the_class_token(visit: Visit) -> None:
    page = opened(visit(VIT))
    part = page.locator(".part.regions")
    measure, who = part.locator(".measure"), part.locator(".asks .whole")
    expect(measure).to_have_text(re.compile("^The class token looks at about"))
    who.hover(position=at(who, 1, 2))
    expect(measure).to_have_text(re.compile(r"^Patch 2·3 looks at about"))
    expect(page.locator(".part.sheet .top")).to_contain_text("what patch 2·3 looks at")
    page.mouse.move(5, 5)
    expect(measure).to_have_text(re.compile("^The class token"))
    large = part.locator(".large")
    large.hover(position=at(large, 3, 0))
    expect(part.locator(".tip")).to_have_text(re.compile(r"^4·1: \d\.\d+$"))
    expect(part.locator(".said")).to_have_text(re.compile(r"^The class token looks at patch 4·1 with weight"))
    large.click(position=at(large, 3, 0))
    said(page, "lock", "step.13")
    page.mouse.move(5, 5)
    expect(measure).to_have_text(re.compile("^Patch 4·1"))
    page.reload()
    opened(page)
    expect(measure).to_have_text(re.compile("^Patch 4·1"))
    page.keyboard.press("Escape")
    said(page, "lock", None)
    expect(measure).to_have_text(re.compile("^The class token"))


def test_a_small_image_opens_its_head_and_every_view_follows(visit: Visit) -> None:
    page = opened(visit(VIT))
    title = page.locator(".part.regions .title")
    thumbs = page.locator(".part.sheet .thumb")
    expect(thumbs).to_have_count(2 * 6)
    thumbs.nth(11).hover()
    expect(title).to_have_text("What has come from where by layer 2")
    thumbs.nth(8).click()
    said(page, "head", "1.2")
    page.mouse.move(5, 5)
    expect(title).to_have_text("Layer 2, head 3")
    expect(page.locator(".part.heads .thumb.shown")).to_have_count(1)
    page.locator(".part.regions").focus()
    page.keyboard.press("s")
    said(page, "off", "blocks.1.attention.2")
    expect(page.locator(".part.sheet .thumb.off")).to_have_count(1)
    expect(page.locator(".part.regions .top .off")).to_have_text("switched off")
    page.keyboard.press("Escape")
    said(page, "head", None)


def test_the_keyboard_walks_over_the_image_and_to_the_class_token(visit: Visit) -> None:
    page = opened(visit(VIT))
    part = page.locator(".part.regions")
    part.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(part.locator(".tip")).to_have_text(re.compile("^2·2: "))
    expect(part.locator(".spoken")).to_have_text(re.compile("looks at patch 2·2 with weight"))
    page.keyboard.press("Enter")
    said(page, "lock", "step.6")
    for key in ("ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(part.locator(".said")).to_have_text(re.compile("^Patch 2·2 looks at the class token with weight"))
    page.keyboard.press("Enter")
    said(page, "lock", None)
    sheet = page.locator(".part.sheet .grid")
    sheet.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    said(page, "head", "1.1")


def test_another_image_is_chosen_beside_the_weights_and_a_bad_one_gets_its_sentence(visit: Visit) -> None:
    page = opened(visit(VIT))
    gallery = page.locator(".part.gallery")
    gallery.locator(".thumb").nth(2).click()
    said(page, "example", "held-out.2")
    expect(gallery.locator(".words")).to_have_text(re.compile("^3 of "))
    file = {"name": "mine.png", "mimeType": "image/png"}
    upload, raw = gallery.locator("input[type=file]"), io.BytesIO()
    Image.fromarray(np.zeros((20, 8), np.uint8)).save(raw, "PNG")
    upload.set_input_files({**file, "buffer": raw.getvalue()})
    expect(gallery.locator(".words")).to_have_text("your own, fitted from 20 × 8 pixels")
    upload.set_input_files({**file, "buffer": b"no picture at all"})
    expect(page.get_by_text("The file is no PNG or JPEG picture that can be read.")).to_be_visible()
    expect(page.locator(".part.regions .large canvas")).to_be_visible()


def test_other_views_speak_of_patches_and_of_the_class_token(visit: Visit) -> None:
    page = opened(visit(VIT))
    page.get_by_role("button", name="Weights", exact=True).click()
    expect(page.locator(".part.attention .ways")).to_contain_text("every patch may look at every patch")
    page.locator(".part.heads .thumb").nth(5).hover()
    expect(page.locator(".part.heads .told")).to_contain_text("what has come here from each patch")
    expect(page.locator(".part.heads .thumb").first).to_have_attribute("title", re.compile("looks at the class token"))


def test_all_stands_on_one_screen_with_play(visit: Visit) -> None:
    page = opened(visit(VIT, **WIDE))
    play = page.locator(".scrubber .play").bounding_box()
    assert play is not None
    assert play["y"] + play["height"] <= WIDE["height"]
    for name in ("regions", "image", "sheet"):
        box = page.locator(f".st-key-panel-{name}").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < play["y"]


def test_a_phone_previews_with_a_tap_and_takes_with_the_next(visit: Visit) -> None:
    page = opened(visit(VIT, **PHONE, has_touch=True))
    large = page.locator(".part.regions .large")
    large.tap(position=at(large, 0, 1))
    expect(page.locator(".part.regions .tip")).to_have_text(re.compile("^1·2: "))
    large.tap(position=at(large, 0, 1))
    said(page, "lock", "step.2")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]


def frame(model: str = "vit", data: str = "digits", **more: Any) -> tuple[dict[str, Any], dict[str, np.ndarray], bytes]:
    asked = {name: more.pop(name) for name in ("query", "layer", "head", "off") if name in more}
    facts, arrays = regions.picture(seen(model, data, None, more.pop("config", None), **more), **asked)
    return facts, arrays, pack(facts, arrays)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_bright_is_what_is_looked_at(visit: Visit, theme: str) -> None:
    facts, arrays, _ = frame(layer=1, head=1, query=7)
    arrays["image"][:] = 255
    weights = np.random.default_rng(0).permutation(np.linspace(0.01, 0.1, 17)).astype(np.float32)
    arrays["weights"] = arrays["weights"].copy()
    arrays["weights"][1, 1] = weights
    part = alone(visit, "regions", pack(facts, arrays), across=440, theme=theme)
    canvas = part.page.locator(".regions .large canvas")
    drawn = canvas.evaluate(
        """(canvas) => Array.from({ length: 16 }, (_, i) => {
          const x = ((i % 4) + 0.5) / 4, y = (Math.floor(i / 4) + 0.5) / 4;
          return canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 1, 1).data[1];
        })"""
    )
    assert np.argsort(drawn).tolist() == np.argsort(weights[1:]).tolist()
    assert number(part.page.locator(".regions .front b").text_content()) == pytest.approx(weights[0], abs=0.0006)
    assert number(part.page.locator(".regions .scale .ends").text_content()[1:]) == pytest.approx(
        weights[1:].max(), abs=0.006
    )
    expect(canvas).to_have_attribute("aria-label", re.compile("Layer 2, head 2, laid over an image of 8 × 8 pixels"))


def test_each_region_tells_its_own_number(visit: Visit) -> None:
    facts, arrays, one = frame("cnn-transformer", "shapes", query=3)
    part = alone(visit, "regions", one, across=440)
    large, columns = part.page.locator(".regions .large"), facts["grid"]["columns"]
    for row, column in ((0, 0), (2, 1), (3, 3)):
        large.hover(position=at(large, row, column, facts["grid"]["rows"], columns))
        words = part.page.locator(".regions .tip").text_content() or ""
        assert words.startswith(f"{row + 1}·{column + 1}: ")
        assert number(words) == pytest.approx(arrays["weights"][0, 0, 1 + row * columns + column], abs=0.006)


def test_a_preview_of_another_query_is_what_it_looks_at(visit: Visit) -> None:
    _, _, one = frame(query=2)
    _, arrays, _ = frame(query=12)
    part = alone(visit, "regions", one, across=440)
    who = part.page.locator(".regions .asks .whole")
    who.hover(position=at(who, 2, 3))
    weights = arrays["weights"][0, 0]
    names = ["the class token", *(f"{row}·{column}" for row in range(1, 5) for column in range(1, 5))]
    best = int(weights.argmax())
    expect(part.page.locator(".regions .said")).to_have_text(re.compile(r"^Patch 3·4 looks most at"))
    expect(part.page.locator(".regions .said")).to_contain_text("itself (" if best == 12 else f"{names[best]} (")


def test_where_nobody_collects_the_answer_all_ask_together(visit: Visit) -> None:
    _, _, one = frame(answer_from="mean")
    page = alone(visit, "regions", one, across=440).page
    expect(page.locator(".regions .measure")).to_have_text(
        re.compile(r"^All patches together look at about [\d.]+ of 16")
    )
    expect(page.locator(".regions .asks button").first).to_have_text("all patches")
    expect(page.locator(".regions .front")).to_be_hidden()


def test_words_that_look_at_an_image_are_chosen_from_a_list(visit: Visit) -> None:
    facts, _, one = frame("flamingo", "scenes", config={"examples": 200})
    assert facts["grid"]["side"] == "keys"
    assert facts["query"] is None
    part = alone(visit, "regions", one, across=440)
    page, words = part.page, part.page.locator(".regions .asks .words button")
    expect(words).to_have_text(facts["queries"])
    expect(page.locator(".regions .measure")).to_have_text(re.compile("^All together look at about"))
    words.nth(1).hover()
    expect(page.locator(".regions .measure")).to_contain_text(facts["queries"][1])
    words.nth(1).click()
    assert part.acts == [{"do": "query", "query": 1}]
    large = page.locator(".regions .large")
    large.click(position=at(large, 1, 1, facts["grid"]["rows"], facts["grid"]["columns"]))
    assert len(part.acts) == 1
    page.locator(".regions .asks .words").focus()
    for key in ("Home", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert part.acts[-1]["do"] == "query"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("network", "across"),
    [
        ({"layers": 1, "heads": 1}, 328),
        ({"layers": 6, "heads": 8}, 328),
        ({"layers": 6, "heads": 8}, 294),
        ({"config": {"enlarge": 3}, "patch": 1}, 328),
    ],
)
def test_few_heads_many_heads_and_many_patches_fit(
    visit: Visit, network: dict[str, Any], across: int, theme: str
) -> None:
    facts, _, one = frame(**network)
    part = alone(visit, "sheet", one, across=across, theme=theme)
    thumbs = part.page.locator(".sheet .thumb")
    expect(thumbs).to_have_count(facts["layers"] * (facts["heads"] + 2))
    for thumb in (thumbs.first, thumbs.last):
        thumb.scroll_into_view_if_needed()
        box = thumb.locator("canvas").bounding_box()
        assert box is not None
        assert box["width"] >= 16
        assert box["x"] + box["width"] <= across + 8
    expect(thumbs.last.locator("canvas")).to_have_attribute("aria-label", re.compile("^Rollout, layers 1 to .*looks? "))
    assert part.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


_SPEED = """async ([text, names]) => {
  const { unpack } = await import("/assets/live/frame.js"), { dress } = await import("/assets/live/theme.js");
  const views = [];
  for (const [name, wide] of names) {
    const host = document.createElement("div"), root = document.createElement("div");
    root.className = `part ${name}`;
    root.style.width = `${wide}px`;
    host.append(root);
    document.body.append(host);
    await dress(host, root);
    views.push((await import(`/assets/live/${name}.js`)).mount(root, () => {}));
  }
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0)), began = performance.now();
  for (let i = 0; i < 10; i++) {
    for (const view of views) view.update(unpack(bytes));
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  }
  return (performance.now() - began) / 10;
}"""


def test_six_layers_of_eight_heads_are_drawn_five_times_a_second(visit: Visit) -> None:
    _, _, one = frame(layers=6, heads=8, patch=1)
    page = visit("/assets/tokens.json")
    page.set_content("<!doctype html><title>Regions</title>")
    each = page.evaluate(_SPEED, [base64.b64encode(one).decode(), [["regions", 440], ["sheet", 328]]])
    assert each < 200  # milliseconds
