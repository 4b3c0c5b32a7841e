"""Two photographs, cut into small squares: a temple in China, and a flower.

Telling the two apart is easy. They are here to look at what filters find in real pictures: edges of roofs, the soft
rim of a petal, colours against their opposites. The squares never overlap, so none is seen twice.
"""

from __future__ import annotations

import numpy as np

from dlplay.config import field
from dlplay.dataset import DataConfig, Dataset, Examples, Task


class PhotosConfig(DataConfig):
    size: int = field(32, ge=16, le=96, step=16, unit="pixels", help="width and height of a square")
    shrink: int = field(2, ge=1, le=3, help="photo pixels in one pixel of a square")


def make(config: PhotosConfig) -> Examples:
    from PIL import Image
    from sklearn.datasets import load_sample_images

    random = np.random.default_rng(config.seed)
    tiles, targets = [], []
    for number, photo in enumerate(load_sample_images().images):  # (427, 640, 3) each
        rows, columns = (length // config.shrink for length in photo.shape[:2])
        small = np.asarray(Image.fromarray(photo).resize((columns, rows), Image.Resampling.BOX))
        squares = _squares(small, config.size, random)
        tiles.append(squares)
        targets.append(np.full(len(squares), number, np.int64))
    return Examples(np.concatenate(tiles).astype(np.float32) / 255, np.concatenate(targets))


def _squares(photo: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Every square of a grid that begins at a random place: (square, channel, size, size)."""
    rows, columns, channels = photo.shape
    down, across = rows // size, columns // size
    top, left = random.integers(0, rows - down * size + 1), random.integers(0, columns - across * size + 1)
    grid = photo[top : top + down * size, left : left + across * size].reshape(down, size, across, size, channels)
    return grid.transpose(0, 2, 4, 1, 3).reshape(down * across, channels, size, size)


DATASET = Dataset(
    title="Two photos",
    config=PhotosConfig,
    task=lambda config: Task("image", (3, config.size, config.size), classes=("china", "flower")),
    make=make,
    source="china.jpg by danielbuechele, flower.jpg by vultilion, both on Flickr; bundled with scikit-learn",
    licence="CC BY 2.0",
)
