"""Small colour photographs of ten kinds of things, 32 × 32 pixels.

60,000 photographs, six of the kinds animals, four of them vehicles. Here a model has to cope with backgrounds, poses
and light, and a small one will not get far in a minute. The set is fetched from openml.org when it is first chosen,
some 200 MB, and read once, which takes a minute and about 3 GB of memory; then as many images as asked for are drawn
from all of them and split here.
"""

from __future__ import annotations

from dlplay.dataset import Dataset, Examples, Progress, Task
from dlplay.openml import FetchedConfig, Source, images

SOURCE = Source("CIFAR-10", number=40927, shape=(3, 32, 32), megabytes=200)
CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip


def make(config: FetchedConfig, progress: Progress | None = None) -> Examples:
    return images(SOURCE, config, progress)


DATASET = Dataset(
    title=SOURCE.title,
    config=FetchedConfig,
    task=lambda config: Task("image", SOURCE.shape, classes=CLASSES),
    make=make,
    source="A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009; openml.org/d/40927",
    licence="marked public on OpenML; none stated by its authors",
    download=True,
)
