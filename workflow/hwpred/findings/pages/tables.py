"""The lists of docs/tables.md: all tables of a run and of docs/results, and what their columns mean."""

from textwrap import fill

from hwpred.columns import COLUMNS, ENDINGS
from hwpred.findings.registry import FINDINGS
from hwpred.run_tables import PEOPLES_TABLES, STAGE_TABLES

ROWS = {
    "best_of_eighteen.csv": "a combination at a training size: the best of the eighteen predictors",
    "budget.csv": "a time budget and a strategy, on a combination and at a time of one measurement",
    "calibration.csv": "a combination at a training size: what the intervals of `structured_gp` cover",
    "choosing.csv": "a device, a limit and a number of measurements: whether the best architecture is chosen",
    "combinations.csv": "a combination that can be studied",
    "compare_ngboost.csv": "an implementation of NGBoost on a combination, at a training size",
    "compare_paper_curves.csv": "a predictor at a training size: our mean curve beside the paper's",
    "compare_published_code.csv": "a predictor on a combination, at a training size: ours beside the published code",
    "compare_table3.csv": "a value of the paper's Table 3 beside ours",
    "cost.csv": "a predictor on a space, at a training size: what a fit costs",
    "cost_jobs.csv": "a predictor: what its jobs cost",
    "counting.csv": "a way of counting the operators of a network",
    "declared.csv": "a predictor on a declared space, at a training size",
    "derived_structure.csv": "a combination at a training size: structure counted from networks, and by hand",
    "designs.csv": "a way to choose training points, a predictor, a combination and a training size",
    "deviations.csv": "a predictor on a combination, at a training size: the shape of its deviations",
    "device_speed.csv": "a format of a saved device: what loading and predicting costs",
    "devices.csv": "a predictor on a combination, at a training size",
    "drift.csv": "a combination: whether it drifts, and what that costs",
    "drift_component.csv": "a combination, a way to choose training points: tau with and without a component of time",
    "drift_made_up.csv": "a combination and a drift that was made up: how much of it is found",
    "embedded.csv": "a combination of the project beside the paper's most similar one",
    "evaluation_open.csv": "a predictor on a combination of the open data, at a training size",
    "faults.csv": "a test in which something is damaged on purpose",
    "few_shot.csv": "a device of a published protocol and a predictor, after a few measurements",
    "gallery.csv": "a kind of figure: the one that the gallery shows of it",
    "gpt.csv": "a predictor on a set of language models, at a training size",
    "gpt_drift.csv": "a set of language models: how noisy and how steady its measurements are",
    "gpu.csv": "a predictor on a GPU beside one core",
    "leaderboard.csv": "a predictor in a view, after a number of measurements",
    "leaderboard_combinations.csv": "a predictor on a combination, after a number of measurements",
    "libraries.csv": "a work of some size: CPU time of a library and of ours",
    "limits.csv": "a predictor on a combination, at a training size, by margin and verification",
    "limits_help.csv": "the same on the devices that HELP reports, after ten measurements",
    "ofa.csv": "a predictor on once-for-all's networks, at a training size",
    "onnx.csv": "a predictor on networks in ONNX files, at a training size",
    "onnx_files.csv": "a kind of ONNX files: what counting their operators takes",
    "overhead_slurm.csv": "a way to run small jobs: what one of them costs",
    "own_device.csv": "a device, a training size, and whether dead operations were told",
    "pairing_curves.csv": "a pairing and a deviation: what selecting loses",
    "pairing_factors.csv": "a deviation: how many times the true pairing's loss the published pairing loses",
    "pairing_hypervolume.csv": "a device and a pairing: hypervolumes of all and of fewer architectures",
    "priors.csv": "a kind of effect and a form of it: how large it is on the devices of `config/studies/priors.yaml`",
    "published_code_cost.csv": "a predictor on a combination, at a training size: what a fit costs, ours and theirs",
    "search.csv": "a predictor on a space, at a training size: what the search of hyperparameters gains",
    "selection_with_predictors.csv": "a predictor on a combination, at a training size, by how it is verified",
    "simulation.csv": "a number of architectures and a deviation, on a combination: means over simulated selections",
    "simulation_beside_code.csv": "a cell of the simulation: ours minus the published code's",
    "simulation_beside_paper.csv": "a point of the paper's curves beside ours",
    "simulation_cost.csv": "a number of architectures: what simulating a selection costs",
    "size.csv": "a work of some size: what it takes of time and memory",
    "simulation_errors.csv": "a measure and a kind of simulation: how far it is off the real cost",
    "structured.csv": "a structured predictor on a combination, at a training size, beside the best of the eighteen",
    "structured_cost.csv": "a structured predictor on a combination, at a training size: what a fit costs",
    "transfer.csv": "a predictor on a combination, at a training size: what other devices add",
    "twins.csv": "a predictor on a combination, at a training size: test architectures with a twin, and the others",
    "versions.csv": "a predictor: its fits by this version and by the one before",
    "zoo.csv": "a predictor on a set-up of timm's image networks, at a training size",
    "zoo_agreement.csv": "two set-ups of timm's image networks",
    "zoo_families.csv": "a predictor on a family of image networks that it never saw, at a training size",
    "zoo_selection.csv": "a predictor on a set-up and a limit, at a training size: what the chosen network loses",
}
"""What a row of each table of docs/results is."""
WIDTH = 120
"""Letters in a line of the page's source."""
GROUPS = {
    "text": "Names and texts",
    "count": "Counts",
    "number with a unit": "Numbers with a unit",
    "number": "Numbers without a unit",
    "flag": "True or false",
}
"""The kinds of columns, in the order of the page."""


def numbers(tables):
    """Return the lists of the page by name.

    Parameters
    ----------
    tables : mapping
        Not used: this page follows from the registries alone.
    """
    names = [name for finding in FINDINGS.values() for name in finding.outputs if name.endswith(".csv")]
    return {
        "opened": list(map(_entry, PEOPLES_TABLES)),
        "stages": list(map(_entry, STAGE_TABLES.values())),
        "findings": [{"name": name, "row": ROWS[name]} for name in sorted(names)],
        "endings": [f"`{ending}` ({words})" for ending, words in ENDINGS.items()],
        "groups": groups(),
    }


def _entry(table):
    columns = fill(", ".join(f"`{name}`" for name in table.columns), WIDTH, break_on_hyphens=False)
    return {"path": table.path, "row": table.row, "rule": table.rule, "columns": columns}


def groups():
    """Return the columns of all tables by kind: names and texts, counts, and numbers with and without a unit."""
    parts = {}
    for name, column in sorted(COLUMNS.items()):
        kind = column.kind if column.kind != "number" else "number with a unit" if column.unit else "number"
        parts.setdefault(kind, []).append({"name": name, "meaning": column.meaning, "unit": column.unit})
    return [
        {"title": title, "columns": parts[kind], "units": kind == "number with a unit"}
        for kind, title in GROUPS.items()
    ]
