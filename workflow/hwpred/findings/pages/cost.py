"""The numbers of docs/cost.md."""

import pandas as pd

from hwpred.findings.fits import space_of
from hwpred.findings.text import NOTHING, count, decimals, duration, label, signed, significant
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import REGISTRY

SPACE = "nasbench201"
SIZES = (11, 124, 1366, 15000)
"""Training sizes of the table of fits."""
PIXEL3 = "nasbench201-cifar10-pixel3-latency"
BESIDE_SIZES = (11, 124, 1366)
"""Training sizes at which ours stand beside the published code."""
ENOUGH = 55
"""Measurements from which on ratios to the published code are told as a range."""
SMALL_JOBS = 5000
"""Small jobs whose starts on Slurm are told in core-hours."""
ONNX_FILES = "read and predict ONNX files"
NETWORKS = ("networks", "graph_networks")
"""Families of predictors."""
LARGE = {"nasbench201": (614, 1366, 3036), "fbnet": (588, 1159, 2283), "mnasnet": (588, 1159, 2283)}
"""Training sizes of the spaces that stand for each other, where ``structured_gp`` takes seconds."""


def numbers(tables):
    """Return the numbers of the page by name."""
    by_size, published = tables["cost"], tables["published_code_cost"]
    return {
        "fits": fits(by_size, tables["structured_cost"]),
        "grid": grid(by_size, tables["cost_jobs"]),
        "structured": structured(tables["structured_cost"]),
        "gpu": on_gpu(tables["gpu"]),
        "gpu_rows": gpu_rows(tables["gpu"]),
        "published": beside_published(published[published["combination"] == PIXEL3]),
        "networks": networks(published[published["combination"] == PIXEL3]),
        "libraries": libraries(tables["libraries"]),
        "alone": alone(tables["libraries"]),
        "agreement": tables["libraries"].groupby("compared")["largest_difference"].max().to_dict(),
        "simulation": simulation(tables["simulation_cost"]),
        "large": large(tables["size"]),
        "a_file": seconds_a_file(tables["size"]),
        "slurm": on_slurm(tables["overhead_slurm"]),
        "versions": versions(tables["versions"]),
        "saved": 1 - tables["versions"]["seconds"].sum() / tables["versions"]["before_seconds"].sum(),
    }


def fits(by_size, of_structured):
    """Return CPU seconds of a fit on NAS-Bench-201 and core-hours of the whole grid, by predictor, dearest first.

    Parameters
    ----------
    by_size, of_structured : DataFrame
        ``cost`` and ``structured_cost``.

    Returns
    -------
    DataFrame
        Of texts.
    """
    own = by_size[by_size["space"] == SPACE]
    seconds = own.pivot(index="predictor", columns="train_size", values="cpu_seconds_per_fit")[[*SIZES]]
    hours = by_size.groupby("predictor")["full_grid_core_hours"].sum().sort_values(ascending=False)
    shown = seconds.loc[[key for key in hours.index if REGISTRY[key].trained]].map(significant)
    shown["whole grid, core-hours"] = hours.map(significant)
    rows = of_structured[space_of(of_structured["combination"]) == SPACE]
    means = rows.groupby(["predictor", "train_size"])["fit_seconds_mean"].mean()
    for key in means.index.unique("predictor"):
        shown.loc[key] = [*means[key].reindex(SIZES).map(significant), NOTHING]
    return shown.rename(index=label, columns=lambda name: name if isinstance(name, str) else count(name))


def grid(by_size, by_job):
    """Return what the grid of all fits takes, by predictor and in all, and what the run behind it took.

    Parameters
    ----------
    by_size, by_job : DataFrame
        ``cost`` and ``cost_jobs``.

    Returns
    -------
    dict
        Numbers of the page by name.
    """
    hours = by_size.groupby("predictor")["full_grid_core_hours"].sum().sort_values(ascending=False)
    jobs = by_job.set_index("predictor")
    memory = jobs["memory_mb"].drop("all") / 1000
    return {
        "hours": hours.sum(),
        "dearest": list(hours.index[:3]),
        "dearest_percent": hours.iloc[:3].sum() / hours.sum(),
        "run_hours": jobs.loc["all", "core_hours"],
        "fits": int(jobs.loc["all", "fits"]),
        "memory": memory.max(),
        "largest": memory.idxmax(),
        "next_memory": memory.drop(memory.idxmax()).max(),
    }


def large(table):
    """Return what work of some size takes, as a table of texts."""
    rows = [
        {
            "work": row.work,
            "how many": count(row.how_many),
            "CPU time": duration(row.cpu_seconds),
            "memory": f"{decimals(row.memory_mb / 1000, 1)} GB",
        }
        for row in table.itertuples()
    ]
    return pd.DataFrame(rows).set_index("work")


def seconds_a_file(table):
    """Return the CPU seconds that it takes to read an ONNX file and to predict it."""
    files = table.set_index("work").loc[ONNX_FILES]
    return files["cpu_seconds"] / files["how_many"]


def on_slurm(table):
    """Return how many small jobs were run, the CPU seconds of one by way to run it, and what Slurm adds to many."""
    here, alone, grouped = table["cpu_seconds"]
    hours = [SMALL_JOBS * (seconds - here) / 3600 for seconds in (alone, grouped)]
    return {
        "jobs": count(table["how_many"].iloc[0]),
        "here": decimals(here, 1),
        "alone": decimals(alone, 1),
        "grouped": decimals(grouped, 1),
        "many": count(SMALL_JOBS),
        "alone_hours": decimals(hours[0], 1),
        "grouped_hours": decimals(hours[1], 1),
    }


def versions(table):
    """Return CPU seconds of one seed before and now, and the difference of tau, as a table of texts."""
    table = table[[REGISTRY[key].trained for key in table["predictor"]]]
    shown = pd.DataFrame(
        {
            "before, s": table["before_seconds"].map(significant),
            "now, s": table["seconds"].map(significant),
            "difference of tau": table["tau_difference"].map(signed),
            "standard error": table["standard_error"].map(lambda error: decimals(error, 3)),
        }
    )
    return shown.set_index(table["predictor"].map(label).rename("predictor"))


def structured(table):
    """Return the least and the most CPU seconds of a fit by place of the training size, as a table of texts."""
    sizes = space_of(table["combination"]).map(LARGE)
    rows = {}
    for place in range(len(LARGE[SPACE])):
        own = table[[size == places[place] for places, size in zip(sizes, table["train_size"], strict=True)]]
        head = " or ".join(map(count, sorted({places[place] for places in LARGE.values()})))
        seconds = own["fit_seconds_mean"]
        rows[head] = {"least": significant(seconds.min()), "most": significant(seconds.max())}
    return pd.DataFrame(rows).T.rename_axis("measurements")


def on_gpu(table):
    """Return what the GPU took for all predictors, the least and the largest gain, and the largest difference."""
    differs = table.loc[table["tau_difference"].abs().idxmax()]
    by_times = table.sort_values("times")
    return {
        "seeds": int(table["seeds"].max()),
        "seconds": table["seconds"].sum(),
        "one_core_seconds": table["one_core_seconds"].sum(),
        "device": table["device"].iloc[0],
        "predictors": len(table),
        "least": by_times.iloc[0],
        "most": by_times.iloc[-1],
        "differs": differs,
        "core_seeds": [int(table["core_seeds"].min()), int(table["core_seeds"].max())],
    }


def gpu_rows(table):
    """Return the GPU beside one core, by predictor, as a table of texts."""
    shown = pd.DataFrame(
        {
            "GPU": table["seconds"].map(duration),
            "one core": table["one_core_seconds"].map(duration),
            "times faster": table["times"].map(significant),
            "difference of tau": table["tau_difference"].map(signed),
            "standard error": table["standard_error"].map(decimals),
        }
    )
    return shown.set_axis(table["predictor"].map(label)).rename_axis("predictor")


def beside_published(table):
    """Return how many times cheaper a fit is than that of the published code, by predictor, as a table of texts.

    Parameters
    ----------
    table : DataFrame
        Rows of ``published_code_cost`` of one combination.

    Returns
    -------
    DataFrame
    """
    times = table.pivot(index="predictor", columns="train_size", values="times_cheaper").loc[:, [*BESIDE_SIZES]]
    order = times[BESIDE_SIZES[1]].dropna().sort_values(ascending=False).index
    shown = times.loc[order].map(significant)
    return shown.set_axis([count(size) for size in BESIDE_SIZES], axis=1).rename(index=label).rename_axis("predictor")


def networks(table):
    """Return the least and the most of the same ratios of the networks, from ``ENOUGH`` measurements on."""
    families = table["predictor"].map(lambda key: DESCRIPTIONS[key].family)
    own = table.loc[families.isin(NETWORKS) & (table["train_size"] >= ENOUGH), "times_cheaper"]
    return {"least": own.min(), "most": own.max(), "from": ENOUGH}


def libraries(table):
    """Return CPU seconds of libraries and ours for the same work, as a table of texts."""
    return pd.DataFrame(
        {
            "work": table["work"].map("`{}`".format),
            "beside": table["library"],
            "samples": table["samples"].map(count),
            "at once": table["at_once"].map(count),
            "library, s": table["seconds"].map(significant),
            "ours, s": table["our_seconds"].map(significant),
            "times cheaper": table["times"].map(significant),
        }
    )


def alone(table):
    """Return how much cheaper works are with a single training set, and with several of that size, by name."""
    single = table[table["at_once"] == 1]
    pairs = single.merge(table[table["at_once"] > 1], on=["work", "library", "samples"], suffixes=("", "_together"))
    return pairs.set_index("work")[["times", "at_once_together", "times_together"]].T.to_dict()


def simulation(table):
    """Return CPU seconds of one simulated trial beside the published code's, as a table of texts."""
    rows = {
        count(row.architectures): {
            "ours": significant(row.cpu_seconds),
            "published code": significant(row.published_cpu_seconds),
            "times cheaper": significant(row.times_cheaper_than_published),
            "with the pymoo that it pins": significant(row.pinned_cpu_seconds),
        }
        for row in table.itertuples()
    }
    return pd.DataFrame(rows).T.rename_axis("architectures")
