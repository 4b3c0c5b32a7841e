"""Words from outside are shown letter by letter: nothing in a link becomes a link, an image or a formula."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.ui.plain import plain
from tests.ui.page import opened

LIVE_MARK = re.compile(r"(?<!\\)(?:\\\\)*[!-/:-@\[\]^_`{-~]")


@given(st.text())
def test_what_is_shown_is_what_was_said(text: str):
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain(text)).replace("\u2060", "")
    assert shown == " ".join(text.replace("\u2060", "").split())


@given(st.text())
def test_no_mark_keeps_its_meaning(text: str):
    assert not LIVE_MARK.search(plain(text).replace("\\\\", ""))


@pytest.mark.parametrize(
    "address", ["http://a.b", "https://a.b", "HTTP://a.b", "www.a.b", "WWW.a.b", "a@b.cd", ":material/home:"]
)
def test_no_address_and_no_icon_is_left(address: str):
    assert address not in plain(address).replace("\\", "")


def test_half_a_character_is_no_end_of_a_page():
    assert plain("a\ud800b") == "a\\?b"


def _without_a_run() -> None:
    from dlplay.ui import line, troubles

    line.show(None)
    troubles.impossible()


@pytest.mark.parametrize("name", ["![x](http://evil.test/x.png)", "<img src=x>", "[x](http://evil.test)", "$x$"])
@pytest.mark.parametrize("field", ["model", "data", "train.rate", "v", "x"])
def test_a_link_brings_no_markdown_into_the_page(name: str, field: str):
    page = opened(_without_a_run, {field: name})
    (said,) = [one.value for one in page.markdown if "could not be opened" in one.value]
    assert not LIVE_MARK.search(said.replace("\\\\", ""))
