"""What a latent looks at is what passed the model's attention; what the answer looks at is the product of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.probes import attention, latents, silencing
from dlplay.probes.seen import Seen
from dlplay.tap import look

CASES: list[tuple[str, dict[str, Any]]] = [
    ("digits", {}),
    ("shapes", {"examples": 100}),
    ("moving-digits", {"examples": 100, "frames": 5}),
]


def seen(data: str, config: dict[str, Any] | None = None, model: str = "perceiver", **values: Any) -> Seen:
    """A Perceiver with weights so large that attention is uneven."""
    wanted = {"latents": 5, "layers": 2, "heads": 3, "head_width": 4, "feed_forward": 8} if model == "perceiver" else {}
    value = experiment(model, data, wanted | (config or {}), values)
    split = load(data, value.data)
    torch.manual_seed(0)
    built = value.model.build(value.network, split.task).eval()
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.mul_(3)
    return Seen(built, 3, value, split, {"index": 2})


def passed(one: Seen, name: str) -> np.ndarray:
    """The weights (query, key) of a cross-attention, straight from its tap."""
    with torch.inference_mode():
        return look(one.model, one.tensor(one.chosen()[0]))[f"{name}.cross.weights"].value[0, 0].numpy()


def on_the_sheet(facts: dict[str, Any], pixel: int) -> tuple[int, int]:
    """Row and column on the sheet of a key: keys are counted by frame, row, column."""
    frame, rest = divmod(pixel, facts["rows"] * facts["columns"])
    row, column = divmod(rest, facts["columns"])
    line, place = divmod(frame, facts["across"])
    return line * facts["rows"] + row, place * facts["columns"] + column


@pytest.mark.parametrize(("data", "values"), CASES)
def test_every_weight_lies_on_the_pixel_that_it_is_for(data: str, values: dict[str, Any]) -> None:
    one = seen(data, **values)
    facts, arrays = latents.picture(one)
    looks = passed(one, "looking")
    assert arrays["looks"].shape[1:] == tuple(facts["shape"][1:]) == arrays["sees"].shape
    assert looks.shape == (5, facts["frames"] * facts["rows"] * facts["columns"])
    rows, columns = np.array([on_the_sheet(facts, pixel) for pixel in range(looks.shape[1])]).T
    shown = arrays["looks"][:, rows, columns] / 255 * arrays["tops"][:, None]
    assert np.allclose(shown, looks, atol=looks.max() / 255)
    assert np.allclose(arrays["looks"].reshape(5, -1).max(axis=1), 255)
    pixels = (
        one.chosen()[0].reshape(facts["frames"], facts["shape"][0], -1).swapaxes(0, 1).reshape(facts["shape"][0], -1)
    )
    low, high = (0, 1) if pixels.min() >= 0 and pixels.max() <= 1 else (pixels.min(), pixels.max())
    if (low, high) == (0, 1):
        assert np.allclose(arrays["image"][:, rows, columns], np.rint(255 * pixels), atol=1)


@pytest.mark.parametrize(("data", "values"), CASES)
def test_the_answer_looks_at_pixels_through_the_latents(data: str, values: dict[str, Any]) -> None:
    one = seen(data, **values)
    facts, arrays = latents.picture(one)
    asks, looks = passed(one, "asking")[0], passed(one, "looking")
    assert np.allclose(arrays["asks"], asks, atol=1e-6)
    wanted = sum(asks[latent] * looks[latent] for latent in range(5))
    rows, columns = np.array([on_the_sheet(facts, pixel) for pixel in range(looks.shape[1])]).T
    assert np.allclose(arrays["sees"][rows, columns], wanted, atol=1e-6)
    assert np.isclose(arrays["sees"].sum(), 1, atol=1e-5)


def test_of_many_latents_those_are_shown_that_the_answer_looks_at_most_and_the_locked_one() -> None:
    one = seen("digits", {"latents": 100})
    facts, arrays = latents.picture(one)
    assert (facts["latents"], len(facts["shown"])) == (100, latents.MOST_LATENTS)
    asks = passed(one, "asking")[0]
    assert arrays["asks"].min() >= np.sort(asks)[-latents.MOST_LATENTS] - 1e-7
    left = next(number for number in range(100) if number not in facts["shown"])
    again, _ = latents.picture(one, latent=left)
    assert left in again["shown"]
    assert again["latent"] == left
    assert latents.picture(one, latent=10**9)[0]["latent"] == 99


@pytest.mark.parametrize(
    ("part", "queries", "keys"),
    [
        ("looking.cross", [f"latent {n}" for n in range(1, 6)], ["1·1", "1·2"]),
        ("blocks.attention", [f"latent {n}" for n in range(1, 6)], ["latent 1", "latent 2"]),
        ("asking.cross", ["answer"], ["latent 1", "latent 2"]),
    ],
)
def test_both_sides_of_every_attention_have_names(part: str, queries: list[str], keys: list[str]) -> None:
    facts, arrays = attention.picture(seen("digits"), part=part)
    assert facts["part"] == part
    assert facts["queries"] == queries
    assert facts["keys"][:2] == keys
    assert arrays["weights"].shape == (len(queries), len(facts["keys"]))
    assert facts["heads"] == (3 if part.startswith("blocks") else 1)
    lies = {"rows": 8, "columns": 8, "before": 0, "side": "keys", "stride": 1}
    assert facts["grid"] == (lies if part == "looking.cross" else None)
    assert [one["title"] for one in facts["parts"]] == ["latents look", "self", "answer asks"]


def test_a_pixel_of_a_film_is_called_by_its_frame_too() -> None:
    facts, _ = attention.picture(seen("moving-digits", examples=100, frames=5), part="looking.cross")
    assert facts["grid"] is None
    assert facts["keys"][0] == "1·1·1"
    assert facts["keys"][-1] == "5·16·16"


def test_another_model_has_no_latents() -> None:
    with pytest.raises(Refusal, match=r"^ViT has no latents that look\.$"):
        latents.picture(seen("digits", model="vit"))


def test_every_part_of_a_perceiver_has_a_place_among_the_switches() -> None:
    facts, _ = silencing.picture(seen("digits"))
    assert [row["title"] for row in facts["rows"]] == ["Looking", "Layer 1", "Layer 2", "Asking"]
    assert facts["shared"] == []
    assert silencing.called("looking.cross.0") == "looking cross-attention head 1"


def test_a_switch_that_is_off_is_told() -> None:
    one = seen("digits")
    facts, _ = latents.picture(one, off=("looking", "nothing.of.the.kind"))
    assert facts["off"] == ["looking"]
