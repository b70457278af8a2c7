"""A small run for the page of answers: its tables, made up, and the page from them."""

import json

import numpy as np
import pandas as pd

from hwpred.answer.reading import Files
from hwpred.answer.writing import write_answer
from hwpred.metrics import all_measures, relative_errors
from hwpred.selection.stages.making import make
from hwpred.spaces import get_space
from hwpred.tables import write_table

SIZES = (11, 25, 55)
NOISE = {"structured_gp": 0.2, "ridge_reg": 0.7, "rf": 1.0}
"""Standard deviation of each predictor's errors with the fewest measurements."""
ARCHITECTURES, TESTED = 400, 60
NAME = "nasbench201-cifar10-{}-latency"


def write_page(folder, devices=("phone", "board"), **changes):
    """Write the tables of a run and its page; return the page and the words, two paths."""
    tables = [write_combination(folder, device, **changes) for device in devices]
    page, words = folder / "answer.html", folder / "answer.txt"
    plans = folder / "plans" / "nasbench201.json"
    plans.parent.mkdir()
    texts = [get_space("nasbench201").to_text(row) for row in get_space("nasbench201").enumerate()[:300].tolist()]
    plans.write_text(json.dumps({"from": 25, "random": texts, "few": {"11": texts[:11]}}))
    write_answer(tables, [plans], "small", 1, page, words)
    return page, words


def write_combination(
    folder, device, seeds=3, accuracies=True, predictors=tuple(NOISE), lacking=(), seconds=2.0, logarithmic=False
):
    """Write the tables of one combination; ``lacking`` are (predictor, size) that have no fit.

    ``logarithmic``: values differ by orders of magnitude, and their logarithm is what is learnt.
    """
    name, random = NAME.format(device), np.random.default_rng(len(device))
    operations = get_space("nasbench201").enumerate()[random.permutation(15625)[:ARCHITECTURES]]
    values = 1.0 + (operations == 3).sum(axis=1) * 2 + random.uniform(0, 0.5, ARCHITECTURES)
    facts = {"combination": name, "space": "nasbench201", "task": "cifar10", "device": device, "metric": "latency"}
    values, learnt = (np.exp(values), values) if logarithmic else (values, values)
    facts |= {"target": "logarithm"} if logarithmic else {}
    frames = _fits(values, learnt, seeds, {*((key, size) for key in predictors for size in SIZES)} - {*lacking}, random)
    files = _Writer(folder, name)
    files.targets(facts, values, learnt, seconds)
    files.architectures(operations)
    if accuracies:
        files.accuracy(random)
    return files.written(frames, facts, accuracies)


def _fits(values, learnt, seeds, fitted, random):
    """Return {predictor: (fits, predictions, space_predictions)}."""
    target = (learnt - learnt.mean()) / learnt.std()
    told = {}
    for key, size in sorted(fitted):
        for seed in range(seeds):
            guess = target + random.normal(0, NOISE[key] * (SIZES[0] / size) ** 0.3, len(target))
            same = {"predictor": key, "train_size": size, "seed": seed}
            tested = np.arange(seed, seed + TESTED)
            row = {**same, "test_size": TESTED, **all_measures(target[tested], guess[tested])}
            in_unit = learnt.mean() + learnt.std() * guess[tested]
            in_unit = in_unit if learnt is values else np.exp(in_unit)
            row |= {**relative_errors(values[tested], in_unit), "coverage_95": np.nan}
            row |= {"fit_seconds": 0.01, "search_seconds": 0.0, "predict_seconds": 1e-5, "search_gain": np.nan}
            fits, predictions, everything = told.setdefault(key, ([], [], []))
            fits.append({**row, "hyperparameters": "{}"})
            pairs = {"architecture": tested, "target": target[tested], "prediction": guess[tested]}
            predictions.append(pd.DataFrame({**same, **pairs}))
            measured = np.arange(len(target)) >= len(target) - size
            whole = {"architecture": np.arange(len(target)), "measured": measured, "prediction": guess, "std": np.nan}
            everything.append(pd.DataFrame({"train_size": size, "seed": seed, **whole}))
    return told


class _Writer:
    def __init__(self, folder, name):
        self.folder, self.name, self.read = folder, name, {}

    def targets(self, facts, values, learnt, seconds):
        notes = {
            "noise_ceiling": 0.95,
            "noise_ceiling_pairs": 200,
            "seconds_per_architecture": seconds,
            "date": "2026-01-02",
        }
        notes["device"] = [{"processor": "A <processor> & co", "system": "Linux", "threads": 1}]
        metadata = {
            **facts,
            **{"unit": "ms", "direction": "smaller", "source": "measured", "licence": "CC0-1.0", "batch_size": 1},
            **{"architectures": len(values), "missing": 0, "files": {"data/a.parquet": "0" * 64}, "notes": notes},
        }
        standardised = (learnt - learnt.mean()) / learnt.std()
        frame = pd.DataFrame({"architecture": np.arange(len(values)), "value": values, "target": standardised})
        self._write(frame, "targets", f"targets/{self.name}.parquet", metadata)

    def architectures(self, operations):
        space = get_space("nasbench201")
        texts = [space.to_text(row) for row in operations.tolist()]
        positions = {f"p{i}": operations[:, i] for i in range(operations.shape[1])}
        frame = pd.DataFrame({"architecture": np.arange(len(texts)), "operations": texts, **positions})
        self._write(frame, "architectures", f"{self.name}/architectures.parquet", {"space": "nasbench201"})

    def accuracy(self, random):
        metadata = {"space": "nasbench201", "task": "letters", "unit": "%", "direction": "larger", "source": "measured"}
        metadata |= {"architectures": ARCHITECTURES, "missing": 0, "notes": {}, "title": "accuracy on noisy letters"}
        frame = pd.DataFrame(
            {"architecture": np.arange(ARCHITECTURES), "accuracy": random.uniform(50, 90, ARCHITECTURES)}
        )
        self._write(frame, "accuracy", f"{self.name}/accuracy.parquet", metadata)

    def written(self, frames, facts, accuracies):
        for key, (fits, predictions, everything) in frames.items():
            metadata = {**facts, "predictor": key, "skipped": None}
            for kind, frame in (
                ("fits", pd.DataFrame(fits)),
                ("predictions", pd.concat(predictions)),
                ("space_predictions", pd.concat(everything)),
            ):
                self._write(frame, kind, f"{kind}/{self.name}/{key}/0-2.parquet", metadata)
        many = ("fits", "predictions", *(["space_predictions"] if accuracies else []))
        one = {kind: paths[0] for kind, paths in self.read.items() if kind not in (*many, "space_predictions")}
        limits = self._limits() if accuracies else None
        return Files(**one, **{kind: self.read[kind] for kind in many}, limits=limits)

    def _limits(self):
        path = self.folder / "limited_selection" / f"{self.name}.parquet"
        files = {"targets": self.read["targets"][0], "accuracy": self.read["accuracy"][0]}
        make("limited", {**files, "predictions": self.read["space_predictions"]}, {}, path)
        return path

    def _write(self, frame, kind, path, metadata):
        write_table(frame.reset_index(drop=True), self.folder / path, kind, metadata)
        self.read.setdefault(kind, []).append(str(self.folder / path))
