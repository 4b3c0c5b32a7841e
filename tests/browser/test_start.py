"""The start page: every recipe is a card, a card is a link, and a click opens and plays."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from dlplay import link
from dlplay.recipe import Recipe, recipes
from tests.browser.window import PHONE, Visit, address, settled

RECIPES = list(recipes().values())


def cards(page: Page) -> Locator:
    return page.locator("a.card")


def opened(page: Page, recipe: Recipe) -> None:
    """The page is the playground with the recipe's experiment."""
    page.wait_for_url("**/playground?**")
    settled(page)
    page.wait_for_function("new URL(location).searchParams.has('run')")
    assert link.read(address(page)) == recipe.experiment


def test_every_recipe_is_a_link_to_its_experiment(page: Page) -> None:
    expect(cards(page)).to_have_count(len(RECIPES))
    for recipe, card in zip(RECIPES, cards(page).all(), strict=True):
        expect(card).to_contain_text(recipe.name)
        expect(card).to_contain_text(recipe.watch)
        pairs = dict(parse_qsl(urlsplit(card.get_attribute("href")).query))
        assert pairs.pop("play") == "on"
        assert link.read(pairs) == recipe.experiment


def test_every_card_shows_a_recorded_result(page: Page) -> None:
    expect(cards(page)).to_have_count(len(RECIPES))
    for picture in cards(page).locator("canvas").all():
        expect(picture).to_have_attribute("aria-label", re.compile(r"Recorded after [\d,]+ steps?: "))


def test_groups_and_search_narrow_the_cards(page: Page) -> None:
    shown = page.locator("li:visible a.card")
    group = RECIPES[-1].group
    page.get_by_role("button", name=group, exact=True).click()
    expect(shown).to_have_count(sum(recipe.group == group for recipe in RECIPES))
    page.get_by_role("button", name="All", exact=True).click()
    field = page.get_by_role("searchbox", name="Search recipes")
    field.fill(RECIPES[0].name.upper())
    expect(shown.first).to_contain_text(RECIPES[0].name)
    field.fill("attention")
    asking = {"encoder", "decoder", "transformer", "vit", "cnn-transformer", "perceiver", "captions", "flamingo"}
    for recipe in RECIPES:
        if recipe.experiment.architecture in asking:
            expect(shown.filter(has_text=recipe.watch)).to_be_visible()
    expect(shown.filter(has_text=RECIPES[0].watch)).to_have_count(0)
    field.fill("<b>nowhere</b>")
    expect(shown).to_have_count(0)
    expect(page.get_by_text("“<b>nowhere</b>”")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(shown).to_have_count(len(RECIPES))


@pytest.mark.parametrize("way", ["click", "keyboard"])
def test_a_card_opens_its_recipe_and_plays(page: Page, way: str) -> None:
    card = cards(page).first
    if way == "click":
        card.click()
    else:
        card.focus()
        page.keyboard.press("Enter")
    opened(page, RECIPES[0])
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_role("button", name=re.compile("Continue"))).to_be_visible()


def test_a_link_opened_elsewhere_is_the_same(page: Page, visit: Visit) -> None:
    href = cards(page).first.get_attribute("href")
    opened(visit(f"/{href}"), RECIPES[0])


def test_one_column_on_the_phone(visit: Visit) -> None:
    page = settled(visit(**PHONE))
    expect(cards(page)).to_have_count(len(RECIPES))
    places = [card.bounding_box() for card in cards(page).all()]
    assert len({round(place["x"]) for place in places if place}) == 1


def test_one_step_back_leads_from_a_recipe_to_the_start(page: Page) -> None:
    begins = page.evaluate("history.length")
    cards(page).first.click()
    opened(page, RECIPES[0])
    run = address(page)["run"]
    page.locator(".network .stage > .tile").nth(7).click()
    page.wait_for_function("new URL(location).searchParams.has('lock')")
    assert page.evaluate("history.length") == begins + 1
    page.go_back()
    expect(cards(page)).to_have_count(len(RECIPES))
    page.get_by_role("button", name=re.compile("Continue")).click()
    page.wait_for_function("(run) => new URL(location).searchParams.get('run') === run", arg=run)
    settled(page)
    page.go_back()
    expect(cards(page)).to_have_count(len(RECIPES))
    assert urlsplit(page.url).path == "/"
