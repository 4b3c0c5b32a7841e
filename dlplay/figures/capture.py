"""What one tap saw, drawn by its axes alone.

    one axis              bars, coloured by sign
    two axes              a heat map; time and tokens run from left to right
    three and more        a mosaic: one small map of the last two axes for everything the other axes count

So a tap with new axes has a picture without more code. Values that are never negative take the "amount" colours, all
others the "signed" ones with zero in the colour of the ground; the legend gives the range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dlplay.figures import style
from dlplay.figures.style import Theme
from dlplay.numerals import number

TILES = 64
"""Small maps in one mosaic; of more the first are drawn, and the title says so."""
BARS = 64
"""Bars that can be told apart; more of them become a row of colours."""
LONGEST = 512
"""Places along one axis of a heat map; of more the first are drawn, and the title says so."""
WIDTH = 540
"""Pixels a mosaic has from side to side in the widest panel of a page; it is half as high."""
ALONG = ("time", "token")


def figure(
    name: str,
    axes: Sequence[str],
    array: np.ndarray,
    *,
    example: int = 0,
    classes: Sequence[str] = (),
    theme: Theme = "light",
    height: int = 0,
) -> go.Figure:
    """The picture of a tap. axes: one word for each dimension of the array; of a batch one `example` is drawn.

    classes: the names along an axis "class". height: in pixels; 0 chooses one that suits. Raises ValueError where axes
    and array do not fit.
    """
    axes, values = _one(name, axes, array, example)
    if not axes or (len(axes) == 1 and len(values) <= BARS):
        picture, cut = _bars(axes[0] if axes else "", np.atleast_1d(values), classes, theme), ""
        natural = 240
    elif len(axes) == 1:
        picture, cut = _heat(("", axes[0]), values[None], theme)
        natural = 140
    elif len(axes) == 2:
        picture, cut = _heat(axes, values, theme)
        natural = 320
    else:
        picture, cut = _mosaic(axes, values, theme)
        natural = picture.layout.height
    title = f"{name} · {' × '.join(axes)}" if axes else name
    picture.update_layout(template=style.template(theme), height=height or natural, title_text=title + cut)
    return picture


def alt(name: str, axes: Sequence[str], array: np.ndarray, *, example: int = 0, classes: Sequence[str] = ()) -> str:
    """The picture in words: what is counted, the range, and where the largest value stands."""
    axes, values = _one(name, axes, array, example)
    sizes = ", ".join(f"{length} along {axis}" for axis, length in zip(axes, values.shape, strict=True)) or "one number"
    finite = np.isfinite(values)
    if not finite.any():
        return f"{name}: {sizes}; no value is a number."
    broken = f" {int((~finite).sum())} values are no numbers." if not finite.all() else ""
    place = np.unravel_index(np.where(finite, values, -np.inf).argmax(), values.shape)
    where = ", ".join(f"{axis} {_label(axis, int(i), classes)}" for axis, i in zip(axes, place, strict=True))
    low, high = number(float(values[finite].min())), number(float(values[finite].max()))
    return f"{name}: {sizes}; from {low} to {high}{f', the largest at {where}' if where else ''}.{broken}"


def _one(name: str, axes: Sequence[str], array: np.ndarray, example: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Axes and values of one example, float32."""
    axes, values = tuple(axes), np.asarray(array, np.float32)
    if values.ndim != len(axes):
        raise ValueError(f"{name}: axes {' '.join(axes)} do not fit an array of shape {values.shape}")
    if "batch" in axes:
        at = axes.index("batch")
        return axes[:at] + axes[at + 1 :], values.take([example], axis=at).squeeze(at)
    return axes, values


def _bars(axis: str, values: np.ndarray, classes: Sequence[str], theme: Theme) -> go.Figure:
    names = [_label(axis, i, classes) for i in range(len(values))]
    inks = [style.colour("negative" if value < 0 else "positive", theme) for value in values]
    words = [number(float(value)) for value in values]
    bars = go.Bar(
        x=names,
        y=values,
        marker_color=inks,
        customdata=words,
        hovertemplate=f"{axis} %{{x}}: %{{customdata}}<extra></extra>",
    )
    picture = go.Figure(bars)
    if len(values) <= 12:
        bars = picture.data[0]
        bars.text, bars.textposition, bars.cliponaxis = words, "outside", False
    picture.update_xaxes(title_text=axis, type="category", showgrid=False)
    picture.update_layout(bargap=max(0.2, 1 - len(values) / 8))  # a few bars are no walls
    return picture


def _heat(axes: Sequence[str], values: np.ndarray, theme: Theme) -> tuple[go.Figure, str]:
    """values: (down, across). Sequences are turned so that they run across."""
    down, across = axes
    if down in ALONG and across not in ALONG:
        down, across, values = across, down, values.T
    shown = values[:LONGEST, :LONGEST]
    cuts = [f"first {len_} of {all_}" for len_, all_ in zip(shown.shape, values.shape, strict=True) if len_ < all_]
    hover = "".join(f"{axis} %{{{key}}}, " for axis, key in ((down, "y"), (across, "x")) if axis)
    picture = go.Figure(_map(shown, hover[:-2] + ": %{z:.3g}<extra></extra>", values, theme))
    picture.update_xaxes(title_text=across, showgrid=False)
    picture.update_yaxes(title_text=down, showgrid=False, autorange="reversed", showticklabels=bool(down))
    if {down, across} == {"row", "column"} or {down, across} == {"query", "key"}:
        picture.update_yaxes(scaleanchor="x", constrain="domain")
        picture.update_xaxes(constrain="domain")
    return picture, f" · {', '.join(cuts)}" if cuts else ""


def _mosaic(axes: Sequence[str], values: np.ndarray, theme: Theme) -> tuple[go.Figure, str]:
    """values: (…, down, across), one tile for every index of the leading axes, in reading order."""
    *leading, down, across = axes
    counts = values.shape[:-2]
    tiles = values.reshape(-1, *values.shape[-2:])
    shown = tiles[:TILES]
    rows, columns = shown.shape[1:]
    gap = max(1, min(rows, columns) // 8)
    side = _side(len(shown), rows + gap, columns + gap)
    floors = math.ceil(len(shown) / side)
    sheet = np.full((floors * (rows + gap) - gap, side * (columns + gap) - gap), np.nan, np.float32)
    words = np.full(sheet.shape, "", object)
    row_words = np.array([[f"{down} {r}, {across} {c}" for c in range(columns)] for r in range(rows)], object)
    for i, tile in enumerate(shown):
        top, left = i // side * (rows + gap), i % side * (columns + gap)
        sheet[top : top + rows, left : left + columns] = tile
        place = ", ".join(f"{axis} {at}" for axis, at in zip(leading, np.unravel_index(i, counts), strict=True))
        words[top : top + rows, left : left + columns] = f"{place}, " + row_words
    heat = _map(sheet, "%{customdata}: %{z:.3g}<extra></extra>", values, theme)
    heat.customdata = words
    picture = go.Figure(heat)
    hidden = {"showgrid": False, "showticklabels": False, "constrain": "domain"}
    picture.update_xaxes(**hidden)
    picture.update_yaxes(**hidden, autorange="reversed", scaleanchor="x")
    natural = min(360, 60 + int(WIDTH * len(sheet) / sheet.shape[1]))
    picture.update_layout(margin={"l": 12, "b": 12}, height=max(natural, 140))
    return picture, f" · first {len(shown)} of {len(tiles)}" if len(shown) < len(tiles) else ""


def _side(tiles: int, rows: int, columns: int) -> int:
    """How many tiles of this size stand side by side: so that they are largest, with the fewest places left empty."""

    def fits(side: int) -> tuple[float, int]:
        floors = math.ceil(tiles / side)
        return min(2 / (side * columns), 1 / (floors * rows)), -(side * floors)

    return max(range(1, tiles + 1), key=fits)


def _map(shown: np.ndarray, hover: str, values: np.ndarray, theme: Theme) -> go.Heatmap:
    """A heat map of what is shown, with the range of all values in its legend."""
    finite = values[np.isfinite(values)]
    limit = float(np.abs(finite).max()) if len(finite) else 0.0
    limit = limit or 1.0
    signed = bool(len(finite)) and float(finite.min()) < 0
    ticks = [-limit, 0, limit] if signed else [0, limit]
    return go.Heatmap(
        z=shown,
        zmin=ticks[0],
        zmax=limit,
        colorscale=style.colorscale("signed" if signed else "amount", theme),
        hovertemplate=hover,
        hoverongaps=False,
        colorbar={
            "thickness": 8,
            "len": 0.6,
            "outlinewidth": 0,
            "tickvals": ticks,
            "ticktext": [number(tick) for tick in ticks],
        },
    )


def _label(axis: str, index: int, classes: Sequence[str]) -> str:
    return classes[index] if axis == "class" and index < len(classes) else str(index)
