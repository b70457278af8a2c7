"""The numbers of docs/declared.md."""

import pandas as pd

from hwpred.findings.score_tables import by_size, in_order, means, name_of
from hwpred.findings.text import decimals, signed

BEST = "structured_gp"


def numbers(tables):
    """Return the numbers of the page by name."""
    declared, ofa = tables["declared"], tables["ofa"]
    tasks = dict.fromkeys(declared["combination"])
    own = {name.split("-")[1]: declared[declared["combination"] == name] for name in tasks}
    trained = declared[declared["predictor"] != "lookup"]
    return {
        "tasks": list(own),
        "sizes": sorted(set(trained["train_size"])),
        "seeds": seeds_table(trained),
        "taus": {task: by_size(rows[rows["predictor"] != "lookup"], "kendall_tau") for task, rows in own.items()},
        "errors": by_size(trained, "median_error_percent"),
        "coverage": by_size(trained[trained["coverage_95"].notna()], "coverage_95"),
        "lookup": lookup_of(declared),
        "beside": beside(own),
        "ofa_devices": ofa["combination"].nunique(),
        "ofa_tau": by_size(ofa, "kendall_tau"),
        "ofa_error": by_size(ofa, "median_error_percent"),
    }


def seeds_table(rows):
    """Return {number of draws: names of the predictors that have as many}."""
    seeds = rows.groupby("predictor")["seeds"].max()
    order = in_order(rows["predictor"])
    return {int(n): [name_of(key) for key in order if seeds[key] == n] for n in sorted(set(seeds), reverse=True)}


def lookup_of(rows):
    """Return the architectures that a lookup table measures, and its mean tau; None if it takes part nowhere."""
    own = rows[rows["predictor"] == "lookup"]
    return None if own.empty else {"measured": int(own["train_size"].iloc[0]), "tau": own["kendall_tau"].mean()}


def beside(own):
    """Return tau of ``BEST`` less that of the best other predictor, by dataset and training size, as a table."""
    rows = {}
    for task, table in own.items():
        taus = means(table[table["predictor"] != "lookup"], "kendall_tau")
        if BEST in taus.index:
            others = taus.drop(BEST)
            rows[task] = {
                f"{size:,}": f"{signed(taus.loc[BEST, size] - others[size].max())} ({name_of(others[size].idxmax())}, "
                f"{decimals(others[size].max())})"
                for size in taus.columns
            }
    return pd.DataFrame(rows).T.rename_axis("measurements")
