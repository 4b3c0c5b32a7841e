"""The loss of a run that stands still: one line a part of the data, on a logarithmic scale where that is possible."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dlplay.figures import style
from dlplay.figures.style import Theme, count, number

Line = tuple[Sequence[float] | np.ndarray, Sequence[float] | np.ndarray]
"""Steps and the losses there, equally many."""


def figure(
    lines: Mapping[str, Line], *, looking: int | None = None, theme: Theme = "light", height: int = 240
) -> go.Figure:
    """Losses over steps. The first line is solid, the others dashed; looking: a step that is marked."""
    picture = go.Figure()
    arrays = {name: (np.asarray(steps), np.asarray(losses, np.float64)) for name, (steps, losses) in lines.items()}
    for i, (name, (steps, losses)) in enumerate(arrays.items()):
        ink = style.colour("muted" if i else "text", theme)
        picture.add_scatter(
            x=steps,
            y=losses,
            name=name,
            mode="lines" if len(steps) > 1 else "markers",
            line={"color": ink, "width": style.tokens()["stroke"]["curve"], "dash": "4px,3px" if i else "solid"},
            customdata=[number(float(loss)) for loss in losses],
            hovertemplate=f"{name} %{{customdata}}<extra></extra>",
        )
    picture.update_layout(
        template=style.template(theme), height=height, hovermode="x unified", showlegend=len(lines) > 1
    )
    picture.update_layout(legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"})
    picture.update_xaxes(title_text="step", tickformat=",d", hoverformat=",d", showgrid=False)
    finite = [losses[np.isfinite(losses)] for _, losses in arrays.values()]
    logarithmic = any(map(len, finite)) and all((losses > 0).all() for losses in finite)
    picture.update_yaxes(title_text="loss", type="log" if logarithmic else "linear", nticks=5)
    if logarithmic:
        everything = np.concatenate(finite)
        ticks = _ticks(everything.min(), everything.max())
        picture.update_yaxes(tickvals=ticks, ticktext=[f"{tick:g}".replace("-", style.MINUS) for tick in ticks])
    if looking is not None:
        picture.add_vline(x=looking, line={"color": style.colour("text", theme), "width": 1})
    return picture


def _ticks(low: float, high: float) -> list[float]:
    """1 and 3 times powers of ten from below low to above high; whole powers where there are many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 3) if len(powers) <= 4 else (1,)
    return [factor * 10.0**power for power in powers[:: max(1, len(powers) // 6)] for factor in factors]


def alt(lines: Mapping[str, Line]) -> str:
    """The curves in words: where each begins, its lowest point, and where it ends."""
    parts = []
    for name, (steps, losses) in lines.items():
        x, y = np.asarray(steps), np.asarray(losses, np.float64)
        x, y = x[np.isfinite(y)], y[np.isfinite(y)]
        if len(y):
            low = int(y.argmin())
            least = f"lowest {number(y[low])} at step {count(x[low])}"
            parts.append(f"{name} from {number(y[0])} to {number(y[-1])} at step {count(x[-1])}, {least}")
    return f"Loss: {'; '.join(parts)}." if parts else "No loss yet."
