"""The command line: promised JSON keys, exit statuses, and no torch where none is needed."""

import json
import subprocess
import sys
from math import prod
from pathlib import Path

import pytest
import torch

from dlplay.__main__ import main
from dlplay.architecture import architectures
from dlplay.dataset import dataset, datasets, load
from dlplay.experiment import as_json, experiment
from dlplay.recipe import recipes
from dlplay.training.snapshots import load as snapshot

torch.set_num_threads(1)
POINTS = "model=mlp&data=circle"


def said(capsys, *words):
    """What a command that works prints as JSON."""
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words):
    """The sentence of a command that is refused."""
    assert main([*words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.rstrip().endswith(".")
    return err


def test_list_names_everything(capsys):
    found = said(capsys, "list")
    assert list(found) == ["architectures", "datasets", "recipes"]
    assert [a["slug"] for a in found["architectures"]] == list(architectures())
    assert [d["slug"] for d in found["datasets"]] == list(datasets())
    assert [r["name"] for r in found["recipes"]] == [r.name for r in recipes().values()]
    assert {tuple(a) for a in found["architectures"]} == {("slug", "title", "year", "reads", "presets")}
    assert {tuple(d) for d in found["datasets"]} == {("slug", "title", "gives")}
    assert {tuple(r) for r in found["recipes"]} <= {("name", "link", "watch")}
    assert main(["list"]) == 0
    assert "LeNet-5 (modern)" in capsys.readouterr().out


def test_list_needs_no_torch():
    code = "import sys; from dlplay.__main__ import main; main(['list']); sys.exit('torch' in sys.modules)"
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, timeout=60)


def test_inspect_takes_presets_links_and_files(capsys, tmp_path):
    found = said(capsys, "inspect", "LeNet-5 (modern)")
    assert list(found) == ["name", "parameters", "macs", "input_shape", "layers", "published", "source"]
    assert (found["parameters"], found["macs"]) == (61_706, 416_520)
    linked = said(capsys, "inspect", "model=cnn&data=digits")
    (tmp_path / "small.json").write_text(json.dumps(as_json(experiment("cnn", "digits"))))
    assert said(capsys, "inspect", str(tmp_path / "small.json")) == linked
    assert linked["parameters"] == said(capsys, "inspect", "small cnn")["parameters"] == 1898
    assert main(["inspect", "VGG-16"]) == 0
    assert "138,357,544 parameters (the same)" in capsys.readouterr().out


def published_weights(path, **changed):
    """A file laid out as that of GPT-2 small, of zeros that take no room on the disk."""
    width, shapes = 768, {}

    def put(name, *shape, bias=0):
        shapes[f"{name}.weight"] = shape
        if bias:
            shapes[f"{name}.bias"] = (bias,)

    put("wte", 50_257, width)
    put("wpe", 1024, width)
    for block in range(12):
        put(f"h.{block}.ln_1", width, bias=width)
        put(f"h.{block}.attn.c_attn", width, 3 * width, bias=3 * width)
        put(f"h.{block}.attn.c_proj", width, width, bias=width)
        put(f"h.{block}.ln_2", width, bias=width)
        put(f"h.{block}.mlp.c_fc", width, 4 * width, bias=4 * width)
        put(f"h.{block}.mlp.c_proj", 4 * width, width, bias=width)
        shapes[f"h.{block}.attn.bias"] = (1, 1, 1024, 1024)
    put("ln_f", width, bias=width)
    header, end = {}, 0
    for name, shape in {**shapes, **changed}.items():
        begin, end = end, end + 4 * prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    words = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(words).to_bytes(8, "little") + words)
        file.truncate(8 + len(words) + end)
    return str(path)


def test_inspect_tells_whether_published_weights_fit(capsys, tmp_path):
    file = published_weights(tmp_path / "gpt2.safetensors")
    found = said(capsys, "inspect", "GPT-2 small", "--weights", file)["weights"]
    assert len(found["taken"]) == 2 + 12 * 12 + 2
    assert found["left_out"] == [name for name in sorted(found["left_out"]) if name.endswith("attn.bias")]
    assert len(found["left_out"]) == 12
    assert main(["inspect", "GPT-2 small", "--weights", file]) == 0
    words = capsys.readouterr().out
    assert "gpt2.safetensors fits: 148 tensors are taken, 12 left out" in words
    assert "h.3.attn.bias is not needed" in words
    assert "gpt2.safetensors lacks embeddings." in refused(capsys, "inspect", "BERT base", "--weights", file)
    other = published_weights(tmp_path / "other.safetensors", **{"h.7.ln_2.bias": (767,)})
    wanted = "h.7.ln_2.bias of other.safetensors is 767; this network needs 768."
    assert wanted in refused(capsys, "inspect", "GPT-2 small", "--weights", other)
    assert "CNN has no public layout" in refused(capsys, "inspect", "VGG-11", "--weights", file)
    assert "nowhere is not there" in refused(capsys, "inspect", "GPT-2 small", "--weights", str(tmp_path / "nowhere"))


def test_train_gives_history_and_metrics_and_writes_them(capsys, tmp_path):
    found = said(capsys, "train", POINTS, "--steps", "12", "--out", str(tmp_path / "run"))
    assert list(found) == ["experiment", "steps", "history", "metrics", "seconds"]
    assert found["experiment"] == as_json(experiment("mlp", "circle"))
    assert found["steps"] == 12
    assert [entry["step"] for entry in found["history"]] == list(range(1, 13))
    assert all(entry["loss"] > 0 for entry in found["history"])
    assert list(found["metrics"]) == ["train_loss", "train_score", "held_out_loss", "held_out_score"]
    assert json.loads((tmp_path / "run/history.json").read_text()) == found["history"]
    arrays, facts = snapshot(tmp_path / "run/checkpoint.safetensors")
    assert facts["step"] == 12
    assert "answer.weight" in arrays
    again = said(capsys, "train", str(tmp_path / "run/experiment.json"), "--steps", "12")
    assert [entry["loss"] for entry in again["history"]] == [entry["loss"] for entry in found["history"]]


def test_train_ends_where_the_experiment_ends(capsys):
    """210 examples in batches of 70, twice over: 6 steps."""
    found = said(capsys, "train", f"{POINTS}&train.batch=70&train.epochs=2")
    assert found["steps"] == len(found["history"]) == 6


def test_a_preset_is_trained_its_own_way(capsys):
    found = said(capsys, "train", "encoder on SENTIMENT", "--steps", "0")
    assert found["experiment"] == as_json(experiment("encoder", "sentiment", training={"rate": 0.003}))


def test_train_in_words(capsys):
    assert main(["train", f"https://somewhere.org/?{POINTS}", "--steps", "0"]) == 0
    out = capsys.readouterr().out
    assert "MLP on Circle: 0 steps" in out
    assert "held-out" in out


def test_a_run_that_blows_up_says_so(capsys):
    """A rate of 10 in a deep net of squares leaves the numbers; the sentence is printed and the status is 1."""
    link = "model=mlp&data=plane&model.hidden=64_linear~64_linear~64_linear&train.optimiser=sgd&train.rate=10"
    link = link.replace("64_linear", "64_activation.linear")
    assert main(["train", link, "--steps", "500", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["diagnosis"]
    assert found["steps"] < 500


def test_look_lists_every_tap(capsys):
    found = said(capsys, "look", "model=cnn&data=digits", "--steps", "2", "--example", "3")
    assert list(found) == ["experiment", "step", "example", "answer", "captures"]
    assert (found["step"], found["example"]) == (2, 3)
    first = found["captures"][0]
    assert list(first) == ["name", "axes", "shape", "min", "max"]
    assert first["axes"] == ["batch", "channel", "row", "column"]
    assert first["shape"] == [1, 8, 8, 8]
    relu = next(c for c in found["captures"] if c["name"] == "layers.1.value")
    assert relu["min"] >= 0


def test_look_says_the_answer_beside_the_truth_in_the_units_of_the_data(capsys):
    from sklearn.datasets import load_diabetes

    parts = load("diabetes", dataset("diabetes").config())
    truth = load_diabetes().target[parts.held_out.numbers[3]]
    found = said(capsys, "look", "model=mlp&data=diabetes", "--steps", "2", "--example", "3")
    assert found["answer"]["true"] == pytest.approx(truth, rel=1e-5)
    assert main(["look", "model=mlp&data=diabetes", "--steps", "2", "--example", "3"]) == 0
    assert f"truly {truth:.4f}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "COMMAND"),
        (("fly",), "fly"),
        (("list", "--fast"), "--fast"),
        (("train",), "LINK"),
        (("train", "nobody knows this"), "no link, recipe, preset or file"),
        (("train", "VGG-16"), "published size"),
        (("train", "model=mlp&model.depth=3"), "model.depth"),
        (("train", POINTS, "--steps", "-1"), "steps is -1"),
        (("train", POINTS, "--steps", "many"), "many"),
        (("train", "missing.json"), "missing.json cannot be read"),
        (("train", "model=cnn&data=digits&model.layers=dense_5"), "Layer 1, dense"),
        (
            ("train", "model=cnn&data=digits&model.layers=flatten~dense_8192~dense_8192"),
            "67.7 M parameters need 1.1 GB",
        ),
        (("look", POINTS, "--example", "500"), "example is 500"),
        (("inspect", "VGG-99"), "known presets are"),
        (("inspect", "x" * 5000), "known presets are"),
        (("inspect", "GPT-2 small", "--weights", ""), ". is a folder"),
        (("serve", "--port", "99999"), "port is 99999"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, words, sentence):
    assert sentence in refused(capsys, *words)


def test_files_are_limited_and_must_hold_an_experiment(capsys, tmp_path):
    (tmp_path / "long.json").write_text(" " * 1_000_001)
    assert "at most 1,000,000" in refused(capsys, "train", str(tmp_path / "long.json"))
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "does not hold JSON" in refused(capsys, "train", str(tmp_path / "deep.json"))
    (tmp_path / "list.json").write_text("[1]")
    assert "An experiment has the parts" in refused(capsys, "train", str(tmp_path / "list.json"))
