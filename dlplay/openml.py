"""Image data sets fetched from openml.org when a visitor asks for them, and kept for the next time.

`sklearn.datasets.fetch_openml` fetches the text file and proves it whole. That file is slow to read and large, so it is
read here some rows at a time, and its pixels are kept beside it as one compressed array file, which later loads read
alone.
"""

from __future__ import annotations

import gzip
import os
import socket
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlparse

import numpy as np

from dlplay.config import Refusal, field
from dlplay.dataset import DataConfig, Examples, Progress
from dlplay.home import home

CHUNK = 500
"""Images that are read at once."""
PATIENCE = 30.0
"""Seconds without a new byte after which a connection counts as lost."""


class FetchedConfig(DataConfig):
    """How many of the images are used; the seed draws which."""

    examples: int = field(5000, ge=500, le=60_000, step=500, help="images drawn from the whole set")


@dataclass(frozen=True)
class Source:
    """A data set on openml.org: its number there, the shape of one image, and about how many MB arrive."""

    title: str
    number: int
    shape: tuple[int, int, int]
    megabytes: int


def images(source: Source, config: FetchedConfig, progress: Progress | None = None) -> Examples:
    """As many images as asked for (example, channel, row, column), 0 to 1, and their class numbers.

    Raises `Refusal` when the data is neither here nor to be had, or not what it should be.
    """
    kept = home() / f"openml-{source.number}.npz"
    pixels, classes = _kept(kept) or _fetched(source, kept, progress)
    chosen = np.random.default_rng(config.seed).permutation(len(pixels))[: config.examples]
    inputs = pixels[chosen].reshape(-1, *source.shape).astype(np.float32) / 255
    return Examples(inputs, classes[chosen].astype(np.int64))


def _kept(file: Path) -> tuple[np.ndarray, np.ndarray] | None:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return arrays["pixels"], arrays["classes"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # not here yet, or cut short: fetched again


def _fetched(source: Source, file: Path, progress: Progress | None) -> tuple[np.ndarray, np.ndarray]:
    try:
        pixels, classes = _read(_download(source, progress), int(np.prod(source.shape)))
        if pixels.shape[1:] != (np.prod(source.shape),) or not len(pixels):
            raise ValueError(f"{pixels.shape} numbers for images of {source.shape}")
    except (ValueError, KeyError, EOFError, zlib.error, gzip.BadGzipFile) as reason:
        raise Refusal(
            "data", f"{source.title} arrived broken ({str(reason)[:80]}): delete {home() / 'openml'} and try again."
        ) from None
    except OSError:  # no route, no answer, or an answer that is no data
        raise Refusal(
            "data",
            f"{source.title} is not on this computer and cannot be downloaded now: "
            "connect to the internet once, or choose Handwritten digits.",
        ) from None
    partial = file.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(partial, pixels=pixels, classes=classes)
    partial.replace(file)
    if progress is not None:
        progress(1.0, f"{source.title} is here")
    return pixels, classes


def _read(file: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (example, number) uint8 and class numbers (example,) of an ARFF file with `count` pixels and a class."""
    import pandas

    kinds = {**dict.fromkeys(range(count), "float32"), count: "str"}
    pixels, classes = [], []
    with gzip.open(file, "rt") as lines:
        while (line := next(lines, "")) and not line.lower().startswith("@data"):
            continue
        for rows in pandas.read_csv(lines, header=None, comment="%", dtype=kinds, chunksize=CHUNK):
            pixels.append(rows.iloc[:, :-1].to_numpy(np.float32).astype(np.uint8))
            classes.append(_numbers(rows.iloc[:, -1]))
    return np.concatenate(pixels), np.concatenate(classes)


def _numbers(words: Any) -> np.ndarray:
    """Class numbers (example,) int64 from their words, which some files put in quotes."""
    return np.char.strip(np.asarray(words).astype(str), " '\"").astype(np.int64)


def _download(source: Source, progress: Progress | None) -> Path:
    """The file that `fetch_openml` keeps, while `progress` hears how much has arrived. Raises what that raises."""
    from sklearn.datasets import fetch_openml

    outcome: Future[Path] = Future()

    def fetch() -> None:
        try:
            with _impatient(), warnings.catch_warnings():
                warnings.filterwarnings("ignore", "A network error occurred")  # one sentence says so in the end
                found = fetch_openml(
                    data_id=source.number,
                    data_home=str(home()),
                    as_frame=False,
                    parser="pandas",
                    n_retries=1,
                    read_csv_kwargs={"nrows": 1, "dtype": {int(np.prod(source.shape)): "str"}},  # all take gigabytes
                )
            path = urlparse(found.details["url"]).path.lstrip("/")
            outcome.set_result(home() / "openml" / "openml.org" / f"{path}.gz")
        except Exception as error:
            outcome.set_exception(error)

    folder = home() / "openml"
    folder.mkdir(parents=True, exist_ok=True)
    before = _megabytes(folder)
    Thread(target=fetch, daemon=True, name=f"fetch {source.title}").start()
    while not wait([outcome], timeout=0.2).done:
        if progress is not None:
            here = _megabytes(folder) - before
            sentence = f"Fetching {source.title}: {here:.0f} of about {source.megabytes} MB are here"
            progress(min(0.9, 0.9 * here / source.megabytes), sentence)
    return outcome.result()


def _megabytes(folder: Path) -> float:
    total = 0
    for file in folder.rglob("*.gz"):
        with suppress(FileNotFoundError):  # moved to its place between the listing and the question
            total += file.stat().st_size
    return total / 1e6


@contextmanager
def _impatient() -> Iterator[None]:
    """A connection that says nothing for PATIENCE seconds fails."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
