"""Fetched images: through scikit-learn from a server, kept, refused in one sentence when they cannot be had."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import tracemalloc
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from dlplay.config import Refusal
from dlplay.dataset import dataset, datasets, load
from dlplay.openml import FetchedConfig, Source, images

ROWS = 40
SMALL = Source("Small squares", number=999_999, shape=(1, 4, 4), megabytes=1)
FETCHED = [name for name, record in datasets().items() if record.download]


def arff(source: Source, rows: int = ROWS, *, quoted: bool = False) -> tuple[bytes, np.ndarray, np.ndarray]:
    """A data file as openml.org keeps it, with its pixels (row, pixel) and classes (row,)."""
    random = np.random.default_rng(1)
    count = int(np.prod(source.shape))
    pixels, classes = random.integers(0, 256, (rows, count)), np.arange(rows) % 10
    head = ["@RELATION images", *(f"@ATTRIBUTE pixel{n} real" for n in range(1, count + 1))]
    head += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
    quote = "'" if quoted else ""
    lines = [",".join(map(str, [*row, f"{quote}{number}{quote}"])) for row, number in zip(pixels, classes, strict=True)]
    return "\n".join([*head, *lines, ""]).encode(), pixels, classes


class Server:
    """What openml.org would send, on this machine alone: addresses to bytes, and which of them were asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                answer = server.answers.get(self.path)
                self.send_response(200 if answer is not None else 503)
                self.end_headers()
                self.wfile.write(answer or b"")

            def log_message(self, *words: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


pytestmark = [
    pytest.mark.filterwarnings("ignore:A network error occurred"),  # what scikit-learn says beside the error
    pytest.mark.filterwarnings("ignore:Invalid cache, redownloading"),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, and no way to any address that is not on this machine."""
    monkeypatch.setenv("DLPLAY_HOME", str(tmp_path))
    nowhere = urllib.request.ProxyHandler({"https": "http://127.0.0.1:9"})
    urllib.request.install_opener(urllib.request.build_opener(nowhere))
    yield tmp_path
    urllib.request._opener = None  # as it is before the first use


def announce(home: Path, server: Server, source: Source, data: bytes, checksum: str = "") -> str:
    """Put what openml.org says about a data set where scikit-learn keeps it; the data's path on the server."""
    count, path = int(np.prod(source.shape)), f"/data/v1/download/{source.number}/images.arff"
    names = [*(f"pixel{n}" for n in range(1, count + 1)), "class"]
    features = [
        {
            "index": str(place),
            "name": name,
            "data_type": "nominal" if name == "class" else "numeric",
            "is_target": "true" if name == "class" else "false",
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for place, name in enumerate(names)
    ]
    description = {
        "id": str(source.number),
        "name": "images",
        "version": "1",
        "status": "active",
        "format": "ARFF",
        "description": "",
        "url": server.address + path,
        "md5_checksum": checksum or hashlib.md5(data).hexdigest(),
    }
    for where, said in {
        f"data/{source.number}": {"data_set_description": description},
        f"data/features/{source.number}": {"data_features": {"feature": features}},
        f"data/qualities/{source.number}": {"data_qualities": {"quality": []}},
    }.items():
        file = home / "openml" / "openml.org" / "api" / "v1" / "json" / f"{where}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps(said).encode()))
    return path


def test_images_are_fetched_once_and_kept(home: Path, server: Server) -> None:
    data, pixels, classes = arff(SMALL)
    server.answers[announce(home, server, SMALL, data)] = data
    heard: list[tuple[float, str]] = []
    config = FetchedConfig(examples=500)
    found = images(SMALL, config, lambda share, sentence: heard.append((share, sentence)))

    assert found.inputs.dtype == np.float32
    assert found.inputs.shape == (ROWS, 1, 4, 4)
    order = [
        int(np.flatnonzero((pixels == row).all(axis=1))[0]) for row in np.round(found.inputs.reshape(ROWS, -1) * 255)
    ]
    assert sorted(order) == list(range(ROWS))
    assert (found.targets == classes[order]).all()
    assert heard[-1] == (1.0, "Small squares is here")
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)

    server.answers.clear()
    again = images(SMALL, config)
    assert again.inputs.tobytes() == found.inputs.tobytes()
    assert len(server.asked) == 1
    assert not [file for file in home.glob("*.npz") if file.name != f"openml-{SMALL.number}.npz"]


def test_classes_may_stand_in_quotes(home: Path, server: Server) -> None:
    data, _, classes = arff(SMALL, quoted=True)
    server.answers[announce(home, server, SMALL, data)] = data
    assert sorted(images(SMALL, FetchedConfig()).targets) == sorted(classes)


@pytest.mark.slow
def test_reading_takes_little_more_memory_than_the_pixels(home: Path, server: Server) -> None:
    source = Source("Wide squares", number=999_998, shape=(3, 32, 32), megabytes=1)
    head, mark, rows = arff(source, rows=50)[0].partition(b"@DATA\n")
    data = head + mark + 120 * rows
    server.answers[announce(home, server, source, data)] = data
    pixels = 120 * 50 * 3 * 32 * 32
    tracemalloc.start()
    try:
        assert len(images(source, FetchedConfig(examples=500))) == 500
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sent = 2 * len(data)  # the server's own, which stands in this process
    assert most < sent + 2 * pixels + 30e6, "all rows at once would take some thirty bytes a pixel"


def test_the_seed_draws_which_images_are_used(home: Path, server: Server) -> None:
    data, _, _ = arff(SMALL, rows=600)
    server.answers[announce(home, server, SMALL, data)] = data
    first, second = (images(SMALL, FetchedConfig(examples=500, seed=seed)) for seed in (0, 1))
    assert len(first) == len(second) == 500
    assert first.inputs.tobytes() != second.inputs.tobytes()


@pytest.mark.parametrize("name", FETCHED)
def test_a_fetched_data_set_is_split_like_any_other(name: str, home: Path, server: Server) -> None:
    source = vars(__import__(f"dlplay.data.{name.replace('-', '_')}", fromlist=["SOURCE"]))["SOURCE"]
    data, _, _ = arff(source)
    server.answers[announce(home, server, source, data)] = data
    found = load(name, dataset(name).config())
    assert found.task.input_shape == source.shape == found.train.inputs.shape[1:]
    assert len(found.task.classes) == 10
    assert len(found.train) + len(found.held_out) == ROWS
    assert 0 <= found.train.inputs.min() < found.train.inputs.max() <= 1


def test_without_a_network_one_sentence_says_what_to_do(home: Path, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(Refusal) as refusal:
        load("mnist", dataset("mnist").config())
    assert [str(warning.message) for warning in recwarn] == []
    assert refusal.value.sentence == (
        "MNIST is not on this computer and cannot be downloaded now: "
        "connect to the internet once, or choose Handwritten digits."
    )


def test_a_server_that_fails_is_no_network(home: Path, server: Server) -> None:
    announce(home, server, SMALL, b"")
    with pytest.raises(Refusal, match="cannot be downloaded now"):
        images(SMALL, FetchedConfig())


@pytest.mark.parametrize("broken", ["cut short", "another size", "no numbers"])
def test_data_that_is_not_what_it_should_be_is_refused(broken: str, home: Path, server: Server) -> None:
    data, _, _ = arff(SMALL)
    sent = {
        "cut short": data[: len(data) // 2],
        "another size": arff(Source("Other", SMALL.number, (1, 3, 3), 1))[0],
        "no numbers": data.replace(b",", b",x"),
    }[broken]
    checksum = "" if broken != "cut short" else hashlib.md5(data).hexdigest()
    server.answers[announce(home, server, SMALL, sent, checksum)] = sent
    with pytest.raises(Refusal, match=r"Small squares arrived broken .* delete .*openml and try again\."):
        images(SMALL, FetchedConfig())


def test_a_kept_file_that_is_broken_is_fetched_again(home: Path, server: Server) -> None:
    data, _, _ = arff(SMALL)
    server.answers[announce(home, server, SMALL, data)] = data
    (home / f"openml-{SMALL.number}.npz").write_bytes(b"PK\x03\x04 cut short")
    assert len(images(SMALL, FetchedConfig())) == ROWS
