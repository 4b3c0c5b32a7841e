"""A Transformer in the playground: heads, weights, their arithmetic, what may not be seen, what is switched off."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dlplay.frame import pack
from dlplay.probes import attention
from tests.browser.window import PHONE, Visit, settled
from tests.probes.transformers import seen

DECODER = "/playground?model=decoder&data=names&model.head_width=4&model.feed_forward=16"
PAIRS = "/playground?model=transformer&data=reverse&model.head_width=4&model.feed_forward=16"


def opened(page: Page) -> Page:
    """The page, once its heads and their weights are there."""
    expect(settled(page).locator(".part.heads .thumb").first).to_be_visible(timeout=30_000)
    expect(page.locator(".part.weight .title")).to_be_visible()
    expect(page.locator(".part.attention .measure")).not_to_be_empty()
    return page


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def title(page: Page) -> Locator:
    """Which head is drawn large."""
    return page.locator(".part.attention .top .title")


def numbers(words: str | None) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+\.\d+", (words or "").replace("−", "-"))]


def test_a_pointer_previews_a_head_a_click_opens_it_and_escape_goes_back(visit: Visit) -> None:
    page = opened(visit(DECODER))
    thumbs = page.locator(".part.heads .thumb")
    expect(thumbs).to_have_count(2 * 6)
    thumbs.nth(8).hover()
    expect(title(page)).to_have_text("Layer 2, head 3")
    page.mouse.move(5, 5)
    expect(title(page)).to_have_text("Layer 1, head 1")
    thumbs.nth(8).click()
    said(page, "head", "1.2")
    page.mouse.move(5, 5)
    expect(title(page)).to_have_text("Layer 2, head 3")
    page.locator(".part.attention .lines").click(position={"x": 60, "y": 100})
    page.wait_for_function("new URL(location).searchParams.has('weight')")
    page.reload()
    opened(page)
    expect(title(page)).to_have_text("Layer 2, head 3")
    expect(page.locator(".part.weight .release")).to_be_visible()
    page.locator(".part.attention").focus()
    page.keyboard.press("Escape")
    said(page, "weight", None)
    said(page, "head", "1.2")
    page.keyboard.press("Escape")
    said(page, "head", None)


def test_a_weight_is_worked_out_step_by_step(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&head=0.1&weight=3.1"))
    weight = page.locator(".part.weight")
    steps = weight.locator(".step:visible b")
    expect(weight.locator(".total")).to_contain_text("÷")
    raised, whole, share = numbers(weight.locator(".total").text_content())
    assert raised / whole == pytest.approx(share, abs=0.02)
    total, scaled = (numbers(steps.nth(i).text_content())[0] for i in (0, 1))
    assert total / 2 == pytest.approx(scaled, abs=0.02)
    products = [numbers(one)[0] for one in weight.locator(".vector").nth(2).locator("button").all_text_contents()]
    assert sum(products) == pytest.approx(total, abs=0.25)
    weight.locator(".vector").nth(0).locator("button").nth(2).click()
    query = numbers(weight.locator(".vector").nth(0).locator("button").nth(2).get_attribute("title"))[0]
    expect(weight.locator(".terms .end").last).to_be_visible()
    assert numbers(weight.locator(".terms .end").last.text_content())[0] == pytest.approx(query, abs=0.01)
    weight.get_by_role("button", name="back to the weight").click()
    expect(weight.locator(".softmax")).to_be_visible()


_WORKED = """async (frame) => {
  const { unpack } = await import("/assets/live/frame.js"), { dress } = await import("/assets/live/theme.js");
  const host = document.createElement("div"), root = document.createElement("div");
  root.className = "part weight";
  host.append(root);
  document.body.append(host);
  await dress(host, root);
  const { mount } = await import("/assets/live/weight.js");
  mount(root, () => {}).update(unpack(Uint8Array.from(atob(frame), (one) => one.charCodeAt(0))));
}"""


@pytest.mark.parametrize("sign", [1, -1])
def test_scores_that_are_far_from_0_are_worked_out_from_the_largest(visit: Visit, sign: int) -> None:
    looked = seen("decoder", "names")
    _, arrays = attention.picture(looked, at=[0, 0])
    with torch.no_grad():
        first = next(one for name, one in looked.model.named_parameters() if name.endswith("attention.query.weight"))
        first.mul_(sign * 500 / arrays["scores"][0, 0].item())  # the first token sees itself alone
    facts, arrays = attention.picture(looked, at=[0, 0])
    assert arrays["scores"][0, 0] == pytest.approx(sign * 500, rel=1e-3)
    page = visit("/assets/tokens.json")
    page.set_content("<!doctype html><title>Weight</title>")
    page.evaluate(_WORKED, base64.b64encode(pack(facts, arrays)).decode())
    expect(page.locator(".weight .softmax > :nth-child(3)")).to_have_text(f"exp(·{'−' if sign > 0 else '+'}500.0)")
    expect(page.locator(".weight .total")).to_have_text("1.00 ÷ 1.00 = 1.00")


def test_the_future_is_drawn_as_not_allowed(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&drawn=matrix"))
    expect(page.locator(".part.attention .ways")).to_contain_text("the future: not allowed, exactly 0")
    cells = page.locator(".part.attention .heat .cells")
    box = cells.bounding_box()
    assert box is not None
    cells.hover(position={"x": box["width"] - 4, "y": 4})
    expect(page.locator(".part.attention .said")).to_contain_text("may not look")
    alpha = page.locator(".part.attention .heat canvas").evaluate(
        "(canvas) => canvas.getContext('2d').getImageData(canvas.width - 1, 0, 1, 1).data[3]"
    )
    assert alpha == 0
    page.locator(".part.silence .switch", has_text="mask").click()
    said(page, "off", "mask")
    expect(page.locator(".part.attention .ways")).to_contain_text("the mask is off")


def test_a_part_is_switched_off_with_one_click_and_the_score_answers(visit: Visit) -> None:
    page = opened(visit(DECODER))
    silence = page.locator(".part.silence")
    without = silence.locator(".scores .number").nth(1)
    expect(without).to_have_text("press a part")
    silence.locator(".switch", has_text="feed-forward").first.click()
    said(page, "off", "blocks.0.feed_forward")
    expect(without).to_contain_text("accuracy")
    page.locator(".part.heads .grid").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    said(page, "off", "blocks.0.feed_forward~blocks.0.attention.1")
    expect(page.locator(".part.heads .thumb.off")).to_have_count(1)
    silence.get_by_role("button", name="all on").click()
    said(page, "off", None)
    expect(without).to_have_text("press a part")


def test_the_keyboard_walks_through_the_weights(visit: Visit) -> None:
    page = opened(visit(DECODER))
    attention = page.locator(".part.attention")
    attention.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    said(page, "weight", "1.0")
    expect(attention).to_have_attribute("aria-label", re.compile("looks at"))
    page.keyboard.press("m")
    said(page, "drawn", "matrix")
    page.keyboard.press("s")
    said(page, "off", "blocks.0.attention.0")


def test_the_stream_ends_in_the_answer_and_a_place_stays_locked(visit: Visit) -> None:
    page = opened(visit(DECODER))
    page.get_by_role("button", name="Residual stream", exact=True).click()
    stream = page.locator(".part.stream")
    expect(stream.locator(".titles span")).to_have_text(
        ["", "Embedding", *(f"Layer {i} {part}" for i in (1, 2) for part in ("attention", "feed-forward"))]
    )
    stream.locator(".cells span").nth(2).click()
    said(page, "time", "2")
    expect(stream.locator(".said")).to_contain_text("the model answers")
    stream.locator(".lens").focus()
    page.keyboard.press("Escape")
    said(page, "time", None)


def test_the_same_tokens_are_shuffled_again(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&text=Albania"))
    page.get_by_role("button", name="Positions", exact=True).click()
    positions = page.locator(".part.positions")
    expect(positions.locator(".words").first.locator("span").first).to_be_visible()
    before = positions.locator(".words").nth(1).inner_text()
    positions.get_by_role("button", name="Another order").click()
    said(page, "shuffle", "1")
    expect(positions.locator(".words").nth(1)).not_to_have_text(before, use_inner_text=True)


def test_a_decoder_writes_and_shows_what_each_token_looked_at(visit: Visit) -> None:
    page = opened(visit(DECODER))
    page.get_by_role("button", name="Writing", exact=True).click()
    writing = page.locator(".part.writing")
    expect(writing.locator(".foot:visible")).to_contain_text("looks at")
    writing.get_by_label(re.compile("^Top-k")).select_option("2")
    said(page, "top_k", "2")
    expect(writing.locator(".what")).to_contain_text("before temperature and cuts")


def test_a_text_is_written_without_what_is_switched_off_and_says_so(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&seed=3"))
    page.get_by_role("button", name="Writing", exact=True).click()
    text = page.locator(".part.writing .text:not(.more)")
    expect(text).to_have_attribute("aria-label", re.compile("^Text written by the model:"))
    before = text.inner_text()
    page.locator(".part.silence .switch", has_text="positions").click()
    expect(page.locator(".part.writing .without")).to_have_text("written without positions")
    expect(text).to_have_attribute("aria-label", re.compile("^Text written without positions by the model:"))
    expect(text).not_to_have_text(before, use_inner_text=True)
    page.locator(".part.silence .on").click()
    expect(page.locator(".part.writing .without")).to_be_hidden()
    expect(text).to_have_text(before, use_inner_text=True)


def test_a_target_is_written_without_what_is_switched_off_and_says_so(visit: Visit) -> None:
    page = opened(visit(f"{PAIRS}&off=mask~decoder.blocks.1.cross.0"))
    page.get_by_role("button", name="Writing", exact=True).click()
    without = page.locator(".part.alignment .without")
    expect(without).to_have_text("written without the mask and decoder 2 cross-attention head 1")
    page.locator(".part.silence .on").click()
    expect(without).to_have_text("")


def test_what_the_written_token_looked_at_stands_as_bars_that_sum_to_one(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&begin=Al"))
    page.get_by_role("button", name="Writing", exact=True).click()
    bars = page.locator(".part.writing .glance .at")
    expect(bars.first).to_be_visible()
    page.locator(".part.writing .text span").nth(2).click()
    expect(bars).to_have_count(3)
    expect(bars.locator(".word")).to_have_text(["▸", "A", "l"])
    shares = [numbers(one)[0] for one in bars.locator(".weight").all_text_contents()]
    assert sum(shares) == pytest.approx(1, abs=0.02)


def test_what_is_switched_off_stands_beside_the_names_of_all_views(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&off=mask~blocks.1.attention.0"))
    said = page.locator(".st-key-under").get_by_text("off:")
    expect(said).to_contain_text("the mask")
    for view in ("Residual stream", "Positions", "Writing"):
        page.get_by_role("button", name=view, exact=True).click()
        settled(page)
        expect(said).to_contain_text("layer 2")
    page.locator(".part.silence .on").click()
    expect(said).to_have_count(0)


OVERFLOWS = """(node) => [node, ...node.querySelectorAll("*")]
    .filter((one) => one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(one).overflowY))
    .map((one) => one.className)"""


@pytest.mark.parametrize("size", [(1, 1), (2, 4), (4, 4), (6, 8)], ids=lambda size: f"{size[0]} by {size[1]}")
def test_every_head_and_every_switch_is_seen_at_a_glance(visit: Visit, size: tuple[int, int]) -> None:
    layers, heads = size
    page = opened(visit(f"{DECODER}&model.layers={layers}&model.heads={heads}"))
    expect(page.locator(".part.heads .thumb")).to_have_count(layers * (heads + 2))
    expect(page.locator(".part.silence .switch")).to_have_count(layers * (heads + 3) + 2)
    for name in ("heads", "silence"):
        part = page.locator(f".part.{name}")
        assert part.evaluate(OVERFLOWS) == []
        box, bar = part.bounding_box(), page.locator(".part.scrubber").bounding_box()
        assert box is not None
        assert bar is not None
        assert box["y"] + box["height"] < bar["y"]


def test_one_weight_is_worked_out_without_scrolling(visit: Visit) -> None:
    page = opened(visit("/playground?model=transformer&data=reverse&text=abcdefgh&weight=1.2"))
    assert page.locator(".part.weight").evaluate(OVERFLOWS) == []


def test_a_weight_among_many_is_worked_out_to_its_end(visit: Visit) -> None:
    page = opened(visit("/playground?model=vit&data=digits&model.head_width=4&panel=weights&weight=1.3"))
    assert page.locator(".part.weight .body").evaluate("(body) => body.scrollHeight - body.clientHeight") <= 1


WORKED = """async (frame) => {
  const { unpack } = await import("/assets/live/frame.js"), { dress } = await import("/assets/live/theme.js");
  const host = document.createElement("div"), root = document.createElement("div");
  root.className = "part weight";
  root.style.width = "336px";
  host.append(root);
  document.body.append(host);
  await dress(host, root);
  const bytes = Uint8Array.from(atob(frame), (one) => one.charCodeAt(0));
  (await import("/assets/live/weight.js")).mount(root, () => {}).update(unpack(bytes));
  return root.querySelector(".total").textContent;
}"""


@pytest.mark.parametrize("by", [-1.0, 1.0])
def test_a_softmax_of_large_scores_is_divided_by_a_sum_that_can_be_read(visit: Visit, by: float) -> None:
    looked = seen("decoder", "names")
    with torch.no_grad():
        for name, one in looked.model.named_parameters():
            if name.endswith(("query.weight", "key.weight")):
                one.copy_(by * 90 * torch.eye(*one.shape) if "query" in name else torch.eye(*one.shape))
    facts, arrays = attention.picture(looked, layer=0, head=1, locked=True, at=(3, 1))
    assert np.abs(arrays["scores"][3, :4]).max() > 20
    page = visit("/assets/tokens.json")
    page.set_content("<!doctype html><title>Weight</title>")
    words = page.evaluate(WORKED, base64.b64encode(pack(facts, arrays)).decode())
    raised, whole, share = numbers(words)
    assert whole >= 1
    assert raised / whole == pytest.approx(share, abs=0.02)


def test_without_the_mask_the_arithmetic_is_that_of_all_tokens(visit: Visit) -> None:
    page = opened(visit(f"{DECODER}&head=0.1&weight=1.1&off=mask"))
    weight = page.locator(".part.weight")
    expect(weight).to_contain_text("the mask is off")
    raised, whole, share = numbers(weight.locator(".total").text_content())
    assert raised / whole == pytest.approx(share, abs=0.02)


def test_sixty_four_tokens_are_drawn_as_lines_in_one_piece(visit: Visit) -> None:
    page = opened(visit("/playground?model=decoder&data=stories&data.length=70&model.head_width=4"))
    lines = page.locator(".part.attention .lines")
    assert lines.evaluate(OVERFLOWS) == []
    lines.hover(position={"x": 60, "y": 200})
    expect(lines.locator("text.hot")).to_have_count(1)


def test_how_far_each_layer_moves_the_answer_sums_to_it(visit: Visit) -> None:
    page = opened(visit(DECODER))
    page.get_by_role("button", name="Residual stream", exact=True).click()
    said = page.locator(".part.stream .said")
    expect(said).to_contain_text("Layer by layer")
    line = (said.locator("div").last.text_content() or "").replace("layer 1", "").replace("layer 2", "")
    *parts, whole = numbers(line)
    assert len(parts) == 3
    assert sum(parts) == pytest.approx(whole, abs=0.02)


def test_a_pair_has_three_attentions_and_cross_attention_is_shown_first(visit: Visit) -> None:
    page = opened(visit(PAIRS))
    parts = page.locator(".part.heads .segments button")
    expect(parts).to_have_text(["encoder", "decoder", "cross"])
    expect(parts.nth(2)).to_have_attribute("aria-pressed", "true")
    parts.nth(0).click()
    said(page, "attending", "encoder.blocks.attention")
    expect(page.locator(".part.heads .thumb")).to_have_count(2 * 6)
    page.get_by_role("button", name="Writing", exact=True).click()
    expect(page.locator(".part.alignment .title").first).to_have_text("Where it looks")


def test_a_text_of_ones_own_is_read_or_refused_in_a_sentence(visit: Visit) -> None:
    page = opened(visit(PAIRS))
    text = page.get_by_label("Your own text")
    text.fill("abcd")
    text.press("Enter")
    said(page, "text", "abcd")
    text.fill("?!")
    text.press("Enter")
    expect(page.get_by_text(re.compile("text holds"))).to_be_visible()
    text.fill("")
    text.press("Enter")
    expect(page.get_by_text("text is empty; write at least one token.")).to_be_visible()


def test_a_phone_previews_with_a_tap_and_opens_with_the_next(visit: Visit) -> None:
    page = opened(visit(DECODER, **PHONE, has_touch=True))
    thumb = page.locator(".part.heads .thumb").nth(7)
    thumb.tap()
    expect(page.locator(".part.heads .told")).to_contain_text("Layer 2, head 2")
    thumb.tap()
    said(page, "head", "1.1")


_DRAWN = """async (frames) => {
  const { unpack } = await import("/assets/live/frame.js"), { dress } = await import("/assets/live/theme.js");
  const views = [];
  for (const [name, wide] of [["heads", 328], ["attention", 440], ["weight", 336]]) {
    const host = document.createElement("div"), root = document.createElement("div");
    root.className = `part ${name}`;
    root.style.width = `${wide}px`;
    host.append(root);
    document.body.append(host);
    await dress(host, root);
    views.push((await import(`/assets/live/${name}.js`)).mount(root, () => {}));
  }
  const bytes = frames.map((frame) => Uint8Array.from(atob(frame), (one) => one.charCodeAt(0)));
  const began = performance.now();
  for (let i = 0; i < 20; i++) {
    for (const view of views) view.update(unpack(bytes[i % bytes.length]));
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  }
  return { each: (performance.now() - began) / 20, thumbs: document.querySelectorAll(".thumb").length };
}"""


@pytest.mark.parametrize("drawn", ["lines", "matrix"])
def test_four_by_four_heads_of_64_by_64_are_drawn_five_times_a_second(visit: Visit, drawn: str) -> None:
    frames = []
    for index in (0, 1):
        looked = seen("decoder", "stories", {"index": index}, {"length": 70}, layers=4, heads=4, head_width=16)
        with torch.no_grad():
            for parameter in looked.model.parameters():
                parameter.mul_(2)
        facts, arrays = attention.picture(looked, layer=1, head=2, at=[40, 3], drawn=drawn)
        assert arrays["maps"].shape[0] == 16
        assert min(arrays["maps"].shape[1:]) >= 64
        frames.append(base64.b64encode(pack(facts, arrays)).decode())
    page = visit("/assets/tokens.json")
    page.set_content("<!doctype html><title>Heads</title>")
    found = page.evaluate(_DRAWN, frames)
    assert found["thumbs"] == 4 * 6
    assert found["each"] < 200  # milliseconds
