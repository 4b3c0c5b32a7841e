"""The colours of `assets/tokens.json`: readable, told apart by every eye, and the same in Streamlit's own settings."""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path

import pytest
from coloraide import Color

ROOT = Path(__file__).parents[1]
TOKENS = json.loads((ROOT / "assets" / "tokens.json").read_text())
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
THEMES = ("light", "dark")
EYES = ("normal", "deutan", "protan", "tritan")
CONTRAST = [  # foreground, ground, least contrast (WCAG 2.2: 4.5 for text, 3 for what carries meaning)
    *((ink, ground, 4.5) for ink in ("text", "muted") for ground in ("page", "raised")),
    ("onPrimary", "primary", 4.5),
    ("primary", "page", 3),
    *((name, "page", 3) for name in ("control", "negative", "positive")),
    *((f"{state}Text", f"{state}Fill", 6) for state in ("error", "warn", "ok")),
]

themes = pytest.mark.parametrize("theme", THEMES)
eyes = pytest.mark.parametrize("eye", EYES)


def seen(colour: str, eye: str) -> Color:
    """The colour as that eye sees it (Machado, Oliveira, Fernandes 2009, severity 1)."""
    exact = Color(colour)
    return exact if eye == "normal" else exact.filter(eye, method="machado").clip()


def apart(one: str, other: str, eye: str) -> float:
    """CIEDE2000 between two colours as that eye sees them."""
    return seen(one, eye).delta_e(seen(other, eye), method="2000")


@themes
@pytest.mark.parametrize(("ink", "ground", "least"), CONTRAST)
def test_contrast(theme: str, ink: str, ground: str, least: float) -> None:
    t = TOKENS[theme]
    assert Color(t[ink]).contrast(t[ground]) >= least


@themes
def test_experiments_stand_out_from_the_page(theme: str) -> None:
    t = TOKENS[theme]
    assert min(Color(colour).contrast(t["page"]) for colour in t["experiments"]) >= 3


@themes
@eyes
def test_signs_are_told_apart(theme: str, eye: str) -> None:
    t = TOKENS[theme]
    assert apart(t["negative"], t["positive"], eye) >= 30
    assert min(apart(t[sign], t["zero"], eye) for sign in ("negative", "positive")) >= 30
    assert apart(t["signed"][0], t["signed"][-1], eye) >= 30
    assert apart(t["signed"][3], t["signed"][5], eye) >= 12


@themes
@eyes
def test_amounts_are_no_signs(theme: str, eye: str) -> None:
    t = TOKENS[theme]
    assert min(apart(t["amount"][-2], t[sign], eye) for sign in ("negative", "positive")) >= 10


@themes
@eyes
def test_experiments_are_told_apart(theme: str, eye: str) -> None:
    assert min(apart(a, b, eye) for a, b in itertools.combinations(TOKENS[theme]["experiments"], 2)) >= 10


@themes
def test_zero_is_the_ground_and_size_is_distance_from_it(theme: str) -> None:
    t = TOKENS[theme]
    middle = len(t["signed"]) // 2
    assert t["signed"][middle] == t["amount"][0] == t["zero"] == t["raised"]
    for arm in (t["signed"][middle::-1], t["signed"][middle:], t["amount"]):
        light = [Color(colour).convert("lab-d65")["lightness"] for colour in arm]
        assert light == sorted(light, reverse=theme == "light")


@themes
def test_streamlit_has_the_same_colours(theme: str) -> None:
    t, given = TOKENS[theme], CONFIG[theme]
    pairs = {
        "backgroundColor": "page",
        "secondaryBackgroundColor": "raised",
        "textColor": "text",
        "primaryColor": "primary",
        "linkColor": "link",
        "borderColor": "border",
        "grayTextColor": "muted",
        "grayBackgroundColor": "raised",
        "redTextColor": "errorText",
        "redBackgroundColor": "errorFill",
        "yellowTextColor": "warnText",
        "yellowBackgroundColor": "warnFill",
        "greenTextColor": "okText",
        "greenBackgroundColor": "okFill",
    }
    assert {name: given[name] for name in pairs} == {name: t[token] for name, token in pairs.items()}
    assert given["chartCategoricalColors"] == t["experiments"]
    middle = len(t["signed"]) // 2
    assert given["chartDivergingColors"] == [*t["signed"][: middle + 1], *t["signed"][middle:]]


def test_type_is_the_same() -> None:
    assert (CONFIG["font"], CONFIG["codeFont"]) == (TOKENS["font"]["text"], TOKENS["font"]["number"])


def test_nothing_is_fetched_or_reported_elsewhere() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["address"] == "127.0.0.1"
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text()
