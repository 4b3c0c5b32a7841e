"""What Transformers that see are made of: patches, places, the class token; and what few images are enough for."""

from __future__ import annotations

import pytest
import torch

from dlplay.anatomy import inspect
from dlplay.architecture import preset
from dlplay.dataset import Task
from dlplay.experiment import experiment
from dlplay.models.cnn_transformer import CNNTransformer, CNNTransformerConfig
from dlplay.models.vit import ViT, ViTConfig, fit
from dlplay.tap import look
from dlplay.training import metrics
from dlplay.training.result import train

DIGITS = tuple("0123456789")


def _vit(config: ViTConfig, shape: tuple[int, int, int] = (1, 8, 8)) -> ViT:
    torch.manual_seed(0)
    return ViT(config, Task("image", shape, classes=DIGITS)).eval()


def _image_task(side: int) -> Task:
    return Task("image", (1, side, side), classes=DIGITS)


@pytest.mark.parametrize(
    ("name", "patch", "layers", "width"),
    [("ViT-B/16", 16, 12, 768), ("ViT-B/32", 32, 12, 768), ("ViT-L/16", 16, 24, 1024)],
)
def test_published_sizes_follow_the_formula(name: str, patch: int, layers: int, width: int) -> None:
    places = (224 // patch) ** 2 + 1
    attention, feed_forward = 4 * (width * width + width), 2 * 4 * width * width + 4 * width + width
    block = attention + feed_forward + 4 * width  # two norms
    outside = (3 * patch * patch + 1) * width + width + places * width + 2 * width + 1000 * width + 1000
    found = inspect(name)
    assert found["parameters"] == found["published"]["parameters"] == outside + layers * block


def test_products_of_the_published_network_are_those_published() -> None:
    found = inspect("ViT-B/16")
    assert found["macs"] == found["published"]["macs"]


def test_a_patch_is_seen_by_its_own_token_alone() -> None:
    model = _vit(ViTConfig(positions="none"))
    image = torch.rand(1, 1, 8, 8)
    changed = image.clone()
    changed[0, 0, 2:4, 4:6] += 1  # row 1, column 2 of the 4 × 4 patches
    before, after = (look(model, one)["seen"].value[0] for one in (image, changed))
    moved = (before != after).any(dim=1)
    assert moved.nonzero().flatten().tolist() == [1 + 1 * 4 + 2]  # the class token stands first


@pytest.mark.parametrize("answer_from", ["class", "mean"])
def test_without_positions_the_order_of_patches_tells_nothing(answer_from: str) -> None:
    image = torch.rand(1, 1, 8, 8)
    mixed = torch.cat([image[:, :, 4:], image[:, :, :4]], dim=2)  # rows of patches change places
    for positions in ("none", "learned", "sinusoidal"):
        model = _vit(ViTConfig(positions=positions, answer_from=answer_from))
        with torch.no_grad():
            if positions == "learned":
                model.positions.weight.normal_()
            same = torch.allclose(model(image), model(mixed), atol=1e-5)
        assert same == (positions == "none"), positions


@pytest.mark.parametrize(("side", "patch", "patches"), [(8, 3, 9), (8, 8, 1), (8, 32, 1), (10, 4, 9), (28, 4, 49)])
def test_every_patch_size_suits_every_image(side: int, patch: int, patches: int) -> None:
    model = _vit(ViTConfig(patch=patch, answer_from="mean"), (1, side, side))
    assert look(model, torch.rand(2, 1, side, side))["seen"].value.shape[1] == patches


def test_zeros_stand_behind_the_last_row_and_column() -> None:
    """10 pixels in patches of 4: the first two are whole, the last has two pixels of the image."""
    model, image = _vit(ViTConfig(patch=4, answer_from="mean", positions="none"), (1, 10, 10)), torch.rand(1, 1, 10, 10)
    before = look(model, image)["seen"].value[0]
    for (row, column), patch in {(3, 3): 0, (3, 4): 1, (4, 3): 3, (8, 9): 8}.items():
        changed = image.clone()
        changed[0, 0, row, column] += 1
        moved = (look(model, changed)["seen"].value[0] != before).any(dim=1)
        assert moved.nonzero().flatten().tolist() == [patch]


def test_patches_grow_with_the_images() -> None:
    sizes = [fit(ViTConfig(), _image_task(side)).patch for side in (8, 16, 28, 32)]
    assert sizes == [2, 2, 4, 4]


def test_the_answer_follows_from_the_stream() -> None:
    for answer_from in ("class", "mean"):
        model, images = _vit(ViTConfig(answer_from=answer_from)), torch.rand(3, 1, 8, 8)
        stream = look(model, images)["blocks.1.after_feed_forward"].value
        assert torch.allclose(model.answered(stream, images), model(images), atol=1e-5)


def test_tokens_behind_a_stem_are_the_cells_of_its_maps() -> None:
    torch.manual_seed(0)
    model = CNNTransformer(CNNTransformerConfig(convolutions=1, channels=4), _image_task(8)).eval()
    captures = look(model, torch.rand(2, 1, 8, 8))
    maps, seen = captures["embedding.2.value"].value, captures["seen"].value
    assert maps.shape == (2, 4, 4, 4)
    assert torch.allclose(model.embedding[3](maps)[:, :, 2, 3], seen[:, 1 + 2 * 4 + 3], atol=1e-5)


def test_dropout_silences_a_share_of_what_the_blocks_are_given() -> None:
    model, images = _vit(ViTConfig(patch=1, dropout=0.5)), torch.rand(1, 1, 8, 8)
    with torch.no_grad():
        assert (look(model, images)["begins"].value != 0).all()
        silenced = look(model.train(), images)["begins"].value == 0
    assert float(silenced.float().mean()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_few_images_a_convolution_is_ahead(seed: int) -> None:
    """Both presets know their 200 digits by heart after 600 steps; the other 1,597 tell them apart."""
    torch.set_num_threads(1)
    scores, sizes = [], []
    for name in ("CNN on 200 digits", "ViT on 200 digits"):
        record, chosen = preset(name)
        training = {**chosen.training, "seed": seed}
        result = train(experiment(record.slug, chosen.data, chosen.config, chosen.data_config, training), 600)
        with result.training as run:
            assert len(run.split.train) == 200
            assert metrics.score(*run.answers("train"), run.task) == 1
            sizes.append(sum(parameter.numel() for parameter in run.model.parameters()))
            scores.append(metrics.score(*run.answers(), run.task))
    assert abs(sizes[0] - sizes[1]) < 0.03 * sizes[0]
    assert scores[0] - scores[1] >= 0.1
