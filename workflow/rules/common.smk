# Configuration, its checks, and the few helpers that rules share.

import re
from pathlib import Path

from hwpred.configuration import (
    ConfigurationError,
    check_measure,
    check_schema,
    check_study,
    read_catalogue,
    read_yaml,
)
from hwpred.digest import digest
from hwpred.measurement.class_plan import class_chunk_names
from hwpred.measurement.plan import chunk_names
from hwpred.predictors import REGISTRY
from hwpred.sources import LOCAL_SOURCES, get_source
from hwpred.spaces import get_space

SCHEMAS = Path(workflow.current_basedir).parent / "schemas"


def read_configuration():
    check_schema(config, SCHEMAS / "config.schema.json", "configuration")
    combinations, accuracies = read_catalogue(
        config["catalogues"], SCHEMAS / "combinations.schema.json"
    )
    check_study(config, combinations, accuracies)
    if "measure" in config:
        check_measure(config["measure"])
    sources = read_yaml(config["sources"])
    check_schema(sources, SCHEMAS / "sources.schema.json", config["sources"])
    return combinations, accuracies, sources


try:
    CATALOGUE, ACCURACIES, SOURCES = read_configuration()
except ConfigurationError as error:
    raise WorkflowError(str(error))

RUN = f"results/{config['run']}"
COMBINATIONS = {name: CATALOGUE[name] for name in config["combinations"]}
TRANSFERS = any(REGISTRY[predictor].transfers for predictor in config["predictors"])
SOURCE_DEVICES = (
    {
        name: CATALOGUE[name]
        for entry in COMBINATIONS.values()
        for name in entry.get("transfer_from", [])
    }
    if TRANSFERS
    else {}
)
MEASURED = {**COMBINATIONS, **SOURCE_DEVICES}
MEASURE = config.get("measure", {"combinations": [], "computed": []})
SPACES_USED = sorted(
    {
        entry["space"]
        for entry in (
            *COMBINATIONS.values(),
            *MEASURE["combinations"],
            *MEASURE["computed"],
        )
    }
    | ({"nasbench201"} if MEASURE.get("train_accuracies") else set())
)
SELECTABLE = {
    name: entry for name, entry in COMBINATIONS.items() if "accuracy" in entry
}
TIMED = {
    "{space}-{task}-{device}-latency".format(**entry): entry
    for entry in MEASURE["combinations"]
}
COMPUTED = {
    "{space}-{task}-graph-{metric}".format(**entry): entry
    for entry in MEASURE["computed"]
}
PLAN_KEYS = (
    "visits",
    "chunk_size",
    "references",
    "reference_seconds",
    "outlier_spread",
)
ACCURACIES_USED = sorted(
    {
        f"{entry['space']}-{entry['accuracy']}"
        for entry in COMBINATIONS.values()
        if "accuracy" in entry
    }
)


wildcard_constraints:
    combination="|".join(map(re.escape, MEASURED)),
    predictor="|".join(config["predictors"]),
    space="|".join(SPACES_USED),
    accuracy="|".join(map(re.escape, ACCURACIES_USED)) or "none",
    source="[a-z0-9]+",
    file="[A-Za-z0-9._/-]+",
    block=r"\d+-\d+",


def predictor_modules(predictor, space):
    """What the numbers of a predictor stand on beside what all share: its modules, and how its encoding is made."""
    designed = config["design"] != "random"
    entries = [REGISTRY[key] for key in (predictor, *["structured_gp"] * designed)]
    modules = [
        f"predictors/{module}.py"
        for entry in entries
        for module in (entry.module, *entry.stands_on)
    ]
    encoding = ()
    if any(entry.structured for entry in entries):
        encoding = ("__init__", "blocks", "mobile_blocks", space)
    return [
        *modules,
        "spaces/base.py",
        f"spaces/{space}.py",
        *(f"structure/{module}.py" for module in encoding),
    ]


def seed_blocks(predictor):
    """Names of the blocks of seeds, "0-24"; a predictor that is not trained has one fit."""
    if not REGISTRY[predictor].trained:
        return ["0-0"]
    seeds, block = config["seeds"], config["seed_block"]
    return [
        f"{first}-{min(first + block, seeds) - 1}" for first in range(0, seeds, block)
    ]


def seeds_of(block):
    first, last = map(int, block.split("-"))
    return list(range(first, last + 1))


def files_by_block(folder, combination):
    return [
        f"{RUN}/{folder}/{combination}/{predictor}/{block}.parquet"
        for predictor in config["predictors"]
        for block in seed_blocks(predictor)
    ]


def fit_files(combination):
    return files_by_block("fits", combination)


def prediction_files(combination):
    """The blocks that hold predictions: those of the first ``prediction_seeds`` seeds."""
    files = files_by_block("predictions", combination)
    return first_blocks(files, config["prediction_seeds"])


def first_blocks(files, seeds):
    """Those of the files whose block holds one of the first seeds."""
    return [file for file in files if seeds_of(Path(file).stem)[0] < seeds]


def selecting_seeds(combination, block):
    """The seeds of a block whose fits select architectures, and so predict all of them."""
    return [
        seed
        for seed in seeds_of(block)
        if combination in SELECTABLE and seed < config["selection"]["seeds"]
    ]


def selecting_files(folder, combination):
    """The blocks with seeds that select."""
    return first_blocks(
        files_by_block(folder, combination), config["selection"]["seeds"]
    )


def receipts(source, request):
    """What must have been retrieved for a request; the files of a local source are simply inputs."""
    files = get_source(source).files(request)
    return (
        files
        if source in LOCAL_SOURCES
        else [f"{RUN}/data/receipts/{source}/{file}.json" for file in files]
    )


def source_entry(source, file):
    """The part of sources.yaml that one file depends on, so that another file's entry can change without it."""
    entry = SOURCES[source]
    files = {name: facts for name, facts in entry["files"].items() if name == file}
    return {source: {**entry, "files": files}}


def source_digest(source):
    shared = ("loading", "measurements", "nested", "requests", "restricted_pickle")
    return digest(
        f"sources/{source}.py", *(f"sources/{module}.py" for module in shared)
    )


def space_digest(space):
    sample = get_space(space).sample
    return digest("spaces/base.py", f"spaces/{space}.py"), (
        source_digest(sample[0]) if sample else None
    )


def target_request(combination):
    entry = {
        key: value
        for key, value in MEASURED[combination].items()
        if key not in ("transfer_from", "dead_operations")
    }
    return {**entry, "kind": "target"}


def entry_of(wildcards):
    return COMBINATIONS[getattr(wildcards, "combination", None) or wildcards.selectable]


def dead_operations(wildcards):
    """What is stated of them; where nothing that sees the structure takes part, a statement changes nothing."""
    predictor = getattr(wildcards, "predictor", "structured_gp")
    sees = REGISTRY[predictor].structured or config["design"] != "random"
    return entry_of(wildcards).get("dead_operations") if sees else None


def other_targets(wildcards):
    """The targets of the devices that a predictor learns from besides."""
    sources = entry_of(wildcards).get("transfer_from", [])
    transfers = REGISTRY[wildcards.predictor].transfers
    return [f"{RUN}/data/targets/{name}.parquet" for name in sources if transfers]


def accuracy_request(accuracy):
    return {**ACCURACIES[accuracy], "kind": "accuracy"}


def sample_receipts(space):
    sample = get_space(space).sample
    return (
        receipts(sample[0], {"kind": "architectures", "space": space}) if sample else []
    )


def trained_samples(wildcards):
    """Training samples of all fits of a job: what its run time grows with."""
    return sum(
        config["train_sizes"][COMBINATIONS[wildcards.combination]["space"]]
    ) * len(seeds_of(wildcards.block))


def training_minutes(wildcards, attempt):
    """Run time to reserve, search and predictions of a whole space included; encodings of many columns cost more."""
    width = get_space(COMBINATIONS[wildcards.combination]["space"]).sizes.sum() / 30
    seconds = (
        trained_samples(wildcards)
        * REGISTRY[wildcards.predictor].seconds_per_sample
        * max(1, width)
    )
    selecting = len(selecting_seeds(wildcards.combination, wildcards.block))
    seconds += predicting_seconds(wildcards.combination, selecting)
    return attempt * (10 + int(seconds / 60))


def predicting_seconds(combination, seeds):
    """Time to predict a whole space after each training size and seed."""
    return 5 * len(config["train_sizes"][COMBINATIONS[combination]["space"]]) * seeds


def training_memory(wildcards, attempt):
    return attempt * REGISTRY[wildcards.predictor].memory


def explained_sizes(combination):
    """Sizes up to 614: a larger training set tells hardly more, and much later."""
    sizes = config["train_sizes"][COMBINATIONS[combination]["space"]]
    return [size for size in sizes if size <= 614] or sizes[:1]


def selection_inputs(wildcards):
    entry = SELECTABLE[wildcards.selectable]
    return {
        "architectures": f"{RUN}/data/{entry['space']}/architectures.parquet",
        "targets": f"{RUN}/data/targets/{wildcards.selectable}.parquet",
        "accuracy": f"{RUN}/data/accuracy/{entry['space']}-{entry['accuracy']}.parquet",
    }


def selecting_minutes(wildcards, attempt):
    """Run time to reserve for one fit of each size and seed, and the predictions of a whole space."""
    sizes = config["train_sizes"][SELECTABLE[wildcards.selectable]["space"]]
    seeds = config["selection"]["seeds"]
    seconds = seeds * sum(sizes) * REGISTRY[wildcards.predictor].seconds_per_sample
    seconds += predicting_seconds(wildcards.selectable, seeds)
    return attempt * (10 + int(seconds / 60))


def architectures_to_time(timed):
    known = get_space(TIMED[timed]["space"]).architectures
    return min(MEASURE["architectures"] or known, known)


def plan_of(timed):
    size = architectures_to_time(timed)
    keys = {key: MEASURE[key] for key in PLAN_KEYS}
    return {"seed": config["seed"], "architectures": size, **keys}


def timing_files(timed):
    chunks = chunk_names(architectures_to_time(timed), MEASURE["chunk_size"])
    return [f"{RUN}/timings/{timed}/{chunk}.parquet" for chunk in chunks]


def selection_digest(*modules):
    return digest(
        "metrics.py", "seeding.py", *(f"selection/{module}.py" for module in modules)
    )


def fitting_digest(predictor, space):
    return digest(
        "seeding.py",
        "predictors/base.py",
        "predictors/devices.py",
        *predictor_modules(predictor, space),
        "training/data.py",
        "training/designs.py",
        "training/splits.py",
        "training/whole_space.py",
        "selection/refit.py",
    )
