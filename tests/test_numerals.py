"""Numbers as a reader meets them."""

import json
import math
from pathlib import Path

import pytest

from dlplay import numerals

CASES = json.loads((Path(__file__).parent / "number_cases.json").read_text())


@pytest.mark.parametrize(("name", "given", "expected"), [case for case in CASES if case[0] != "percent"])
def test_a_number_is_written_like_in_the_browser(name, given, expected):
    values = [math.nan if value is None else value for value in given]
    assert getattr(numerals, name)(*values) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [(14714, "14,714"), (138_357_544, "138.4 M"), (15.5e9, "15.5 G"), (2e15, "2,000.0 T"), (999_999, "999,999")],
)
def test_large_counts_get_a_letter(value, words):
    assert numerals.large(value) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((0,), "0"),
        ((32,), "32"),
        ((0.03,), "0.03"),
        ((0.001,), "0.001"),
        ((1e-4,), "1e−4"),
        ((3e-5,), "3e−5"),
        ((2.5e-4,), "2.5e−4"),
        ((-1.5,), "−1.5"),
        ((-1e-5,), "−1e−5"),
        ((4.5512e28, 3), "4.55e28"),
        ((0.09312, 3), "0.0931"),
        ((1234.0, 3), "1.23e3"),
        ((1000.0, 3), "1e3"),
        ((0.00012345, 3), "1.23e−4"),
        ((math.inf,), "–"),
    ],
)
def test_a_setting_is_as_short_as_can_be(given, words):
    assert numerals.short(*given) == words
