"""Pictures of clothes, 28 × 28 pixels, made to be as easy to use as MNIST and harder to get right.

70,000 articles of a shop; shirts, pullovers and coats are what models mix up. The set is fetched from openml.org when
it is first chosen, about 35 MB; as many images as asked for are drawn from all of them and split here.
"""

from __future__ import annotations

from dlplay.dataset import Dataset, Examples, Progress, Task
from dlplay.openml import FetchedConfig, Source, images

SOURCE = Source("Fashion-MNIST", number=40996, shape=(1, 28, 28), megabytes=35)
CLASSES = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


def make(config: FetchedConfig, progress: Progress | None = None) -> Examples:
    return images(SOURCE, config, progress)


DATASET = Dataset(
    title=SOURCE.title,
    config=FetchedConfig,
    task=lambda config: Task("image", SOURCE.shape, classes=CLASSES),
    make=make,
    source="H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, 2017; openml.org/d/40996",
    licence="MIT",
    download=True,
)
