"""Numbers as a reader meets them, and the colours of the tokens in Plotly."""

import json
import math
from pathlib import Path

import pytest

from dlplay.figures import style

CASES = json.loads((Path(__file__).parent / "number_cases.json").read_text())


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_a_number_is_written_like_in_the_browser(name, given, expected):
    values = [math.nan if value is None else value for value in given]
    assert getattr(style, name)(*values) == expected


@pytest.mark.parametrize(
    ("value", "words"), [(14714, "14,714"), (138_357_544, "138.4 M"), (1_200_000_000, "1.2 G"), (999_999, "999,999")]
)
def test_large_counts_get_a_unit(value, words):
    assert style.large(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0024, "2.4 ms"),
        (0.9994, "999.4 ms"),
        (1, "1.0 s"),
        (59, "59.0 s"),
        (89.6, "1 min"),
        (720, "12 min"),
        (9000, "2.5 h"),
    ],
)
def test_times_get_a_unit(seconds, words):
    assert style.duration(seconds) == words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_middle_of_the_signed_scale_is_the_ground_of_zero(theme):
    scale = dict(style.colorscale("signed", theme))
    assert scale[0.5] == style.colour("zero", theme)
    assert min(scale) == 0
    assert max(scale) == 1


def test_experiments_differ_in_colour_dash_and_letter():
    for different in zip(*(style.experiment(i) for i in range(4)), strict=True):
        assert len(set(different)) == 4
