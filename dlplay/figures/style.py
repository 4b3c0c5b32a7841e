"""The one style of all figures: colours from `assets/tokens.json`, how numbers are written, Plotly's template.

The numbers are a twin of those in `assets/live/dom.js`, digit for digit; one list of cases tests both.
"""

from __future__ import annotations

import functools
import json
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go

Theme = Literal["light", "dark"]
Scale = Literal["signed", "amount"]
MINUS, UNKNOWN = "−", "–"


@functools.cache
def tokens() -> dict[str, Any]:
    """Everything in tokens.json."""
    return json.loads((Path(__file__).parents[2] / "assets" / "tokens.json").read_text())


def colour(name: str, theme: Theme = "light") -> str:
    """One colour by its name, such as "text" or "positive"."""
    return tokens()[theme][name]


def colorscale(name: Scale, theme: Theme = "light") -> list[tuple[float, str]]:
    """The stops of a scale as Plotly wants them, from 0 to 1."""
    stops = tokens()[theme][name]
    return [(i / (len(stops) - 1), stop) for i, stop in enumerate(stops)]


def experiment(index: int, theme: Theme = "light") -> tuple[str, str, str]:
    """Colour, dash and letter of the experiment with this number; four can be told apart."""
    dash = tokens()["experimentDash"][index]
    return (
        tokens()[theme]["experiments"][index],
        "solid" if dash == "none" else dash,
        tokens()["experimentLetter"][index],
    )


@functools.cache
def template(theme: Theme = "light") -> go.layout.Template:
    """Transparent ground, small quiet axes, text colours of the theme."""
    text, muted, rule = (colour(name, theme) for name in ("text", "muted", "rule"))
    small = {"size": tokens()["type"]["figure"], "color": muted}
    axis = {
        "gridcolor": rule,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": small,
        "title": {"font": small},
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": tokens()["font"]["text"], **small},
            "title": {"font": {"size": tokens()["type"]["label"], "color": text}, "x": 0, "xref": "container"},
            "xaxis": axis,
            "yaxis": axis,
            "colorway": tokens()[theme]["experiments"],
            "hoverlabel": {
                "font": {"size": 12, "color": text},
                "bgcolor": colour("raised", theme),
                "bordercolor": rule,
            },
            "margin": {"l": 44, "r": 12, "t": 36, "b": 40},
            "showlegend": False,
        }
    )


# ---------------------------------------------------------------- numbers


def number(value: float, digits: int = 3) -> str:
    """3 significant digits with a true minus: −0.420, 14,714, 2.1e−4, 8.0e13; "–" for what is no number."""
    if not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    size, sign = abs(value), MINUS if value < 0 else ""
    if size >= 1e9:
        return sign + _exponential(size)
    if size >= 999.5:
        return sign + count(size)
    if size < 0.001:
        return sign + _exponential(size)
    places = digits - 1 - _power(size)
    rounded = _round(size, places)
    if _power(rounded) > _power(size):  # 9.999 has become 10.00
        places -= 1
    return f"{sign}{_round(size, places):.{max(places, 0)}f}"


def fixed(value: float, digits: int = 2) -> str:
    """Fixed decimals for arithmetic that should line up: −0.88."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{_round(abs(value), digits):.{digits}f}"
    return MINUS + text if value < 0 and float(text) else text


def percent(share: float) -> str:
    """A share of one: 97.2 %."""
    return f"{fixed(100 * share, 1)} %"


def count(value: float) -> str:
    """A whole number in groups: 14,714."""
    return f"{int(_round(value, 0)):,}".replace("-", MINUS)


def large(value: float) -> str:
    """A count, short from a million on: 14,714, 138.4 M, 1.2 G."""
    for factor, unit in ((1e9, "G"), (1e6, "M")):
        if value >= factor:
            return f"{fixed(value / factor, 1)} {unit}"
    return count(value)


def duration(seconds: float) -> str:
    """2.4 ms, 3.1 s, 12 min, 2.5 h."""
    if not math.isfinite(seconds):
        return UNKNOWN
    for limit, factor, unit, digits in ((0.9995, 1000, "ms", 1), (89.5, 1, "s", 1), (5370, 1 / 60, "min", 0)):
        if seconds < limit:
            return f"{fixed(seconds * factor, digits)} {unit}"
    return f"{fixed(seconds / 3600, 1)} h"


def _power(size: float | Decimal) -> int:
    return (size if isinstance(size, Decimal) else Decimal(float(size))).adjusted()


def _round(value: float, places: int) -> Decimal:
    """Rounded half away from zero in the number's exact value, as JavaScript does."""
    return Decimal(float(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _exponential(size: float) -> str:
    rounded = _round(size, 1 - _power(size))
    mantissa, exponent = f"{rounded:.1e}".split("e")
    return f"{mantissa}e{MINUS if size < 1 else ''}{abs(int(exponent))}"
