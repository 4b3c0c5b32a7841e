"""A recurrent network in the playground: hover, locks, steps, keys, arithmetic, texts of one's own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Position, expect

from tests.browser.window import PHONE, Visit, address, settled

LSTM = "/playground?model=lstm&data=brackets&model.units=8"
GATES = ["Forget gate", "Input gate", "Output gate", "Candidate", "Cell state", "Hidden state"]


def opened(page: Page) -> Page:
    """The page, once its maps are there."""
    expect(settled(page).locator(".part.gates .cells").first).to_be_visible(timeout=30_000)
    expect(page.locator(".part.unrolled [data-name]").first).to_be_visible()
    return page


def maps(page: Page) -> Locator:
    """All maps, the one stop of the Tab key."""
    return page.locator(".part.gates .grid")


def told(page: Page) -> Locator:
    """The unit and the step that the maps tell of."""
    return page.locator(".part.gates .told")


def number(page: Page, name: str) -> Locator:
    """A number of the wiring."""
    return page.locator(f'.part.unrolled [data-name="{name}"]')


def point(page: Page, unit: int, time: int, gate: int = 0) -> tuple[Locator, Position]:
    """A map, and where one of its cells is in it."""
    cells = page.locator(".part.gates .cells").nth(gate)
    box = cells.bounding_box()
    assert box is not None
    steps = int(re.search(r"by (\d+) steps", maps(page).get_attribute("aria-label") or "")[1])  # type: ignore[index]
    return cells, {"x": (time + 0.5) * box["width"] / steps, "y": (unit + 0.5) * box["height"] / 8}


def said(page: Page, name: str, value: str | None) -> None:
    """Waits until the address bar says so."""
    page.wait_for_function("([name, value]) => new URL(location).searchParams.get(name) === value", arg=[name, value])


def test_every_gate_has_a_map_and_all_pictures_follow_the_pointer(visit: Visit) -> None:
    page = opened(visit(LSTM))
    expect(page.locator(".part.gates .head button")).to_have_text(GATES)
    cells, at = point(page, 4, 2)
    cells.hover(position=at)
    expect(told(page)).to_contain_text(re.compile("^Unit 5, step 3 "))
    forget = re.search(r"forget (\d\.\d\d)", told(page).inner_text())[1]  # type: ignore[index]
    expect(number(page, "forget")).to_contain_text(re.compile(f"^forget{forget[:3]}"))
    expect(page.locator(".part.unrolled .made")).to_contain_text(f"c = forget × c + input × cand. = {forget} ×")
    assert "lock" not in address(page)


def test_a_click_locks_unit_and_step_through_a_reload_and_escape_releases(visit: Visit) -> None:
    page = opened(visit(LSTM))
    cells, at = point(page, 3, 1, gate=4)
    cells.click(position=at)
    said(page, "lock", "0.3")
    said(page, "time", "1")
    page.mouse.move(5, 5)
    page.reload()
    opened(page)
    expect(told(page)).to_contain_text(re.compile("^Unit 4, step 2 "))
    maps(page).focus()
    page.keyboard.press("Escape")
    said(page, "lock", None)
    said(page, "time", None)


def test_the_keyboard_walks_through_the_maps_and_the_steps(visit: Visit) -> None:
    page = opened(visit(LSTM))
    maps(page).focus()
    for key in ("ArrowDown", "Home", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(told(page)).to_contain_text(re.compile("^Unit 2, step 2 |^Unit 3, step 2 "))
    where = re.match(r"Unit (\d+), step (\d+)", told(page).inner_text())
    assert where is not None
    page.keyboard.press("Enter")
    said(page, "lock", f"0.{int(where[1]) - 1}")
    unrolled = page.locator(".part.unrolled")
    unrolled.focus()
    page.keyboard.press("ArrowRight")
    said(page, "time", where[2])
    page.keyboard.press("ArrowUp")
    said(page, "lock", f"0.{int(where[1]) - 2}")
    page.keyboard.press("Home")
    said(page, "time", "0")
    expect(unrolled.locator(".spoken")).to_contain_text("step 1")


@pytest.mark.parametrize("name", ["forget", "candidate"])
def test_a_gate_opens_into_products_that_add_up(visit: Visit, name: str) -> None:
    page = opened(visit(LSTM + "&lock=0.2&time=2"))
    number(page, name).click()
    lines = page.locator(".part.unrolled .low svg:visible g text.strong:visible")
    expect(lines).to_have_count(6)
    title = page.locator(".part.unrolled .low svg:visible > text.strong").first
    expect(title).to_contain_text(" = ")
    total = float(re.search(r"\((.+?)\)", (title.text_content() or "").replace("−", "-"))[1])  # type: ignore[index]
    products = [float(words.replace("−", "-")) for words in lines.all_text_contents()]
    assert sum(products) == pytest.approx(total, abs=0.05)


def test_a_text_of_ones_own_is_read_or_refused_in_a_sentence(visit: Visit) -> None:
    page = opened(visit(LSTM))
    text, read = page.get_by_label("Your own text"), page.locator(".part.unrolled form button")
    text.fill("([])")
    read.click()
    said(page, "text", "([])")
    expect(page.locator(".part.unrolled")).to_have_attribute("aria-label", re.compile("unrolled over 4 steps"))
    for given, words in (
        ("", "text is empty"),
        ("(x)", "text holds 'x'"),
        ("(" * 21, "text has 21 tokens; at most 20"),
    ):
        text.fill(given)
        read.click()
        why = page.locator(".part.unrolled").get_by_role("alert")
        expect(why).to_contain_text(words)
        expect(why).to_contain_text("Still shown: ([])")
        expect(text).to_have_value(given)
        said(page, "text", "([])")
    page.get_by_role("button", name=re.compile("^Next example")).click()
    said(page, "text", None)
    said(page, "example", "held-out.1")


def test_units_can_stand_by_what_they_follow(visit: Visit) -> None:
    page = opened(visit(LSTM))
    page.get_by_role("button", name="follows the depth").click()
    said(page, "arranged", "follows the target")
    expect(page.get_by_role("button", name="follows the depth")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".part.unrolled .course")).to_have_attribute("aria-label", re.compile("with the depth"))


def test_training_goes_on_with_the_lock_and_its_nodes(visit: Visit) -> None:
    page = opened(visit(LSTM + "&lock=0.2&time=2"))
    canvas = page.locator(".part.gates canvas").first.element_handle()
    before = page.locator(".part.unrolled .made").inner_text()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".part.unrolled .made")).not_to_have_text(before)
    page.get_by_role("button", name="Pause").click()
    expect(told(page)).to_contain_text(re.compile("^Unit 3, step 3 "))
    assert canvas.evaluate("node => node.isConnected")


@pytest.mark.parametrize(("model", "count"), [("gru", 4), ("rnn", 1)])
def test_other_cells_have_their_own_gates(visit: Visit, model: str, count: int) -> None:
    page = opened(visit(f"/playground?model={model}&data=digit-rows"))
    expect(page.locator(".part.gates .cells")).to_have_count(count)
    number(page, "hidden").last.click()
    expect(page.locator(".part.unrolled .low svg:visible")).to_contain_text("New state h =")


def test_everything_fits_on_one_screen(visit: Visit) -> None:
    page = opened(visit(LSTM))
    assert page.evaluate("(m => m.scrollHeight <= m.clientHeight)(document.querySelector('[data-testid=stMain]'))")


def test_on_a_phone_a_tap_previews_and_a_second_one_locks(visit: Visit) -> None:
    page = opened(visit(LSTM, **PHONE, has_touch=True))
    cells, at = point(page, 4, 2)
    cells.scroll_into_view_if_needed()
    cells.tap(position=at)
    expect(told(page)).to_contain_text(re.compile("^Unit 5, step 3 "))
    assert "lock" not in address(page)
    cells.tap(position=at)
    said(page, "lock", "0.4")


def test_reading_step_by_step_goes_on_to_the_end_by_itself(visit: Visit) -> None:
    page = opened(visit(LSTM + "&text=([])&time=1"))
    page.get_by_role("button", name="Read step by step").click()
    said(page, "time", "3")
    expect(page.get_by_role("button", name="Read step by step")).to_be_visible()


def test_one_map_can_be_shown_large_and_all_again(visit: Visit) -> None:
    page = opened(visit(LSTM))
    page.get_by_role("button", name="Cell state").click()
    expect(page.locator(".part.gates .cells")).to_have_count(1)
    page.get_by_role("button", name="Cell state").click()
    expect(page.locator(".part.gates .cells")).to_have_count(6)


DEEP = "/playground?model=lstm&data=brackets&model.units=8&model.layers=2&model.bidirectional=on"


def title(page: Page, part: str) -> Locator:
    return page.locator(f".part.{part} .title")


def layer(page: Page, name: str) -> Locator:
    """A button that chooses a layer, or all."""
    return page.get_by_role("group", name="Recurrent layer").get_by_role("button", name=name, exact=True)


def test_every_panel_follows_the_one_choice_of_a_layer(visit: Visit) -> None:
    page = opened(visit(DEEP + "&lock=0.3&time=1"))
    expect(title(page, "unrolled")).to_contain_text("Layer 1 of 2")
    page.get_by_role("button", name="Gradient", exact=True).click()
    expect(title(page, "gradient")).to_have_text("Gradient through time, layer 1")
    layer(page, "2").click()
    said(page, "layer", "1")
    expect(title(page, "gates")).to_have_text("Gates and states, layer 2")
    expect(title(page, "unrolled")).to_contain_text("Layer 2 of 2")
    expect(title(page, "gradient")).to_have_text("Gradient through time, layer 2")
    expect(page.locator(".part.unrolled .frame")).to_contain_text("the states of the layer below")
    page.get_by_label("State", exact=True).select_option(label="layer 1, cell state, → from the start")
    said(page, "layer", None)
    expect(title(page, "gates")).to_have_text("Gates and states, layer 1")


def test_all_layers_stand_above_one_another_and_one_of_them_is_locked(visit: Visit) -> None:
    page = opened(visit(DEEP))
    layer(page, "all").click()
    said(page, "layers", "all")
    heads = ["Layer 2: cell state", "Layer 2: hidden state", "Layer 1: cell state", "Layer 1: hidden state"]
    expect(page.locator(".part.gates .head button")).to_have_text(heads)
    cells = page.locator(".part.gates .cells")
    edges = [cells.nth(i).bounding_box() for i in (0, 2)]
    assert edges[0] is not None
    assert edges[1] is not None
    assert (edges[0]["x"], edges[0]["width"]) == (edges[1]["x"], edges[1]["width"])
    box = cells.nth(0).bounding_box()
    assert box is not None
    steps = int(re.search(r"by (\d+) steps", maps(page).get_attribute("aria-label") or "")[1])  # type: ignore[index]
    at: Position = {"x": 1.5 * box["width"] / steps, "y": 3.5 * box["height"] / 16}
    cells.nth(0).hover(position=at)
    expect(told(page)).to_contain_text(re.compile("^Layer 2, unit 4 → from the start, step 2 “.”: cell .+, hidden "))
    cells.nth(0).click(position=at)
    said(page, "lock", "1.3")
    said(page, "layer", "1")
    expect(title(page, "unrolled")).to_contain_text("Layer 2 of 2")
    expect(cells).to_have_count(4)
    layer(page, "layer 1").click()
    said(page, "layers", None)
    expect(page.locator(".part.gates .head button")).to_have_text(GATES)


def test_the_keyboard_goes_from_one_layer_to_the_next(visit: Visit) -> None:
    page = opened(visit(DEEP + "&layers=all&lock=0.0&time=0"))
    expect(page.locator(".part.gates .cells")).to_have_count(4)
    maps(page).focus()
    for _ in range(2):  # the first one only shows where it stands
        page.keyboard.press("ArrowRight")
    expect(told(page)).to_contain_text("Layer 1, unit 1 → from the start, step 2 ")
    page.keyboard.press("ArrowUp")
    expect(told(page)).to_contain_text("Layer 2, unit 8 ← from the end, step 2 ")
    page.keyboard.press("Enter")
    said(page, "lock", "1.15")


@pytest.mark.parametrize("window", [{}, {**PHONE, "has_touch": True}])
def test_every_map_says_which_way_each_half_reads(visit: Visit, window: dict[str, Any]) -> None:
    page = opened(visit(DEEP + "&lock=0.9&time=2", **window))
    for i in range(len(GATES)):
        halves = page.locator(".part.gates .ways").nth(i).locator("> div")
        expect(halves).to_have_text([re.compile("→.*start"), re.compile("←.*end")])
        cells, lower = page.locator(".part.gates .cells").nth(i).bounding_box(), halves.nth(1).bounding_box()
        assert cells is not None
        assert lower is not None
        assert lower["y"] == pytest.approx(cells["y"] + cells["height"] / 2, abs=2)
    expect(title(page, "unrolled")).to_contain_text("←")
    expect(told(page)).to_contain_text("unit 2 ← from the end")


def test_the_marked_steps_are_shown_and_a_click_goes_there(visit: Visit) -> None:
    page = opened(visit("/playground?model=lstm&data=adding&model.units=8"))
    for cells in page.locator(".part.gates .cells").all():
        expect(cells.locator(".marked path")).to_have_count(2)
    expect(page.locator(".part.unrolled .triangle")).to_have_attribute("d", re.compile(r"(M[^M]+M[^M]+){2}$"))
    row = page.locator(".part.unrolled rect.hit").last
    box = row.bounding_box()
    marked = page.locator(".part.gates .marked").first.evaluate(
        "(node) => [...node.children].map((one) => (one.getBBox().x + 4) / node.getBoundingClientRect().width)"
    )
    assert box is not None
    row.click(position={"x": marked[0] * box["width"], "y": 8})
    expect(told(page)).to_contain_text("(marked)")
    expect(page.locator(".part.unrolled .frame")).to_contain_text(", marked")
    expect(page.locator(".part.unrolled svg text.strong", has_text="▲").first).to_be_visible()


@pytest.mark.parametrize(("read", "size"), [("rows", (64, 10)), ("pixels", (9.75, 9.75))])
def test_the_digit_is_shown_with_what_is_being_read(visit: Visit, read: str, size: tuple[float, float]) -> None:
    page = opened(visit(f"/playground?model=gru&data=digit-rows&data.read={read}&time=3"))
    ring = page.locator(".part.unrolled svg g > rect.ring").first
    expect(page.locator('.part.unrolled svg g[transform="translate(2 20)"] > g > rect')).to_have_count(64)
    assert float(ring.get_attribute("width") or "") == pytest.approx(size[0], abs=0.5)
    across, down = float(ring.get_attribute("x") or ""), float(ring.get_attribute("y") or "")
    assert (across, down) == pytest.approx((-1, 3 * 7.75 - 1) if read == "rows" else (3 * 7.75 - 1, -1))


@pytest.mark.parametrize("window", [{}, {**PHONE, "has_touch": True}])
def test_tags_are_written_in_short_and_explained(visit: Visit, window: dict[str, Any]) -> None:
    page = opened(visit("/playground?model=lstm&data=tagging&model.bidirectional=on", **window))
    answers = page.locator('.part.unrolled .strip text[y="30"]').all_text_contents()
    assert answers
    assert set(answers) <= {"det", "adj", "noun", "verb", "pron", "prep", "conj", "adv"}
    if set(answers) - {"noun", "verb"}:
        expect(page.locator(".part.unrolled .strip > text").last).to_contain_text(" = ")


@pytest.mark.parametrize("path", [LSTM, "/playground?model=gru&data=adding", "/playground?model=rnn&data=gapminder"])
def test_no_words_of_the_opened_step_lie_over_another_on_a_phone(visit: Visit, path: str) -> None:
    """Neither numbers in the wiring, nor a number and a box or sign, nor what the lines of the course mean."""
    page = opened(visit(path, **PHONE, has_touch=True))
    over = page.evaluate(_OVER)
    assert over == []


_OVER = """() => {
  const roots = [document], hits = [];
  let part = null;
  while (roots.length) for (const node of roots.pop().querySelectorAll("*")) {
    if (node.shadowRoot) roots.push(node.shadowRoot);
    if (node.matches(".part.unrolled")) part = node;
  }
  const box = (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return { words: node.textContent || node.getAttribute("class"), left, right, top: top + 2, bottom: bottom - 2 };
  };
  const all = (within, what) => [...part.querySelectorAll(`${within} ${what}`)]
    .filter((node) => node.getBoundingClientRect().width > 0 && (node.textContent || what !== "text")).map(box);
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const across = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1;
  const inside = (a, b) => across(a, b) && a.top >= b.top - 3 && a.bottom <= b.bottom + 3;
  const wired = all(".frame", "text");
  for (const texts of [wired, all(".course", "text")]) {
    texts.forEach((a, i) => texts.slice(i + 1).filter((b) => meet(a, b)).forEach((b) => hits.push([a.words, b.words])));
  }
  for (const a of wired) for (const b of [...all(".frame", ".gate"), ...all(".frame", ".op")]) {
    if (meet(a, b) && !inside(a, b)) hits.push([a.words, b.words]);
  }
  return hits;
}"""
