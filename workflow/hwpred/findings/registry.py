"""Every table and figure of docs/: from which runs and which of their files it is made, and by which function."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from hwpred.drawing.registry import KINDS, every_space, examples
from hwpred.errors import InputError

FOLDERS = {".csv": "docs/results", ".png": "docs/figures", ".html": "docs"}
PROVENANCE = "docs/results/provenance"
PAPER, PUBLISHED = "data/paper", "data/published"
FIGURE = re.compile(r"\(figures/(\w+\.png)\)")
"""A figure in a template."""
HARD = ("nasbench201-cifar10-pixel3-latency", "nasbench201-cifar10-raspi4-latency")
"""The combinations of the run ``true_pairing``: the first is that of the published code's numbers."""
SPLITS = ("seed", "test_sizes")
"""Keys of studies that test sets follow from."""
FITS = (*SPLITS, "seeds", "train_sizes")
"""Keys of studies that fits follow from, one by one."""


@dataclass(frozen=True)
class Finding:
    """One family of tables and figures.

    Parameters
    ----------
    runs : tuple of str
        The studies that it is made from.
    function : str
        ``module:function`` in ``hwpred.findings``. It takes ``inputs`` and ``settings`` by name and returns a
        dictionary of ``outputs``: a table, a figure, a picture in bytes, or the path of a file that is copied.
    outputs : tuple of str
        File names: CSV files lie in docs/results, PNG files in docs/figures, HTML files in docs.
    inputs : callable
        From {run: ``hwpred.study.plan.Plan``} to {name: list of files}.
    settings : callable
        From the same to other arguments of the function.
    seconds : bool
        Whether it tells times, which another machine would not repeat. Such findings are a target of their own.
    minutes : int
        Run time to reserve.
    memory : int
        In MB.
    alike : tuple of str
        Keys that the studies have in common where they share a space: else the function would compare what differs in
        more than it says, or take the settings of one run for another.
    """

    runs: tuple[str, ...]
    function: str
    outputs: tuple[str, ...]
    inputs: Callable
    settings: Callable = field(default=lambda plans: {})
    seconds: bool = False
    minutes: int = 10
    memory: int = 3000
    alike: tuple[str, ...] = SPLITS


def path_of(output):
    """Return where a table, a figure or a page in HTML lies."""
    return f"{FOLDERS[Path(output).suffix]}/{output}"


def provenance_of(key):
    """Return where the provenance of a finding lies."""
    return f"{PROVENANCE}/{key}.json"


def files_of(key):
    """Return all files that a finding makes."""
    return [*map(path_of, FINDINGS[key].outputs), provenance_of(key)]


def inputs_of(key, plans):
    """Return what a finding reads.

    Parameters
    ----------
    key : str
    plans : mapping
        Run -> ``hwpred.study.plan.Plan``.

    Returns
    -------
    dict
        Name of the argument -> list of files.

    Raises
    ------
    InputError
        If the studies differ in what they should have in common.
    """
    _check_alike(key, plans)
    return FINDINGS[key].inputs(plans)


def _check_alike(key, plans):
    said = {}
    for run in FINDINGS[key].runs:
        for name, value in _said(plans[run], FINDINGS[key].alike):
            first, its = said.setdefault(name, (run, value))
            if value != its:
                raise InputError(
                    f"the finding {key} is made from the runs {first} and {run}, in whose studies {name} is {its} and "
                    f"{value}; give both the same"
                )


def _said(plan, names):
    """Yield what a study says under these keys, of its own spaces: name or ``name.space``, and the value."""
    for name in names:
        value = getattr(plan.study, name)
        if isinstance(value, dict):
            yield from ((f"{name}.{space}", value[space]) for space in every_space(plan))
        else:
            yield name, value


def settings_of(key, plans):
    """Return the other arguments of the function of a finding.

    Parameters
    ----------
    key, plans :
        As of ``inputs_of``.

    Returns
    -------
    dict
        Name of the argument -> value.
    """
    return FINDINGS[key].settings(plans)


def facts_of(key, plans):
    """Return what the provenance of a finding says of each run.

    Parameters
    ----------
    key, plans :
        As of ``inputs_of``.

    Returns
    -------
    dict
        Run -> seeds, combinations, digest of the configuration.
    """
    return {run: _facts(plans[run].study) for run in FINDINGS[key].runs}


def _facts(study):
    configuration = json.dumps(study.model_dump(mode="json"), sort_keys=True)
    return {
        "seed": study.seed,
        "seeds": study.seeds,
        "combinations": len(study.combinations),
        "configuration_sha256": sha256(configuration.encode()).hexdigest(),
    }


def contents_of(files):
    """Return {file: its hash}: what a page depends on besides its inputs, tables that are not made anew for it."""
    return {file: sha256(Path(file).read_bytes()).hexdigest() for file in files}


def template_of(page):
    """Return the template of a page."""
    return f"docs/pages/{page}.md.j2"


def tables_of(page):
    """Return the tables that a page is rendered from."""
    return [path_of(f"{name}.csv") for name in PAGES[page]]


def figures_of(page):
    """Return the figures that a page shows."""
    shown = FIGURE.findall(Path(template_of(page)).read_text(encoding="utf-8"))
    return [path_of(name) for name in dict.fromkeys(shown)]


def _evaluations(plans, run):
    return plans[run].evaluations()


def _each(plans, run, method, names=None):
    """Return the files of one kind of all combinations of a run, or of some of them."""
    return [getattr(plans[run], method)(name) for name in names or plans[run].combinations]


def _selectable(plans, run, method):
    return _each(plans, run, method, plans[run].selectable)


def _fits(plans, *runs):
    return [file for run in runs for name in plans[run].combinations for file in plans[run].fits(name)]


def _trials(plans, method):
    plan = plans["own_device"]
    return [file for name in plan.combinations for file in getattr(plan, method)(name)]


def _benchmark_of(fits):
    """Return the benchmark file of the job that writes a block of fits."""
    run, _, combination, predictor, block = Path(fits).parts[-5:]
    return f"results/{run}/benchmarks/train_predictor/{combination}/{predictor}/{Path(block).stem}.tsv"


def _architectures(plans, run, names=None):
    """Return the table of architectures of each combination."""
    plan = plans[run]
    return [plan.architectures(plan.combinations[name]["space"]) for name in names or plan.combinations]


def _structured_fits(plans):
    return _fits(plans, "structured", "structured_large")


def _receipts(plans, run):
    """Return the receipts of all files that hold a combination's measurements, each once."""
    plan = plans[run]
    receipts = [file for name in plan.combinations for file in plan.receipts(plan.request(name))]
    return list(dict.fromkeys(receipts))


def _splits(plans, run):
    """Return what the splits of a run's combinations, of one space, follow from."""
    study = plans[run].study
    (space,) = every_space(plans[run])
    sizes = {"train_sizes": study.train_sizes[space], "test_size": study.test_sizes[space]}
    return {"run_seed": study.seed, "seeds": study.seeds, **sizes}


def _whole_space_predictions(plans, *runs):
    return [file for run in runs for name in plans[run].combinations for file in plans[run].space_predictions(name)]


def _of_space(plans, run, space):
    return [name for name, entry in plans[run].combinations.items() if entry["space"] == space]


def _of_help(plans, run):
    """Return the combinations of a run that HELP published, in the one space that the run is looked at for."""
    combinations = plans[run].combinations
    return [name for name in _of_space(plans, run, OF_HELP[run]) if combinations[name]["source"] == "help"]


def _predictions(plans, run, space):
    return [file for name in _of_space(plans, run, space) for file in plans[run].predictions(name)]


def _nasbench201_predictions(plans):
    return _predictions(plans, "open_three_seeds", "nasbench201")


def _few_shot_settings(plan):
    return {
        "dead_operations": {name: plan.dead_operations(name, "structured_gp") for name in plan.combinations},
        "run_seed": plan.study.seed,
        "seeds": plan.study.seeds,
        "train_sizes": {plan.space(name): plan.train_sizes(name) for name in plan.combinations},
    }


def _measured_apart(name):
    """Return the finding of a table that a script measured and left in ``benchmarks``."""
    measured = f"benchmarks/{name}.csv"
    return Finding((), "benchmarks:tabulate", (f"{name}.csv",), lambda plans: {"measured": [measured]}, seconds=True)


CATALOGUES = tuple(f"config/{name}.yaml" for name in ("combinations", "zoo", "gpt", "nas_bench_graph"))
"""All definitions of combinations, but for those that pair values of others anew."""
OPEN = "open_three_seeds"
IN_HELP = ("cifar-titan_rtx_256", "cifar-gold_6226", "cifar-pixel2", "cifar10-eyeriss", "cifar10-fpga")
IN_HELP = tuple(f"nasbench201-{device}-latency" for device in IN_HELP)
"""The combinations of Table 4 of HELP."""
ON_CIFAR100 = ("nasbench201-cifar100-pi5_onnx-energy",)
"""A combination whose accuracies are those of that table."""
OF_HELP = {"priors": "fbnet", "devices": "nasbench201"}
"""Runs whose data hold HELP's devices of a space."""
DRIFTING = tuple(
    f"{of}-{device}-latency"
    for of, devices in {
        "fbnet-images": ("essential_ph_1", "pixel2", "samsung_s7"),
        "nasbench201-cifar": ("essential_ph_1", "pixel2", "samsung_s7", "gold_6240"),
    }.items()
    for device in devices
)
"""Combinations on which ``structured_gp`` is told the time of measuring."""
STEADY = ("fbnet-images-2080ti_64-latency", "nasbench201-cifar-titan_rtx_256-latency")
"""Combinations that hardly drift, to which made-up drifts are added."""
FIRST = HARD[:1]
"""The combination whose device is timed."""
COPIED = ("simulation_and_reality",)
"""Figures of that run that docs/ shows as they are."""
SCORES = ("structured", "evaluation_open", "transfer", "zoo", "gpt", "ofa", "declared", "devices")
"""Tables with scores of predictors; of a fit that stands in several, the first counts."""

FINDINGS = {
    "open_data": Finding(
        runs=(OPEN,),
        function="open_data:tabulate",
        outputs=("evaluation_open.csv", "search.csv", "compare_paper_curves.csv"),
        inputs=lambda plans: {"evaluations": _evaluations(plans, OPEN), "paper": [f"{PAPER}/paper_curves.csv"]},
    ),
    "open_figures": Finding(
        runs=(OPEN,),
        function="copies:figures",
        outputs=tuple(f"{name}.png" for name in COPIED),
        inputs=lambda plans: {"files": [plans[OPEN].figure(name, "png") for name in COPIED]},
    ),
    "deviations": Finding(
        runs=(OPEN,),
        function="deviations:tabulate",
        outputs=("deviations.csv",),
        inputs=lambda plans: {
            "predictions": _nasbench201_predictions(plans),
            "architectures": [plans[OPEN].architectures("nasbench201")],
        },
    ),
    "devices": Finding(
        runs=("devices",),
        function="devices:tabulate",
        outputs=("devices.csv",),
        inputs=lambda plans: {"evaluations": _evaluations(plans, "devices")},
    ),
    "published_code": Finding(
        runs=("baseline",),
        function="published_code:tabulate",
        outputs=("compare_published_code.csv",),
        inputs=lambda plans: {
            "evaluations": _evaluations(plans, "baseline"),
            "published": [f"{PAPER}/published_code.csv"],
        },
    ),
    "table3": Finding(
        runs=("table3",),
        function="table3:tabulate",
        outputs=("compare_table3.csv",),
        inputs=lambda plans: {
            "evaluations": _evaluations(plans, "table3"),
            "paper": [f"{PAPER}/paper_tables.csv"],
        },
    ),
    "embedded": Finding(
        runs=("default",),
        function="embedded:tabulate",
        outputs=("embedded.csv",),
        inputs=lambda plans: {
            "evaluations": _evaluations(plans, "default"),
            "paper": [f"{PAPER}/paper_tables.csv"],
            "paper_study": ["config/studies/paper.yaml"],
        },
    ),
    "selection": Finding(
        runs=(OPEN,),
        function="selection:tabulate",
        outputs=("selection_with_predictors.csv", "simulation_errors.csv"),
        inputs=lambda plans: {
            "selections": _selectable(plans, OPEN, "predicted_selection"),
            "comparisons": _selectable(plans, OPEN, "comparison"),
        },
    ),
    "simulation": Finding(
        runs=("pairing", "true_pairing", OPEN),
        function="simulation:tabulate",
        outputs=("simulation.csv", "simulation_beside_paper.csv", "simulation_beside_code.csv"),
        inputs=lambda plans: {
            "paper": [f"{PAPER}/paper_simulation.csv"],
            "published": [f"{PAPER}/published_simulation.csv"],
            **{run: _selectable(plans, run, "simulation") for run in ("pairing", "true_pairing", OPEN)},
        },
    ),
    "pairing": Finding(
        runs=("pairing", "true_pairing"),
        function="pairing:tabulate",
        outputs=("pairing_curves.csv", "pairing_factors.csv", "pairing_hypervolume.csv", "pairing.png"),
        inputs=lambda plans: {
            "pairing": _selectable(plans, "pairing", "simulation"),
            "true_pairing": _selectable(plans, "true_pairing", "simulation"),
            "architectures": _architectures(plans, "true_pairing"),
            "targets": _each(plans, "true_pairing", "targets"),
            "accuracies": _each(plans, "true_pairing", "accuracy"),
            "paper": [f"{PAPER}/paper_simulation.csv"],
            "published": [f"{PAPER}/published_simulation.csv"],
        },
        settings=lambda plans: {"run_seed": plans["true_pairing"].study.seed},
    ),
    "structured": Finding(
        runs=("structured", "structured_large", "structured_untold", "structured_rivals", OPEN, "open_devices"),
        function="structured:tabulate",
        outputs=("best_of_eighteen.csv", "structured.csv", "structured.png"),
        inputs=lambda plans: {
            "told": _structured_fits(plans),
            "untold": _fits(plans, "structured_untold"),
            "rivals": _evaluations(plans, "structured_rivals"),
            "open_data": _evaluations(plans, OPEN),
            "open_devices": _evaluations(plans, "open_devices"),
        },
    ),
    "derived_structure": Finding(
        runs=("derived_structure", "hand_written_structure"),
        function="derived_structure:tabulate",
        outputs=("derived_structure.csv",),
        alike=FITS,
        inputs=lambda plans: {
            "derived": _fits(plans, "derived_structure"),
            "hand_written": _fits(plans, "hand_written_structure"),
        },
    ),
    "transfer": Finding(
        runs=("transfer", "transfer_untold"),
        function="transfer:tabulate",
        outputs=("transfer.csv",),
        inputs=lambda plans: {"told": _fits(plans, "transfer"), "untold": _fits(plans, "transfer_untold")},
    ),
    "designs": Finding(
        runs=("designs_random", "designs_maximin", "designs_d_optimal", "designs_active"),
        function="designs:tabulate",
        outputs=("designs.csv", "designs.png"),
        alike=FITS,
        inputs=lambda plans: {
            name: _fits(plans, f"designs_{name}") for name in ("random", "maximin", "d_optimal", "active")
        },
    ),
    "calibration": Finding(
        runs=("structured", "structured_untold"),
        function="calibration:tabulate",
        outputs=("calibration.csv", "calibration.png"),
        inputs=lambda plans: {
            "explanations": _each(plans, "structured", "explanation"),
            "untold": _fits(plans, "structured_untold"),
        },
    ),
    "priors": Finding(
        runs=("priors",),
        function="priors:tabulate",
        outputs=("priors.csv",),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "priors"),
            "targets": _each(plans, "priors", "targets"),
        },
        minutes=30,
    ),
    "zoo": Finding(
        runs=("zoo", "zoo_transfer"),
        function="zoo:tabulate",
        outputs=("zoo.csv", "zoo_selection.csv", "zoo_agreement.csv"),
        inputs=lambda plans: {
            "fits": _fits(plans, "zoo", "zoo_transfer"),
            "space_predictions": _whole_space_predictions(plans, "zoo", "zoo_transfer"),
            "architectures": _architectures(plans, "zoo"),
            "targets": _each(plans, "zoo", "targets"),
            "accuracies": _each(plans, "zoo", "accuracy"),
            "receipts": _receipts(plans, "zoo"),
        },
        settings=lambda plans: {"splits": _splits(plans, "zoo")},
    ),
    "zoo_families": Finding(
        runs=("zoo",),
        function="zoo_families:tabulate",
        outputs=("zoo_families.csv",),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "zoo"),
            "targets": _each(plans, "zoo", "targets"),
        },
        settings=lambda plans: {"run_seed": plans["zoo"].study.seed},
        minutes=30,
    ),
    "language_models": Finding(
        runs=("gpt",),
        function="language_models:tabulate",
        outputs=("gpt.csv", "gpt_drift.csv"),
        inputs=lambda plans: {
            "fits": _fits(plans, "gpt"),
            "architectures": _architectures(plans, "gpt"),
            "targets": _each(plans, "gpt", "targets"),
            "receipts": _receipts(plans, "gpt"),
        },
        settings=lambda plans: {"splits": _splits(plans, "gpt")},
    ),
    "declared": Finding(
        runs=("declared", "declared_slow"),
        function="scores:tabulate",
        outputs=("declared.csv",),
        inputs=lambda plans: {"fits": _fits(plans, "declared", "declared_slow")},
        settings=lambda plans: {"name": "declared.csv"},
    ),
    "ofa": Finding(
        runs=("ofa",),
        function="scores:tabulate",
        outputs=("ofa.csv",),
        inputs=lambda plans: {"fits": _fits(plans, "ofa")},
        settings=lambda plans: {"name": "ofa.csv"},
    ),
    "own_device": Finding(
        runs=("own_device",),
        function="own_device:tabulate",
        outputs=("own_device.csv", "choosing.csv"),
        inputs=lambda plans: {
            "draws": _trials(plans, "draws"),
            "choices": _trials(plans, "choices"),
            "targets": _each(plans, "own_device", "targets"),
            "accuracies": _each(plans, "own_device", "accuracy"),
        },
    ),
    "limits": Finding(
        runs=("limits",),
        function="limits:tabulate",
        outputs=("limits.csv", "limits_help.csv", "limits.png"),
        inputs=lambda plans: {
            "selections": _selectable(plans, "limits", "limited_selection"),
            "targets": _each(plans, "limits", "targets", IN_HELP),
            "accuracy": _each(plans, "limits", "accuracy", ON_CIFAR100),
            "predictions": [file for name in IN_HELP for file in plans["limits"].space_predictions(name)],
        },
    ),
    "twins": Finding(
        runs=(OPEN, "structured"),
        function="twins:tabulate",
        outputs=("twins.csv",),
        inputs=lambda plans: {
            "predictions": [file for run in (OPEN, "structured") for file in _predictions(plans, run, "nasbench201")],
            "architectures": [plans[OPEN].architectures("nasbench201")],
            "targets": _each(plans, "structured", "targets", _of_space(plans, "structured", "nasbench201")),
        },
        settings=lambda plans: {
            "run_seed": plans[OPEN].study.seed,
            "test_size": plans[OPEN].study.test_sizes["nasbench201"],
        },
    ),
    "drift": Finding(
        runs=("priors", "devices"),
        function="drift:tabulate",
        outputs=("drift.csv", "drift_component.csv"),
        inputs=lambda plans: {
            "architectures": [file for run in OF_HELP for file in _architectures(plans, run, _of_help(plans, run))],
            "targets": [file for run in OF_HELP for file in _each(plans, run, "targets", _of_help(plans, run))],
        },
        settings=lambda plans: {"tried": DRIFTING, "run_seed": plans["devices"].study.seed},
        minutes=60,
    ),
    "few_shot": Finding(
        runs=("nasflat",),
        function="few_shot:tabulate",
        outputs=("few_shot.csv", "few_shot.png"),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "nasflat"),
            "targets": _each(plans, "nasflat", "targets"),
            "sets": [f"{PUBLISHED}/nasflat_sets.yaml"],
            "published": [f"{PUBLISHED}/few_shot.csv"],
            "tuned": ["config/studies/priors.yaml"],
        },
        settings=lambda plans: _few_shot_settings(plans["nasflat"]),
        minutes=60,
    ),
    "drift_made_up": Finding(
        runs=("priors", "devices"),
        function="drift:tabulate_made_up",
        outputs=("drift_made_up.csv",),
        inputs=lambda plans: FINDINGS["drift"].inputs(plans),
        settings=lambda plans: {"steady": STEADY, "run_seed": plans["devices"].study.seed},
    ),
    "device_speed": Finding(
        runs=("own_device",),
        function="device_speed:tabulate",
        outputs=("device_speed.csv",),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "own_device", FIRST),
            "targets": _each(plans, "own_device", "targets", FIRST),
            "accuracy": _each(plans, "own_device", "accuracy", FIRST),
        },
        settings=lambda plans: {"run_seed": plans["own_device"].study.seed},
        seconds=True,
    ),
    "combinations": Finding(
        runs=(),
        function="combinations:tabulate",
        outputs=("combinations.csv",),
        inputs=lambda plans: {"catalogues": list(CATALOGUES), "sources": ["config/sources.yaml"]},
    ),
    "leaderboard": Finding(
        runs=(),
        function="leaderboard:tabulate",
        outputs=("leaderboard.csv", "leaderboard_combinations.csv", "leaderboard.html"),
        inputs=lambda plans: {
            "scores": [path_of(f"{name}.csv") for name in SCORES],
            "catalogue": [path_of("combinations.csv")],
            "drift": [path_of("drift.csv")],
        },
    ),
    "cost": Finding(
        runs=(OPEN,),
        function="cost:tabulate",
        outputs=("cost.csv", "cost_jobs.csv"),
        inputs=lambda plans: {
            "fits": _fits(plans, OPEN),
            "benchmarks": [_benchmark_of(file) for file in _fits(plans, OPEN)],
        },
        seconds=True,
    ),
    "cost_figure": Finding(
        runs=(),
        function="cost:figures",
        outputs=("cost.png",),
        inputs=lambda plans: {"cost": [path_of("cost.csv")], "structured": [path_of("structured_cost.csv")]},
        seconds=True,
    ),
    "gpu": _measured_apart("gpu"),
    "size": _measured_apart("size"),
    "versions": _measured_apart("versions"),
    "libraries": Finding(
        runs=(),
        function="libraries:tabulate",
        outputs=("libraries.csv",),
        inputs=lambda plans: {
            "suite": [f"benchmarks/{name}.py" for name in ("test_libraries", "works", "by_libraries", "gpu")]
        },
        seconds=True,
        minutes=20,
    ),
    "faults": Finding(
        runs=(),
        function="faults:tabulate",
        outputs=("faults.csv",),
        inputs=lambda plans: {"measured": ["benchmarks/faults.csv", "benchmarks/faults_slurm.csv"]},
        seconds=True,
    ),
    "overhead_slurm": _measured_apart("overhead_slurm"),
    "counting": Finding(
        runs=("own_device",),
        function="counting:tabulate",
        outputs=("counting.csv",),
        inputs=lambda plans: {"architectures": _architectures(plans, "own_device", FIRST)},
        settings=lambda plans: {"run_seed": plans["own_device"].study.seed},
        seconds=True,
    ),
    "published_code_cost": Finding(
        runs=("baseline",),
        function="published_code:tabulate_cost",
        outputs=("published_code_cost.csv",),
        inputs=lambda plans: inputs_of("published_code", plans),
        seconds=True,
    ),
    "structured_cost": Finding(
        runs=("structured", "structured_large"),
        function="structured:tabulate_cost",
        outputs=("structured_cost.csv",),
        inputs=lambda plans: {"told": _structured_fits(plans)},
        seconds=True,
    ),
    "budget": Finding(
        runs=("digits",),
        function="budget:tabulate",
        outputs=("budget.csv",),
        inputs=lambda plans: {"offers": _selectable(plans, "digits", "budget")},
        seconds=True,
    ),
    "simulation_cost": Finding(
        runs=("true_pairing",),
        function="simulation_cost:tabulate",
        outputs=("simulation_cost.csv",),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "true_pairing", HARD[:1]),
            "targets": _each(plans, "true_pairing", "targets", HARD[:1]),
            "accuracy": _each(plans, "true_pairing", "accuracy", HARD[:1]),
        },
        settings=lambda plans: {"run_seed": plans["true_pairing"].study.seed},
        seconds=True,
    ),
    "ngboost": Finding(
        runs=("table3",),
        function="ngboost:tabulate",
        outputs=("compare_ngboost.csv",),
        inputs=lambda plans: {
            "architectures": _architectures(plans, "table3", HARD),
            "targets": _each(plans, "table3", "targets", HARD),
        },
        seconds=True,
    ),
    "onnx": Finding(
        runs=(),
        function="network_files:tabulate",
        outputs=("onnx.csv",),
        inputs=lambda plans: {"times": ["data/embedded/onnx_networks.csv"], "program": ["examples/write_networks.py"]},
        minutes=20,
    ),
    "gallery": Finding(
        runs=("default",),
        function="gallery:shrink",
        # The default study searches no hyperparameters.
        outputs=("gallery.csv", *(f"gallery/{kind}.png" for kind in KINDS if kind != "search_gain")),
        inputs=lambda plans: {
            kind: [plans["default"].figure(name)] for kind, name in examples(plans["default"]).items()
        },
        settings=lambda plans: {"names": examples(plans["default"])},
        seconds=True,
    ),
    "onnx_files": Finding(
        runs=(),
        function="large_files:tabulate",
        outputs=("onnx_files.csv",),
        inputs=lambda plans: {"program": ["examples/write_networks.py"]},
        seconds=True,
    ),
}
"""All tables and figures of docs/, by key."""

PAGES = {
    "findings": (
        "evaluation_open",
        "search",
        "compare_paper_curves",
        "compare_table3",
        "embedded",
        "devices",
        "deviations",
        "simulation",
        "simulation_beside_paper",
        "simulation_beside_code",
        "selection_with_predictors",
        "simulation_errors",
        "pairing_hypervolume",
        "structured",
        "cost",
        "leaderboard",
        "few_shot",
        "limits",
        "calibration",
        "drift",
        "zoo",
    ),
    "structured": (
        "structured",
        "evaluation_open",
        "derived_structure",
        "transfer",
        "designs",
        "calibration",
        "priors",
        "few_shot",
    ),
    "cost": (
        "cost",
        "cost_jobs",
        "structured_cost",
        "gpu",
        "published_code_cost",
        "libraries",
        "simulation_cost",
        "size",
        "versions",
        "overhead_slurm",
    ),
    "zoo": ("zoo", "zoo_selection", "zoo_agreement", "zoo_families"),
    "language_models": ("gpt", "gpt_drift"),
    "declared": ("declared", "ofa"),
    "combinations": ("combinations", "structured", "devices", "zoo", "gpt", "declared", "ofa"),
    "own_device": ("own_device", "choosing", "device_speed"),
    "your_networks": ("onnx", "onnx_files"),
    "drift": ("drift", "drift_component", "drift_made_up"),
    "limits": ("limits", "limits_help"),
    "few_measurements": ("few_shot", "drift"),
    "pairing": ("pairing_curves", "pairing_factors", "pairing_hypervolume"),
    "predictors": (
        "twins",
        "compare_published_code",
        "compare_ngboost",
        "compare_table3",
    ),
    "gallery": ("gallery",),
    "faults": ("faults",),
    "reproduce": (),
    "tables": (),
}
"""The tables that each page of docs/ is rendered from; its template is docs/pages/<page>.md.j2."""
