"""The command line: the same core without a browser. `python -m dlplay --help` says what it can do.

What is asked for goes to standard output, as text or with --json as JSON; the progress bar goes to standard error. What
cannot be done is one sentence on standard error and exit status 2; a run whose loss left all bounds has status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from dlplay.architecture import architectures, preset
from dlplay.config import Refusal
from dlplay.dataset import datasets
from dlplay.experiment import Experiment, as_json, experiment, from_json
from dlplay.frame import finite
from dlplay.link import read, write
from dlplay.recipe import recipe, recipes
from dlplay.training.settings import UNASKED

if TYPE_CHECKING:
    from dlplay.training.loop import Training

APP = Path(__file__).parents[1] / "app.py"
LARGEST_FILE = 1_000_000  # bytes of an experiment as JSON
MOST_STEPS = 10_000_000


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        raise Refusal("command", f"{message[0].upper()}{message[1:].rstrip('.')}.")


def main(words: Sequence[str] | None = None) -> int:
    """Does what the words ask for; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks "×" still gets the rest
    try:
        asked = _parser().parse_args(words)
        return asked.run(asked)
    except Refusal as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` for example, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (the interpreter flushes it on its way out)
        return 0


def _parser() -> Parser:
    parser = Parser(prog="python -m dlplay", description="A playground of deep-learning architectures.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Any, help: str, *, link: bool = False) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(run=run)
        if link:
            words = "query string of a shared link, name of a recipe or preset, or a file with an experiment as JSON"
            made.add_argument("link", metavar="LINK", help=words)
            made.add_argument("--steps", type=int, help="how far to train")
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    command("list", list_all, "architectures, presets, data sets and recipes")
    inspect = command("inspect", inspect_one, "every layer: output shape, parameters, MACs, receptive field")
    inspect.add_argument("name", metavar="NAME", help="a preset, or whatever LINK can be")
    weights = "whether a safetensors file with weights of GPT-2, BERT or ViT fits, tensor by tensor"
    inspect.add_argument("--weights", type=Path, metavar="FILE", help=weights)
    train = command("train", train_one, "trains here, with a progress bar", link=True)
    train.add_argument("--out", type=Path, metavar="DIR", help="where checkpoint, history and experiment are written")
    look = command("look", look_inside, "trains, then lists what every tap of the model sees", link=True)
    look.add_argument("--example", type=int, default=0, metavar="I", help="which held-out example, from 0")
    serve = commands.add_parser("serve", help="opens the playground", description="Opens the playground.")
    serve.set_defaults(run=serve_app)
    serve.add_argument("--port", type=int, default=8501, help="8501 where nothing is said")
    serve.add_argument("--address", default="127.0.0.1", help="0.0.0.0 opens it for a room")
    return parser


def list_all(asked: argparse.Namespace) -> int:
    """What there is. Needs no torch."""
    found = {
        "architectures": [
            {"slug": a.slug, "title": a.title, "year": a.year, "reads": list(a.reads), "presets": list(a.presets)}
            for a in architectures().values()
        ],
        "datasets": [{"slug": d.slug, "title": d.title, "gives": d.gives} for d in datasets().values()],
        "recipes": [{"name": r.name, "link": r.link, "watch": r.watch} for r in recipes().values()],
    }
    if asked.json:
        return _json(found)
    for record in architectures().values():
        print(f"{record.title} ({record.year}), reads {', '.join(record.reads)}")
        for title, chosen in record.presets.items():
            print(f"  {title}{'' if chosen.data else '  (published size, for inspect)'}")
    print("\nData sets")
    _table([(d.slug, d.title, d.gives) for d in datasets().values()], indent="  ")
    print("\nRecipes")
    _table([(slug, r.name, r.watch) for slug, r in recipes().items()], indent="  ")
    return 0


def inspect_one(asked: argparse.Namespace) -> int:
    """The anatomy of a preset or an experiment; nothing is allocated."""
    from dlplay import anatomy

    names = {title.casefold() for record in architectures().values() for title in record.presets}
    linked = asked.name.casefold() not in names and ("=" in asked.name or _is_file(asked.name) or _cooked(asked.name))
    wanted = _experiment(asked.name)[0] if linked else asked.name
    found = anatomy.inspect(wanted)
    if asked.weights:
        from dlplay import weights

        found["weights"] = asdict(weights.fits(anatomy.built(wanted), asked.weights))
    if asked.json:
        return _json(found)
    print(f"{found['name']}, input {_shape(found['input_shape'])}\n")
    rows = [("layer", "kind", "output", "parameters", "MACs", "sees")]
    for row in found["layers"]:
        field = row["receptive_field"]
        sees = f"{field['size']}×{field['size']}, stride {field['stride']}, padding {field['padding']}" if field else ""
        rows.append(
            (row["name"], row["kind"], _shape(row["output_shape"]), f"{row['parameters']:,}", f"{row['macs']:,}", sees)
        )
    _table(rows, right=(3, 4))
    print(f"\n{found['parameters']:,} parameters, {found['macs']:,} multiply-accumulates for one example")
    for what, value in found.get("published", {}).items():
        words = "multiply-accumulates" if what == "macs" else what
        print(f"published: {value:,} {words} ({'the same' if value == found[what] else 'differs'})")
    if "source" in found:
        print(found["source"])
    if "weights" in found:
        taken, left_out = found["weights"]["taken"], found["weights"]["left_out"]
        print(f"{asked.weights.name} fits: {len(taken):,} tensors are taken, {len(left_out):,} left out")
        for name in left_out:
            print(f"  {name} is not needed")
    return 0


def train_one(asked: argparse.Namespace) -> int:
    """Trains, prints how well, and writes what is asked for."""
    wanted, steps = _checked(asked)
    from dlplay.training.loop import Training

    with Training(wanted) as training:
        history, trouble = _train(training, steps)
        found: dict[str, Any] = {
            "experiment": as_json(training.experiment),
            "steps": training.step,
            "history": history,
            "metrics": _metrics(training),
            "seconds": training.seconds,
        }
        if trouble:
            found["diagnosis"] = trouble
        if asked.out:
            _write_out(asked.out, training, found)
    if asked.json:
        _json(found)
    else:
        print(f"{wanted.model.title} on {wanted.source.title}: {training.step:,} steps in {training.seconds:.1f} s")
        for part in ("train", "held_out"):
            loss, score = (_figure(found["metrics"][f"{part}_{what}"]) for what in ("loss", "score"))
            print(f"  {part.replace('_', '-').ljust(8)}  loss {loss}  {wanted.task.score_name} {score}")
        if trouble:
            print(trouble)
        if asked.out:
            print(f"written to {asked.out}: checkpoint.safetensors, history.json, experiment.json")
        print(f"link: {write(training.experiment)}")
    return 1 if trouble else 0


def look_inside(asked: argparse.Namespace) -> int:
    """Trains, then says what every tap saw of one example."""
    wanted, steps = _checked(asked)
    import torch

    from dlplay.probes.answers import answer
    from dlplay.tap import look
    from dlplay.training.loop import Training

    if not asked.json and sys.stderr.isatty():
        print(f"trains {steps:,} steps first; --steps says how many", file=sys.stderr)
    with Training(wanted) as training:
        seen = training.seen(example={"part": "held-out", "index": asked.example})
        seen.chosen()  # so that an example that is not there is refused before the training
        _train(training, steps)
        seen = training.seen(example={"part": "held-out", "index": asked.example})
        inputs, target = seen.chosen()
        with torch.no_grad():
            captures = look(seen.model, seen.tensor(inputs))
            outputs = seen.model(seen.tensor(inputs))
        said = None if training.task.each_step else answer(training.split, outputs[0], target)
        found: list[dict[str, Any]] = [
            {
                "name": capture.name,
                "axes": list(capture.axes),
                "shape": list(capture.value.shape),
                "min": float(capture.value.min()),
                "max": float(capture.value.max()),
            }
            for capture in captures.values()
        ]
        step = training.step
    if asked.json:
        seen_there = {"step": step, "example": asked.example, "answer": said, "captures": found}
        return _json({"experiment": as_json(wanted), **seen_there})
    print(f"{wanted.model.title} on {wanted.source.title} after {step:,} steps, held-out example {asked.example}")
    if said:
        print(_answered(said))
    print()
    rows = [("tap", "axes", "shape", "min", "max")]
    rows += [(c["name"], " ".join(c["axes"]), _shape(c["shape"]), f"{c['min']:.4g}", f"{c['max']:.4g}") for c in found]
    _table(rows, right=(3, 4))
    return 0


def serve_app(asked: argparse.Namespace) -> int:
    """Becomes the server; signals reach it directly."""
    if not APP.is_file():
        raise Refusal("serve", f"{APP} is not there; serve needs the whole project, not only its package.")
    if not 1 <= asked.port <= 65535:
        raise Refusal("port", f"port is {asked.port}; it can be 1 to 65535.")
    os.chdir(APP.parent)  # where .streamlit/config.toml is found
    where = [f"--server.port={asked.port}", f"--server.address={asked.address}"]
    words = [sys.executable, "-m", "streamlit", "run", str(APP), *where]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, words)
    return subprocess.call(words)


def _experiment(link: str) -> tuple[Experiment, int | None]:
    """The experiment that a link, a name or a file means, and how far it is usually trained. Raises `Refusal`."""
    if link.endswith(".json") or _is_file(link):
        return from_json(_file(Path(link))), None
    if "=" in link:
        return read(link.rpartition("?")[2]), None
    if _cooked(link):
        found = recipe(link)
        return found.experiment, found.steps
    try:
        record, chosen = preset(link)
    except Refusal:
        known = ", ".join(recipes())
        raise Refusal("link", f"{link[:40]!r} is no link, recipe, preset or file; recipes are {known}.") from None
    if not chosen.data:
        raise Refusal("link", f"{link[:40]!r} has its published size, which is for inspect; it is not trained here.")
    return experiment(record.slug, chosen.data, chosen.config, chosen.data_config, chosen.training), None


def _is_file(name: str) -> bool:
    """Whether it is the name of a file; what is too long for a name is none."""
    try:
        return Path(name).is_file()
    except OSError:
        return False


def _cooked(name: str) -> bool:
    try:
        recipe(name)
    except Refusal:
        return False
    return True


def _file(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE:
            size = path.stat().st_size
            raise Refusal("file", f"{path.name} has {size:,} bytes; an experiment has at most {LARGEST_FILE:,}.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal("file", f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("file", f"{path.name} does not hold JSON.") from None


def _checked(asked: argparse.Namespace) -> tuple[Experiment, int]:
    """The experiment, weighed, and the number of steps. Raises `Refusal`."""
    wanted, usual = _experiment(asked.link)
    if asked.steps is not None and not 0 <= asked.steps <= MOST_STEPS:
        raise Refusal("steps", f"steps is {asked.steps}; it can be 0 to {MOST_STEPS:,}.")
    from dlplay.anatomy import weigh

    weigh(wanted)
    if asked.steps is not None:
        return wanted, asked.steps
    return wanted, MOST_STEPS if wanted.training.epochs else (usual or UNASKED)


def _train(training: Training, steps: int) -> tuple[list[dict[str, Any]], str | None]:
    """Trains with a progress bar. Returns one entry a step, and what went wrong, if something did."""
    from tqdm import tqdm

    from dlplay.training.events import Diagnosis, Measured, Step

    history: list[dict[str, Any]] = []
    measured: dict[int, dict[str, Any]] = {}
    trouble = None
    end = min(steps, training.last or steps)
    with tqdm(total=end, unit=" steps", disable=None, file=sys.stderr, leave=False) as bar:
        for event in training.run(steps):
            if isinstance(event, Measured):
                shown = {k: v for k, v in asdict(event).items() if k not in ("step", "norms", "gates")}
                gates = {"gates": event.gates} if event.gates else {}
                measured[event.step] = {k: finite(v) for k, v in shown.items()} | gates
                bar.set_postfix_str(f"held-out {event.held_out_score:.3f}")
            elif isinstance(event, Step):
                history.append({"step": event.step, "loss": finite(event.loss)})
                bar.update(event.step - bar.n)
            elif isinstance(event, Diagnosis):
                trouble = event.sentence
    return [entry | measured.get(entry["step"], {}) for entry in history], trouble


def _metrics(training: Training) -> dict[str, float | None]:
    """Loss and score (accuracy, or R²) on both parts, in evaluation mode."""
    from dlplay.training import metrics

    found = {}
    for part, key in (("train", "train"), ("held-out", "held_out")):
        outputs, targets = metrics.flat(*training.answers(part), training.task)
        found[f"{key}_loss"] = finite(metrics.loss(outputs, targets, training.task))
        found[f"{key}_score"] = finite(metrics.score(outputs, targets, training.task))
    return found


def _write_out(folder: Path, training: Training, found: Mapping[str, Any]) -> None:
    """checkpoint.safetensors (all weights), history.json and experiment.json, which train and look read again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(training.snapshot(), folder / "checkpoint.safetensors")
        for name in ("history", "experiment"):
            (folder / f"{name}.json").write_text(json.dumps(found[name], allow_nan=False), encoding="utf-8")
    except OSError as error:
        raise Refusal("out", f"{folder} cannot be written: {error.strerror}.") from None


def _answered(said: Mapping[str, Any]) -> str:
    """One answer in words: "answers 7 with 0.98, truly 7", or "answers progression 152, truly 98"."""
    names, values, truth = said["names"], said["values"], said["true"]
    if said["kind"] == "classes":
        return f"answers {names[said['said']]} with {_figure(values[said['said']])}, truly {names[int(truth)]}"
    return f"answers {names[0]} {_figure(values[0])}, truly {_figure(truth)}"


def _figure(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.4f}"


def _shape(sizes: Sequence[int]) -> str:
    return " × ".join(map(str, sizes))


def _json(value: Any) -> int:
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))
    return 0


def _table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), indent: str = "") -> None:
    """Rows with their columns under each other."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        print(indent + "  ".join(cells).rstrip())


if __name__ == "__main__":
    sys.exit(main())
