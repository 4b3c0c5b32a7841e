"""What stands under gates and states by what the task asks: the gradient through time, a forecast, a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlplay.runs.run import Run
from dlplay.ui import sequence_acts, session, texts
from dlplay.ui.parts import FORECAST, GRADIENT, WRITING

TALL = 152
"""Pixels of a panel."""


def gradient_wants() -> list[dict[str, Any]]:
    view = session.visit().view
    return [{"key": "gradient", "picture": "gradients", "at": view.loss, "lock": view.time, "layer": view.layer}]


def gradient(_: Run, pictures: Mapping[str, bytes]) -> None:
    GRADIENT("gradient", pictures.get("gradient"), sequence_acts.gradient, tall=TALL)


def forecast_wants() -> list[dict[str, Any]]:
    return [{"key": "forecast", "picture": "forecast", "begin": session.visit().view.free}]


def forecast(_: Run, pictures: Mapping[str, bytes]) -> None:
    FORECAST("forecast", pictures.get("forecast"), sequence_acts.forecast, tall=TALL)


def writing_wants() -> list[dict[str, Any]]:
    view = session.visit().view
    asked: dict[str, Any] = {"key": "writing", "picture": "writing", "layer": view.layer, "state": view.state}
    asked |= {"unit": view.unit[1]} if view.unit is not None and view.unit[0] == view.layer else {}
    asked |= {"beginning": view.beginning, "temperature": view.temperature, "seed": view.seed}
    asked |= {"top_k": view.top_k, "top_p": view.top_p, "off": view.off}
    return [asked | texts.asked("beginning")]


def writing(_: Run, pictures: Mapping[str, bytes]) -> None:
    WRITING("writing", pictures.get("writing"), sequence_acts.writing, tall=TALL)
