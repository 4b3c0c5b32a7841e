"""The playground as a visitor's hands and eyes know it: the bar of time, the network, the surface."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.window import address, settled

_MARK = """() => {
  const found = [];
  const walk = (node) => {
    if (node.classList?.contains("part")) found.push(node);
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.children ?? []) walk(child);
  };
  walk(document.body);
  return (window.marked = found).length;
}"""
_BEYOND = "([node, name, least]) => Number(node.getAttribute(name)) > least"


class Stage:
    """A page of the playground that has come to rest."""

    def __init__(self, page: Page):
        self.page = settled(page)
        self.time = page.get_by_role("slider", name="Time in the run")
        self.network = page.get_by_role("application", name=re.compile("^Network"))
        self.tiles = page.locator(".network .stage > .tile")
        self.plane = page.locator(".surface .plane")
        self.title = page.locator(".surface .title")
        self.sum = page.locator(".network .sum")
        expect(self.time).to_be_visible()
        expect(self.tiles.first).to_be_visible()

    # -------------------------------------------------- where the run is

    @property
    def shown(self) -> int:
        """The step that every picture shows."""
        return int(self.time.get_attribute("aria-valuenow") or "")

    @property
    def words(self) -> str:
        """The step that is shown and its loss, as they are read out."""
        return self.time.get_attribute("aria-valuetext") or ""

    def at(self, step: int) -> str:
        """Waits until this step is shown; what is read out then."""
        expect(self.time).to_have_attribute("aria-valuenow", str(step))
        return self.words

    def beyond(self, step: int, name: str = "aria-valuenow") -> None:
        """Waits until a later step than this is shown, or with aria-valuemax: taken."""
        self.page.wait_for_function(_BEYOND, arg=[self.time.element_handle(), name, step])

    def losses(self, steps: int) -> list[str]:
        """Takes so many single steps from the beginning; what is read out after each."""
        found = []
        for step in range(1, steps + 1):
            self.page.keyboard.press(".")
            found.append(re.sub(" of .*,", ",", self.at(step)))
        return found

    def mark(self) -> int:
        """Remembers the nodes of all live parts; how many there are."""
        return self.page.evaluate(_MARK)

    @property
    def gone(self) -> list[str]:
        """The live parts whose nodes were taken away since `mark`."""
        return self.page.evaluate(
            "() => window.marked.filter((node) => !node.isConnected).map((node) => node.className)"
        )

    # -------------------------------------------------- what is done

    def button(self, name: str, **more: bool) -> Locator:
        return self.page.get_by_role("button", name=name, **more)

    def play(self) -> None:
        self.button("Play", exact=True).click()
        self.beyond(self.shown)

    def pause(self) -> int:
        """The step it has come to rest at."""
        self.button("Pause", exact=True).click()
        expect(self.page.get_by_text(re.compile(r"step [\d,]+ · paused"))).to_be_visible()
        return self.shown

    def told(self, name: str, value: str | re.Pattern[str] | None) -> str:
        """Waits until the address bar says so; what it says. value: None when it must not be there."""
        pattern = value.pattern if isinstance(value, re.Pattern) else None if value is None else f"^{re.escape(value)}$"
        self.page.wait_for_function(
            """([name, pattern]) => {
              const said = new URL(location).searchParams.get(name);
              return pattern === null ? said === null : said !== null && new RegExp(pattern).test(said);
            }""",
            arg=[name, pattern],
        )
        return address(self.page).get(name, "")

    @property
    def run(self) -> str:
        return self.told("run", re.compile("."))
