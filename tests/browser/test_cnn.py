"""A CNN in the playground: its layers edited, its maps looked into, its images chosen, all while it trains."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.browser.window import PHONE, Visit, address, choose, settled

CNN = "/playground?model=cnn&data=digits"
LOCKED = CNN + "&lock=layers.3.value~9~1~2"
DEFAULT = [
    "1 conv 3×3, pad 1: 8 × 8 × 8, 80, 3×3",
    "2 ReLU: 8 × 8 × 8, 0, 3×3",
    "3 max pool 2×2: 8 × 4 × 4, 0, 4×4",
    "4 conv 3×3, pad 1: 16 × 4 × 4, 1,168, 8×8",
    "5 ReLU: 16 × 4 × 4, 0, 8×8",
    "6 max pool 2×2: 16 × 2 × 2, 0, 10×10",
    "7 flatten: 64, 0, all",
    " answer: 10, 650, all",
]

PART = """
const hosts = [...document.querySelectorAll("*")].map((node) => node.shadowRoot ?? node);
const part = hosts.map((host) => host.querySelector?.(`.part.${name}`)).find(Boolean);
"""


def opened(page: Page) -> Page:
    """The page, once its maps are there."""
    expect(settled(page).locator(".part.maps .tiles").first).to_be_visible(timeout=30_000)
    return page


def play(page: Page, steps: int = 20) -> None:
    """Trains for some steps and pauses."""
    page.get_by_role("button", name="Play").click()
    at_least(page, steps)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_enabled()


def at_least(page: Page, steps: int) -> None:
    """Waits until the run has made so many steps."""
    said = "Number(/step ([\\d,]+)/.exec(part?.textContent)?.[1].replaceAll(',', '')) >= least"
    page.wait_for_function(f"([name, least]) => {{ {PART} return {said}; }}", arg=["scrubber", steps], timeout=60_000)


def time_machine(page: Page) -> Locator:
    return page.locator(".part.scrubber")


def layers(page: Page) -> list[str]:
    """The rows of the layer editor in words: "1 conv 3×3, pad 1: 8 × 8 × 8, 80, 3×3"."""
    return page.locator(".part.stack .row[role=option]").evaluate_all(
        """rows => rows.map((row) => {
          const text = (selector) => row.querySelector(selector).textContent, detail = text(".detail");
          const numbers = [...row.querySelectorAll(":scope > .number")].map((node) => node.textContent).filter(Boolean);
          return `${text(".name .number")} ${text("b")}${detail && ", "}${detail}: ${numbers.join(", ")}`;
        })"""
    )


def rows(page: Page) -> Locator:
    return page.locator(".part.stack").get_by_role("option")


def shows(page: Page, place: int, words: str) -> None:
    """Waits until this row of the layer editor says so; the first is 1."""
    expect(rows(page).nth(place - 1)).to_contain_text(words)


def field(page: Page, name: str) -> Locator:
    return page.locator(f'.part.stack .fields :is(input, select)[aria-label^="{name}"]')


def unfold(page: Page, place: int) -> None:
    """Opens the settings of a layer; the first is 1."""
    rows(page).nth(place - 1).get_by_role("button", name="Settings of this layer").click()


def add(page: Page, kind: str) -> None:
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_role("menuitem", name=re.compile(f"^{kind}")).click()


def picture(page: Page, part: str, place: int = 0) -> str:
    """The pixels of one canvas of a part."""
    return page.locator(f".part.{part} canvas").nth(place).evaluate("(canvas) => canvas.toDataURL()")


def changes(page: Page, name: str, before: str, place: int = 0) -> None:
    """Waits until a canvas of a part looks different."""
    drawn = "part && part.querySelectorAll('canvas')[place].toDataURL() !== before"
    page.wait_for_function(f"([name, before, place]) => {{ {PART} return {drawn}; }}", arg=[name, before, place])


def name_of_maps(page: Page, place: int) -> Locator:
    return page.locator(".part.maps .head .name").nth(place)


def notice(page: Page) -> Locator:
    return page.get_by_test_id("stAlert")


def number(words: str) -> float:
    return float(words.replace("−", "-").replace(",", ""))


def test_it_opens_at_step_0_and_learns_digits_before_your_eyes(visit: Visit) -> None:
    page = opened(visit(CNN))
    assert layers(page) == DEFAULT
    expect(page.locator(".part.stack .totals")).to_contain_text("1,898 parameters · 23,680 multiply-accumulates")
    expect(time_machine(page)).to_contain_text("step 0")
    expect(page.locator(".part.maps .answer .class")).to_have_count(10)
    before = picture(page, "maps")
    page.get_by_role("button", name="Play").click()
    changes(page, "maps", before)
    expect(page.locator(".part.metrics")).to_contain_text(re.compile(r"(9\d\.\d|100\.0) % right"), timeout=30_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert layers(page) == DEFAULT


def test_numbers_follow_every_edit_before_anything_is_trained(visit: Visit) -> None:
    page = opened(visit(CNN))
    unfold(page, 4)
    field(page, "Kernel").fill("2")
    shows(page, 4, "16 × 5 × 5")
    field(page, "Padding").select_option("same")
    shows(page, 4, "16 × 4 × 4")
    field(page, "Stride").fill("2")
    expect(notice(page).or_(page.locator(".part.stack .banner:visible"))).to_have_count(1)
    page.keyboard.press("Control+z")
    shows(page, 4, "16 × 4 × 4")
    for _ in range(2):
        page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(rows(page).nth(3)).to_contain_text("conv 3×3")
    assert layers(page) == DEFAULT
    page.get_by_role("button", name="Redo", exact=True).first.click()
    shows(page, 4, "conv 2×2")
    page.get_by_role("button", name="Undo", exact=True).first.click()

    rows(page).nth(1).click()  # ReLU behind the first convolution
    page.keyboard.press("Alt+ArrowUp")
    shows(page, 1, "ReLU1 × 8 × 8")
    page.keyboard.press("Alt+ArrowDown")
    shows(page, 1, "conv 3×3")
    page.keyboard.press("Control+d")
    shows(page, 3, "ReLU8 × 8 × 8")
    page.keyboard.press("Delete")
    expect(rows(page)).to_have_count(len(DEFAULT))
    add(page, "Batch norm")
    shows(page, 4, "batch norm8 × 4 × 416")  # behind the chosen layer; a gain and a shift for each of 8 maps
    expect(time_machine(page)).to_contain_text("step 0")
    page.wait_for_function("new URL(location).searchParams.get('model.layers')?.includes('batchnorm')")


def test_layers_edited_after_training_are_a_draft_until_play(visit: Visit) -> None:
    page = opened(visit(CNN))
    play(page)
    run = address(page)["run"]
    unfold(page, 1)
    field(page, "Channels").fill("4")
    shows(page, 1, "4 × 8 × 8")
    expect(page.get_by_text("The layers differ from the run.")).to_be_visible()
    expect(name_of_maps(page, 0)).to_have_text("1 conv 3×3 · 8 maps of 8 × 8")
    assert address(page)["run"] == run

    page.get_by_role("button", name="Back to the run’s layers").click()
    shows(page, 1, "8 × 8 × 8")
    expect(page.get_by_text("The layers differ from the run.")).to_have_count(0)
    page.keyboard.press("Control+z")
    shows(page, 1, "4 × 8 × 8")
    assert address(page)["run"] == run

    page.get_by_role("button", name="Play").click()
    expect(name_of_maps(page, 0)).to_have_text("1 conv 3×3 · 4 maps of 8 × 8")
    at_least(page, 1)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The layers differ from the run.")).to_have_count(0)
    assert address(page)["run"] != run
    page.get_by_role("button", name="undo").first.click()
    expect(name_of_maps(page, 0)).to_have_text("1 conv 3×3 · 8 maps of 8 × 8")
    assert address(page)["run"] == run


def test_an_impossible_stack_says_where_and_why_and_repairs_itself(visit: Visit) -> None:
    page = opened(visit(CNN))
    banner, repairs = page.locator(".part.stack .banner"), page.locator(".part.stack .repairs button")
    unfold(page, 4)
    field(page, "Kernel").fill("9")
    expect(banner).to_contain_text("Layer 4, conv 9×9: kernel 9 does not fit a 4×4 input padded by 1.")
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    expect(time_machine(page)).to_contain_text("Play waits for layer 4")
    assert layers(page)[4] == "5 ReLU: waits"
    labels = repairs.all_inner_texts()
    assert labels[0] == "Set padding 3"
    assert len(labels) > 1
    for label in labels[:2]:
        page.get_by_role("button", name=label, exact=True).click()
        expect(banner).to_be_hidden()
        expect(page.get_by_role("button", name="Play")).to_be_enabled()
        page.get_by_role("button", name="Undo", exact=True).first.click()
        expect(banner).to_be_visible()
    repairs.first.click()
    shows(page, 4, "conv 9×9pad 3")
    play(page, 2)


def test_a_link_to_an_impossible_stack_says_once_what_is_wrong(visit: Visit) -> None:
    layers = "conv_padding.1~act~maxpool~conv_16_kernel.9_padding.1~act~maxpool~flatten"
    page = settled(visit(f"{CNN}&model.layers={layers}"))
    wrong = "kernel 9 does not fit a 4×4 input padded by 1."
    expect(page.locator(".part.stack .banner")).to_contain_text(wrong)
    expect(page.get_by_text(wrong)).to_have_count(1)
    expect(page.locator(".st-key-no-run")).to_contain_text("the panel Layers says what is wrong")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.get_by_text("The running model is untouched.")).to_have_count(0)
    page.get_by_role("button", name="Set padding 3").click()
    opened(page)


def test_an_open_layer_leaves_its_neighbours_whole(visit: Visit) -> None:
    page = opened(visit(CNN))
    head = page.locator(".part.stack .heads span").nth(1)
    expect(head).to_have_text("layer")  # all of them are in sight
    unfold(page, 4)
    expect(head).to_have_text("3 to 5 of 7")
    whole = """const one = (name, i = 0) => part.querySelectorAll(name)[i], option = (i) => one("[role=option]", i);
        const [list, last, rows] = [one(".list"), one(".row.answer"), [option(2), option(4)]];
        const side = (node) => node.getBoundingClientRect();
        return rows.every((row) => side(row).top >= side(list).top - 1 && side(row).bottom <= side(last).top + 1);"""
    page.wait_for_function(f"([name]) => {{ {PART} {whole} }}", arg=["stack"])


def test_presets_and_data_fit_each_other(visit: Visit) -> None:
    page = opened(visit(CNN))
    page.locator(".st-key-pick-model button").first.click()
    offered = page.get_by_test_id("stPopoverBody")
    expect(offered.get_by_role("button", name="LeNet-5 on digits")).to_be_visible()
    for published in ("VGG-16", "AlexNet (2012)"):
        expect(offered.get_by_text(published)).to_have_count(0)
    page.keyboard.press("Escape")

    choose(page, "model", "Small VGG")
    shows(page, 1, "× 2")
    shows(page, 1, "1–6")
    rows(page).first.get_by_role("button", name="Show every layer").first.click()
    shows(page, 1, "conv 3×3")
    shows(page, 6, "ReLU16 × 8 × 8")
    for name, first in (
        ("LeNet-5 on digits", "6 × 8 × 8"),
        ("All convolutional", "16 × 8 × 8"),
        ("Small AlexNet", "16 × 8 × 8"),
    ):
        choose(page, "model", name)
        shows(page, 1, first)
        expect(page.locator(".part.stack .banner")).to_be_hidden()
        expect(name_of_maps(page, 0)).to_contain_text(first.split()[0] + " maps")
    choose(page, "model", "Small CNN")
    choose(page, "data", "Two photos")
    shows(page, 1, "8 × 32 × 32224")  # 8 kernels of 3 × 3 in 3 colours, and 8 biases
    expect(page.locator(".part.maps .answer .class")).to_have_count(2)
    play(page, 2)


def test_a_network_that_is_too_large_is_refused_with_numbers(visit: Visit) -> None:
    page = opened(visit(CNN))
    run = address(page)["run"]
    play(page, 5)
    add(page, "Dense")
    shows(page, 8, "dense")
    unfold(page, 8)
    field(page, "Units").fill("8192")
    shows(page, 8, "8,192532,480")
    page.get_by_role("button", name="Duplicate").click()
    banner = page.locator(".part.stack .banner")
    expect(banner).to_contain_text(
        re.compile(r"Too large: 67\.7 M parameters need 1\.\d GB with Adam; a network may take 1")
    )
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    expect(time_machine(page)).to_contain_text("Play waits: too large")
    assert address(page)["run"] == run
    page.get_by_role("button", name="Back to the run’s layers").click()
    expect(banner).to_be_hidden()
    expect(page.get_by_role("button", name="Play")).to_be_enabled()


def open_cell(page: Page, layer: int, x: float, y: float) -> Locator:
    """Clicks into the maps of a layer, and gives what opens."""
    page.locator(".part.maps .tiles").nth(layer).click(position={"x": x, "y": y})
    opened_cell = page.locator(".part.cell")
    expect(opened_cell).to_be_visible()
    return opened_cell


def test_a_number_shows_what_it_is_made_of(visit: Visit) -> None:
    page = opened(visit(CNN))
    play(page)
    cell = open_cell(page, 3, 40, 10)
    expect(cell.get_by_text("What this number sees")).to_be_visible()
    expect(cell.get_by_text("All 8 input maps and the bias")).to_be_visible()
    shown = [number(text) for text in cell.locator("svg text.in").all_text_contents()]
    values, kernel, products = shown[:9], shown[9:18], shown[18:]
    for value, weight, product in zip(values, kernel, products, strict=True):
        assert value * weight == pytest.approx(product, abs=0.01 + 0.005 * (abs(value) + abs(weight)))
    terms = [number(tip.rpartition(": ")[2]) for tip in cell.locator("svg title").all_text_contents()]
    assert len(terms) == 9  # 8 input maps and the bias
    total = number(cell.locator("svg text.total").text_content().removeprefix("= "))
    assert sum(terms) == pytest.approx(total, abs=0.05)

    chosen = cell.locator("svg text.strong").first
    expect(chosen).to_have_text(re.compile(r"Input map \d of 8"))
    before = chosen.text_content()
    other = 1 if before != "Input map 1 of 8" else 2
    cell.locator("svg rect.link").nth(other - 1).click()
    expect(chosen).to_have_text(f"Input map {other} of 8")

    growth = cell.locator(".growth .stop")
    assert growth.all_inner_texts() == ["3×3", "4×4", "8×8"]
    page.keyboard.press("Escape")
    expect(cell).to_have_count(0)
    assert "lock" not in address(page)

    page.locator(".part.maps .answer .class").nth(3).click()
    expect(cell.get_by_text("The largest products")).to_be_visible()
    expect(cell.get_by_text(re.compile("softmax: e"))).to_be_visible()
    cell.locator("svg rect.link").first.click()
    expect(cell.get_by_text(re.compile("The largest of 4"))).to_be_visible()


def test_a_lock_is_part_of_the_link_and_survives(visit: Visit) -> None:
    page = opened(visit(LOCKED))
    cell = page.locator(".part.cell")
    words = re.compile("Map 10, row 2, column 3")
    expect(cell).to_have_attribute("aria-label", words)
    assert address(page)["lock"] == "layers.3.value~9~1~2"
    play(page)
    page.keyboard.press("]")
    expect(page.locator(".part.gallery .words")).to_contain_text("2 of 539")
    page.keyboard.press(",")
    page.wait_for_function("new URL(location).searchParams.has('at')")
    page.get_by_role("button", name="model", exact=True).click()
    page.wait_for_function("new URL(location).searchParams.get('scale') === 'model'")
    expect(cell).to_have_attribute("aria-label", words)
    before = address(page)
    page.reload()
    opened(page)
    expect(cell).to_have_attribute("aria-label", words)
    expect(page.get_by_role("button", name="model", exact=True)).to_have_attribute("aria-pressed", "true")
    assert address(page) == before
    page.keyboard.press("Escape")
    expect(cell).to_have_count(0)


def test_scales_and_filters(visit: Visit) -> None:
    page = opened(visit(CNN))
    high = page.locator(".part.maps .head .legend .number:last-child")
    layer = high.all_inner_texts()
    page.get_by_role("button", name="model", exact=True).click()
    expect(high.nth(1)).to_have_text(max(layer, key=number).removeprefix("+"))
    page.get_by_role("button", name="map", exact=True).click()
    expect(high.first).to_have_text("own largest")
    page.get_by_role("button", name="layer", exact=True).click()
    expect(high.first).to_have_text(layer[0])
    page.get_by_role("button", name="Filters").click()
    expect(page.locator(".part.maps .head .name")).to_have_text(
        ["1 conv 3×3 · 8 kernels", "4 conv 3×3 · 16 maps × 8 inputs"]
    )
    page.get_by_role("button", name="Feature maps").click()
    expect(name_of_maps(page, 0)).to_have_text("1 conv 3×3 · 8 maps of 8 × 8")


def test_another_image(visit: Visit) -> None:
    page = opened(visit(CNN))
    gallery = page.locator(".part.gallery")
    words = gallery.locator(".words")
    page.get_by_role("button", name="Play").click()
    at_least(page, 300)
    page.get_by_role("button", name="Pause").click()
    expect(words).to_contain_text("1 of 539")
    before = picture(page, "maps")
    page.keyboard.press("]")
    expect(words).to_contain_text("2 of 539")
    changes(page, "maps", before)
    gallery.locator(".thumb").nth(4).click()
    expect(words).to_contain_text("5 of 539")
    page.wait_for_function("new URL(location).searchParams.get('example') === 'held-out.4'")

    gallery.get_by_label("Order").select_option("worst")
    expect(gallery.locator(".thumb").first).to_have_attribute("aria-label", re.compile("taken for"))
    gallery.get_by_label("Order").select_option("data")

    gallery.get_by_role("button", name="Draw", exact=True).click()
    board = gallery.get_by_role("application", name=re.compile("Board")).bounding_box()
    assert board is not None
    page.mouse.move(board["x"] + 0.5 * board["width"], board["y"] + 0.1 * board["height"])
    page.mouse.down()
    page.mouse.move(board["x"] + 0.5 * board["width"], board["y"] + 0.9 * board["height"], steps=6)
    page.mouse.up()
    expect(words).to_have_text("your own")
    expect(page.locator(".part.maps .answer .class.said")).to_have_text("1")
    gallery.get_by_role("button", name="Close").click()


def drawn_zero() -> bytes:
    """A PNG as a visitor might take it: a dark ring on white paper."""
    paper = Image.new("RGB", (220, 200), "white")
    ImageDraw.Draw(paper).ellipse((70, 30, 150, 170), outline="black", width=24)
    file = io.BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


def test_a_picture_of_ones_own(visit: Visit) -> None:
    page = opened(visit(CNN))
    words, file = page.locator(".part.gallery .words"), page.locator(".part.gallery input[type=file]")

    def send(name: str, content: bytes) -> None:
        file.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})

    before = picture(page, "maps")
    send("zero.png", drawn_zero())
    expect(words).to_have_text("your own, fitted from 200 × 220 pixels")
    changes(page, "maps", before)
    send("letter.png", b"no picture at all")
    expect(notice(page)).to_contain_text("The file is no PNG or JPEG picture that can be read.")
    expect(words).to_have_text("your own, fitted from 200 × 220 pixels")
    send("large.png", bytes(5 * 1024**2))
    expect(notice(page)).to_contain_text("The file has 5.0 MB; at most 4 MB are read.")
    page.keyboard.press("]")
    expect(words).to_contain_text("of 539")
    expect(notice(page)).to_have_count(0)


def test_everything_by_keyboard(visit: Visit) -> None:
    page = opened(visit(CNN))
    stack, maps = page.get_by_role("listbox", name="Layers, first to last"), page.locator(".part.maps .layers")
    stack.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".part.stack .spoken")).to_contain_text("Layer 4, conv 3×3, pad 1: output 16 × 4 × 4")
    page.keyboard.press("Enter")
    expect(field(page, "Channels")).to_be_focused()
    page.keyboard.press("ArrowUp")
    shows(page, 4, "20 × 4 × 4")
    page.keyboard.press("Escape")
    expect(stack).to_be_focused()

    expect(name_of_maps(page, 3)).to_contain_text("20 maps")
    maps.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".part.maps .spoken")).to_contain_text("1 conv 3×3, map 1, row 1, column 2")
    page.keyboard.press("Enter")
    cell = page.locator(".part.cell")
    expect(cell).to_have_attribute("aria-label", re.compile("Map 1, row 1, column 2"))
    page.keyboard.press("Escape")
    expect(cell).to_have_count(0)

    page.get_by_role("listbox", name="Images to choose from").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".part.gallery .words")).to_contain_text("3 of 539")


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    page = opened(visit(LOCKED, **PHONE, has_touch=True))
    expect(page.locator(".part.cell")).to_be_visible()
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(wide) == PHONE["width"]
    top = [page.locator(f".part.{part}").bounding_box()["y"] for part in ("gallery", "maps", "cell", "stack")]
    assert top == sorted(top)
    unfold(page, 4)
    field(page, "Kernel").fill("9")
    expect(page.locator(".part.stack .banner")).to_be_visible()
    assert page.evaluate(wide) == PHONE["width"]


def test_in_the_dark(visit: Visit) -> None:
    page = opened(visit(LOCKED, theme="dark"))
    expect(page.locator(".part.cell")).to_be_visible()
    for part in ("stack", "gallery", "maps", "cell"):
        ink = page.locator(f".part.{part}").evaluate("(part) => getComputedStyle(part).color")
        assert min(int(value) for value in re.findall(r"\d+", ink)[:3]) > 150
    corner = "(canvas) => [...canvas.getContext('2d').getImageData(4, 4, 1, 1).data].slice(0, 3)"
    assert max(page.locator(".part.maps canvas").nth(1).evaluate(corner)) < 200
