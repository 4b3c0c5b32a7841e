"""Every tap has a picture: of the whole catalogue, and of axes no model has yet."""

import itertools

import numpy as np
import pytest
import torch

from dlplay.architecture import architectures
from dlplay.dataset import dataset, load
from dlplay.figures import capture, style
from dlplay.tap import AXES, look

PLAYABLE = [
    pytest.param(slug, name, id=f"{slug}-{name}")
    for slug, record in architectures().items()
    for name, preset in record.presets.items()
    if preset.data and not dataset(preset.data).download
]
AHEAD = [
    "batch unit",
    "batch class",
    "batch channel row column",
    "batch time unit",
    "batch head query key",
    "batch token unit",
    "batch row column",
    "batch time channel row column",
    "batch head time query key",
    "batch",
    "time batch unit",
    "class",
]


@pytest.mark.parametrize(("slug", "name"), PLAYABLE)
def test_every_tap_has_a_picture(slug, name):
    record = architectures()[slug]
    preset = record.presets[name]
    source = dataset(preset.data)
    config = source.config(**preset.data_config)
    split = load(preset.data, config)
    model = record.build(preset.config, split.task).eval()
    with torch.no_grad():
        captures = look(model, torch.from_numpy(split.held_out.inputs[:2]))
    assert captures
    for tap in captures.values():
        values = tap.value.numpy()
        assert capture.figure(tap.name, tap.axes, values, classes=split.task.classes).data
        assert tap.name in capture.alt(tap.name, tap.axes, values, classes=split.task.classes)


@pytest.mark.parametrize("axes", AHEAD)
def test_axes_of_models_to_come_have_a_picture(axes):
    words = axes.split()
    array = np.random.default_rng(0).normal(size=[3 + i for i in range(len(words))])
    assert capture.figure("tap", words, array, example=2).data


@pytest.mark.parametrize("axes", list(itertools.permutations(AXES[1:], 2))[::7])
def test_any_two_axes_are_a_heat_map_of_the_values(axes):
    array = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    heat = capture.figure("tap", axes, array).data[0]
    assert heat.type == "heatmap"
    assert np.array_equal(heat.z, array) or np.array_equal(heat.z, array.T)


def test_sequences_run_from_left_to_right():
    array = np.zeros((5, 3), np.float32)
    picture = capture.figure("hidden", ("time", "unit"), array)
    assert picture.layout.xaxis.title.text == "time"
    assert picture.data[0].z.shape == (3, 5)


def test_bars_carry_their_values_and_signs():
    bars = capture.figure("output", ("class",), np.array([-1.5, 0.5]), classes=("cat", "dog")).data[0]
    assert list(bars.x) == ["cat", "dog"]
    assert list(bars.y) == [-1.5, 0.5]
    assert list(bars.marker.color) == [style.colour("negative"), style.colour("positive")]


def test_a_mosaic_holds_every_value_once():
    array = np.arange(6 * 4 * 5, dtype=np.float32).reshape(6, 4, 5)
    heat = capture.figure("maps", ("channel", "row", "column"), array).data[0]
    drawn = heat.z[np.isfinite(heat.z)]
    assert sorted(drawn) == sorted(array.ravel())
    row, column = np.argwhere(heat.z == array[4, 2, 3])[0]
    assert heat.customdata[row][column] == "channel 4, row 2, column 3"


@pytest.mark.parametrize(("low", "scale"), [(0.0, "amount"), (-0.1, "signed")])
def test_what_is_never_negative_takes_the_amount_colours(low, scale):
    heat = capture.figure("tap", ("row", "column"), np.array([[low, 2.0]])).data[0]
    assert [colour for _, colour in heat.colorscale] == style.tokens()["light"][scale]
    assert heat.zmax == 2
    assert heat.zmin == (-2 if scale == "signed" else 0)


def test_what_is_cut_says_so():
    title = capture.figure("maps", ("channel", "row", "column"), np.zeros((100, 2, 2))).layout.title.text
    assert f"first {capture.TILES} of 100" in title


def test_the_words_name_range_place_and_what_is_no_number():
    words = capture.alt("output", ("batch", "class"), np.array([[-1.5, 0.5, np.nan]]), classes=("cat", "dog", "cow"))
    assert words == "output: 3 along class; from −1.50 to 0.500, the largest at class dog. 1 values are no numbers."


def test_axes_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match="tap: axes row column"):
        capture.figure("tap", ("row", "column"), np.zeros(3))


@pytest.mark.parametrize("value", [np.nan, 0.0, np.inf])
@pytest.mark.parametrize("axes", [("unit",), ("row", "column"), ("head", "query", "key")])
def test_degenerate_values_are_still_drawn(axes, value):
    array = np.full([2] * len(axes), value)
    assert capture.figure("tap", axes, array).data
    assert capture.alt("tap", axes, array)
