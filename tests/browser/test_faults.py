"""What the page says and offers when something goes wrong: bad links, a dead worker, a run that leaves the numbers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from dlplay.link import LONGEST
from tests.browser.server import Server, serving
from tests.browser.stage import Stage
from tests.browser.window import Visit, settled

BAD = {
    "model=nonsense": "model is 'nonsense'",
    "model=mlp&data=spiral&train.rate=nan": "rate is 'nan'",
    f"model=mlp&data.seed={'9' * LONGEST}": "too long",
    "data=<img src=x onerror=document.title=1>&model=<script>document.title=1</script>": "<script>",
}
LEAVES_THE_NUMBERS = (
    "/playground?model=mlp&data=spiral&model.hidden=8_activation.linear~6_activation.linear"
    "&train.optimiser=sgd&train.rate=10"
)


def banner(page: Page) -> str:
    """What the banner says, once there is one."""
    told = page.locator(".banner").get_by_role("alert")
    expect(told).to_be_visible()
    return told.inner_text()


def test_a_bad_link_gives_one_sentence_and_the_default_page(visit: Visit) -> None:
    page = visit("/playground?" + next(iter(BAD)))
    for link, said in BAD.items():
        page.goto(re.sub(r"\?.*", "", page.url) + "?" + link)
        stage = Stage(page)
        expect(page.get_by_text("This link could not be opened").first).to_contain_text(said)
        stage.told("data", "spiral")
        stage.at(0)
        expect(page).to_have_title("dlplay")
    stage.losses(1)


def test_a_killed_worker_is_told_and_the_run_goes_on(visit: Visit, server: Server) -> None:
    others = _training(server)
    stage = Stage(visit("/playground"))
    run = stage.run
    stage.play()
    stage.beyond(30)
    (worker,) = _training(server) - others
    worker.kill()
    said = banner(stage.page)
    assert "ended from outside" in said
    kept = int(re.findall(r"Everything up to step ([\d,]+) is kept", said)[0].replace(",", ""))
    expect(stage.tiles.first).to_be_visible()
    stage.button(f"Go on from step {kept:,}").click()
    expect(stage.page.locator(".banner").get_by_role("alert")).to_have_count(0)
    stage.beyond(kept)
    assert stage.run == run
    assert stage.pause() > kept


def _training(server: Server) -> set[psutil.Process]:
    """The workers that have taken a step: the thread that trains stands behind everything else."""
    nice = {
        worker: [os.getpriority(os.PRIO_PROCESS, one.id) for one in worker.threads()] for worker in server.workers()
    }
    return {worker for worker, threads in nice.items() if max(threads, default=0) > 0}


def test_a_run_that_leaves_the_numbers_says_when_and_what_to_try(visit: Visit) -> None:
    stage = Stage(visit(LEAVES_THE_NUMBERS + "&play=on"))
    said = banner(stage.page)
    assert re.search(r"Diverged at step \d+\. The loss grew from", said)
    lost = stage.run
    stage.button("Start again, rate 1", exact=True).click()
    stage.told("train.rate", "1")
    expect(stage.page.locator(".banner").get_by_role("alert")).to_have_count(0)
    stage.beyond(20)
    stage.pause()
    assert re.search(r"loss 0\.\d", stage.words)
    stage.button("Undo").click()
    stage.told("run", lost)
    assert "Diverged" in banner(stage.page)


def test_places_are_counted_for_all_tabs_of_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    monkeypatch.setenv("DLPLAY_RUNS_PER_VISITOR", "1")
    with serving(tmp_path) as own:
        mine, yours = browser.new_context(), browser.new_context()
        first, second, other = mine.new_page(), mine.new_page(), yours.new_page()
        first.goto(f"{own.url}/playground")
        stage = Stage(first)
        stage.play()
        stage.beyond(1)
        second.goto(f"{own.url}/playground")
        expect(
            settled(second).get_by_text(re.compile("1 of your runs .* 1 at a time .* allowed")).first
        ).to_be_visible()
        other.goto(f"{own.url}/playground")
        Stage(other).play()
        for context in (mine, yours):
            context.close()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server with one place for a run."""
    monkeypatch.setenv("DLPLAY_RUNS", "1")
    with serving(tmp_path) as running:
        yield running


def test_a_full_server_says_so_and_a_stopped_one_too(small: Server, browser: Browser) -> None:
    first = browser.new_context().new_page()
    first.goto(f"{small.url}/playground")
    stage = Stage(first)
    stage.play()
    second = browser.new_context().new_page()
    second.goto(f"{small.url}/playground")
    expect(settled(second).get_by_text(re.compile("places? of this server (is|are) taken")).first).to_be_visible()
    psutil.Process(small.process.pid).terminate()
    first.wait_for_function(
        """() => {
          const line = getComputedStyle(document.querySelector('[data-testid="stApp"]'), "::after");
          return line.content.includes("Connection lost") && line.visibility === "visible";
        }"""
    )
    expect(first.get_by_text("Are you connected to the internet?")).not_to_be_visible()
    expect(stage.tiles.first).to_be_visible()
    for page in (first, second):
        page.context.close()
