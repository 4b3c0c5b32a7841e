"""A heat map alone: it paints what it is given, names it, and is walked with pointer, finger and keys."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.window import PHONE, Visit

_MOUNT = """async ([across, facts, dark]) => {
  document.documentElement.style.setProperty("--st-background-color", dark ? "#12161C" : "#ffffff");
  document.body.replaceChildren();
  document.body.style.cssText = "margin: 8px";
  const host = document.createElement("div"), root = document.createElement("div");
  root.className = "part";
  root.style.width = `${across}px`;
  host.append(root);
  document.body.append(host);
  const { dress, scale } = await import("/assets/live/theme.js");
  const { heat } = await import("/assets/live/heat.js");
  await dress(host, root);
  window.hovers = []; window.locks = [];
  const map = heat(root, { hover: (cell) => window.hovers.push(cell), lock: (cell) => window.locks.push(cell) });
  root.append(map.node);
  window.map = map;
  window.colour = (name, code) => [...scale(root, name).subarray(3 * code, 3 * code + 3)];
  window.show = (facts) => {
    const kind = facts.codes ? Uint8Array : Float32Array;
    map.update({ ...facts, values: kind.from(facts.codes ?? facts.values.map((value) => value ?? NaN)) });
  };
  window.show(facts);
}"""
_PIXELS = """() => {
  const canvas = document.querySelector(".heat canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
}"""
GATES: dict[str, Any] = {
    "name": "forget gate",
    "values": [0, 0.25, 0.5, 0.75, 1, None],
    "rows": 2,
    "columns": 3,
    "scale": "amount",
    "low": 0,
    "high": 1,
    "rowLabels": ["unit 1", "unit 2"],
    "columnLabels": ["the", "dog", "ran"],
    "column": "word",
}


def mounted(visit: Visit, facts: dict[str, Any], *, across: int = 600, **more: Any) -> Page:
    page = visit("/assets/tokens.json", **more)
    page.set_content('<!doctype html><meta name="viewport" content="width=device-width"><title>A map</title>')
    page.evaluate(_MOUNT, [across, facts, more.get("theme") == "dark"])
    expect(page.locator(".heat .read")).not_to_be_empty()
    return page


def cells(page: Page) -> FloatRect:
    box = page.locator(".heat .cells").bounding_box()
    assert box
    return box


def to(page: Page, row: int, column: int, rows: int, columns: int) -> tuple[float, float]:
    box = cells(page)
    return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / rows


def large(seed: int = 0) -> dict[str, Any]:
    """64 units over 200 words, as codes."""
    return {
        "name": "cell state",
        "codes": [(seed + 7 * i + 13 * j) % 256 for i in range(64) for j in range(200)],
        "rows": 64,
        "columns": 200,
        "scale": "signed",
        "low": -2,
        "high": 2,
        "columnLabels": [f"word{j % 17}" for j in range(200)],
        "row": "unit",
        "column": "word",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_cell_has_the_colour_of_its_value_and_what_is_missing_has_none(visit: Visit, theme: str) -> None:
    page = mounted(visit, GATES, theme=theme)
    expected = [page.evaluate("(code) => colour('amount', code)", code) for code in (0, 64, 128, 191, 255)]
    painted = page.evaluate(_PIXELS)
    assert painted[:5] == [[*colour, 255] for colour in expected]
    assert painted[5][3] == 0
    signed = {**GATES, "values": None, "codes": [0, 127, 255, 1, 2, 3], "scale": "signed", "low": -2, "high": 2}
    page.evaluate("(facts) => show(facts)", signed)
    expected = [page.evaluate("(code) => colour('signed', code)", code) for code in signed["codes"]]
    assert page.evaluate(_PIXELS) == [[*colour, 255] for colour in expected]


def test_rows_columns_and_range_are_named(visit: Visit) -> None:
    page = mounted(visit, {**GATES, "more": "per gate"})
    assert page.locator(".heat .down text:not(.flag)").all_text_contents() == ["unit 1", "unit 2"]
    assert page.locator(".heat .across text:not(.flag)").all_text_contents() == ["the", "dog", "ran"]
    expect(page.locator(".heat .head")).to_have_text("forget gate01per gate")
    expect(page.locator(".heat .bar")).to_have_class("bar amount")
    for i in range(3):
        label, (x, _) = page.locator(".heat .across text").nth(i).bounding_box(), to(page, 0, i, 2, 3)
        assert label
        assert abs(label["x"] + label["width"] / 2 - x) < 2
    page.evaluate("(facts) => show(facts)", {**GATES, "rowLabels": None, "columnLabels": None, "row": "unit"})
    assert page.locator(".heat .across text:not(.flag)").all_text_contents() == ["1", "2", "3"]


def test_the_pointer_previews_and_a_click_locks_and_releases(visit: Visit) -> None:
    page = mounted(visit, GATES)
    page.mouse.move(*to(page, 1, 0, 2, 3))
    expect(page.locator(".heat .read")).to_have_text("unit 2, word the: 0.750")
    assert page.evaluate("() => hovers") == [{"row": 1, "column": 0, "value": 0.75}]
    assert page.locator(".heat .flag:visible").all_text_contents() == ["the", "unit 2"]
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("() => locks") == [{"row": 1, "column": 0}]
    locked = {**GATES, "locked": {"row": 1, "column": 0}, "values": [0, 0, 0, 0.5, 0, 0]}
    page.evaluate("(facts) => show(facts)", locked)
    expect(page.locator(".heat .read")).to_have_text("unit 2, word the: 0.500 · locked")  # the value of this frame
    page.mouse.click(*to(page, 1, 0, 2, 3))
    assert page.evaluate("() => locks[1]") is None
    page.mouse.move(1, 1)
    assert page.evaluate("() => hovers.at(-1)") is None
    ring, box = page.locator(".heat .ring.locked").bounding_box(), cells(page)
    assert ring
    assert (ring["x"], ring["y"]) == (box["x"] - 2, box["y"] + box["height"] / 2 - 2)
    expect(page.locator(".heat .ring:not(.locked)")).to_be_hidden()


def test_arrows_walk_enter_locks_escape_releases(visit: Visit) -> None:
    page = mounted(visit, GATES)
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "End", "ArrowDown", "Home"):
        page.keyboard.press(key)
    places = page.evaluate("() => hovers.map(({ row, column }) => [row, column])")
    assert places == [[0, 0], [0, 1], [1, 1], [1, 2], [1, 0]]
    expect(page.locator(".heat .spoken")).to_have_text("unit 2, word the: 0.750")
    page.keyboard.press("Enter")
    page.evaluate("(facts) => show(facts)", {**GATES, "locked": {"row": 1, "column": 0}})
    page.keyboard.press("Escape")
    assert page.evaluate("() => [locks, hovers.at(-1)]") == [[{"row": 1, "column": 0}, None], None]


def test_a_linked_picture_can_point_without_an_echo(visit: Visit) -> None:
    page = mounted(visit, GATES)
    page.evaluate("() => map.point({ row: 0, column: 2 })")
    expect(page.locator(".heat .read")).to_have_text("unit 1, word ran: 0.500")
    page.evaluate("() => map.point(null)")
    assert page.evaluate("() => hovers") == []


def test_many_cells_scroll_keep_their_nodes_and_follow_ten_times_a_second(visit: Visit) -> None:
    page = mounted(visit, large())
    assert 4 * 200 <= cells(page)["width"] > page.locator(".heat .scroll").bounding_box()["width"]  # type: ignore[index]
    labels = page.locator(".heat .across text:not(.flag)")
    places = [box for i in range(labels.count()) if (box := labels.nth(i).bounding_box())]
    assert len(places) > 5
    assert all(a["x"] + a["width"] <= b["x"] for a, b in pairwise(places))
    took = page.evaluate(
        """(facts) => {
          const nodes = [...document.querySelectorAll(".heat *")], codes = Uint8Array.from(facts.codes), took = [];
          for (let k = 0; k < 30; k++) {
            const begin = performance.now();
            codes[k] = 255 - codes[k];
            map.update({ ...facts, values: codes });
            document.body.offsetHeight;
            took.push(performance.now() - begin);
          }
          const now = [...document.querySelectorAll(".heat *")], still = now.every((node, i) => node === nodes[i]);
          if (!still || now.length !== nodes.length) throw new Error("nodes were rebuilt");
          return took.sort((a, b) => a - b)[15];
        }""",
        large(),
    )
    assert took < 50  # ms, half of what ten frames a second leave
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(page.locator(".heat .read")).to_contain_text("unit 1, word word12")
    ring, view = page.locator(".heat .ring:not(.locked)").bounding_box(), page.locator(".heat .scroll").bounding_box()
    assert ring
    assert view
    assert ring["x"] + ring["width"] <= view["x"] + view["width"] + 3


def test_a_phone_previews_with_the_first_tap_and_locks_with_the_second(visit: Visit) -> None:
    page = mounted(visit, large(), across=374, has_touch=True, is_mobile=True, **PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    place = to(page, 4, 10, 64, 200)
    page.touchscreen.tap(*place)
    expect(page.locator(".heat .read")).to_contain_text("unit 5, word word10")
    assert page.evaluate("() => locks") == []
    page.touchscreen.tap(*place)
    assert page.evaluate("() => locks") == [{"row": 4, "column": 10}]
