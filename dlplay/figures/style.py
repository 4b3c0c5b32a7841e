"""The one style of all figures: colours from `assets/tokens.json`, Plotly's template."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go

Theme = Literal["light", "dark"]
Scale = Literal["signed", "amount"]


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
