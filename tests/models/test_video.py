"""Eyes that are the same for every frame, and a direction that no single frame tells."""

from __future__ import annotations

import pytest
import torch

from dlplay.dataset import Task
from dlplay.experiment import experiment
from dlplay.models.video import ARCHITECTURE, Video, VideoConfig
from dlplay.tap import look
from dlplay.training import metrics
from dlplay.training.result import train

SHAPE = (5, 1, 12, 12)


def _video(config: VideoConfig | None = None) -> Video:
    torch.manual_seed(0)
    return Video(config or VideoConfig(), Task("video", SHAPE, classes=("up", "down", "left", "right"))).eval()


def test_every_frame_is_seen_alike_and_alone() -> None:
    films = torch.rand(2, *SHAPE)
    films[0, 3] = films[0, 0]
    captures = look(_video(), films)
    for name, capture in captures.items():
        if name.startswith("eyes."):
            assert capture.axes[:2] == ("batch", "time")
            assert torch.equal(capture.value[0, 3], capture.value[0, 0])
    changed = films.clone()
    changed[:, 2] += 1
    after = look(_video(), changed)
    numbers = f"eyes.{len(_video().eyes) - 1}.value"
    moved = (captures[numbers].value != after[numbers].value).any(dim=2)
    assert moved.tolist() == [[False, False, True, False, False]] * 2


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_order_of_frames_tells(cell: str, bidirectional: bool) -> None:
    model, films = _video(VideoConfig(cell=cell, bidirectional=bidirectional)), torch.rand(2, *SHAPE)
    assert not torch.allclose(model(films), model(films.flip(1)), atol=1e-4)


def test_a_single_frame_stands_still() -> None:
    model, films = _video(VideoConfig(frames="one")), torch.rand(2, *SHAPE)
    others = torch.rand(2, *SHAPE)
    others[:, 2] = films[:, 2]
    assert torch.equal(model(films), model(others))
    assert not torch.equal(model(films), model(films.flip(0)))


def direction(frames: str, seed: int) -> float:
    """Held-out accuracy of the direction after 800 steps."""
    torch.set_num_threads(1)
    result = train(experiment("video", "moving-digits", {"frames": frames}, {}, {"rate": 0.003, "seed": seed}), 800)
    with result.training as training:
        return metrics.score(*training.answers(), training.task)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_frames_in_order_tell_the_direction_and_one_alone_does_not(seed: int) -> None:
    assert direction("all", seed) >= 0.95
    assert 0.15 <= direction("one", seed) <= 0.35


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_eyes_large_enough_name_a_digit_that_was_never_seen(seed: int) -> None:
    torch.set_num_threads(1)
    preset = ARCHITECTURE.presets["Which digit goes"]
    settings = {**preset.training, "seed": seed}
    made = experiment("video", preset.data, preset.config.model_dump(), preset.data_config, settings)
    with train(made, 1500).training as training:
        assert metrics.score(*training.answers(), training.task) >= 0.77  # measured 0.80, 0.80, 0.87; a guess is 0.1
