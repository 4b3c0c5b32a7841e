"""Handwritten digits, 28 × 28 pixels: the data that convolutional nets grew up on.

70,000 digits written by clerks and by school children. The set is fetched from openml.org when it is first chosen,
about 15 MB; as many images as asked for are drawn from all of them and split here, so a score is not the score on
the official test part.
"""

from __future__ import annotations

from dlplay.dataset import Dataset, Examples, Progress, Task
from dlplay.openml import FetchedConfig, Source, images

SOURCE = Source("MNIST", number=554, shape=(1, 28, 28), megabytes=15)


def make(config: FetchedConfig, progress: Progress | None = None) -> Examples:
    return images(SOURCE, config, progress)


DATASET = Dataset(
    title=SOURCE.title,
    config=FetchedConfig,
    task=lambda config: Task("image", SOURCE.shape, classes=tuple("0123456789")),
    make=make,
    source="Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST Database of Handwritten Digits, 1998; openml.org/d/554",
    licence="marked public on OpenML; none stated by its authors",
    download=True,
)
