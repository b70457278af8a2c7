"""The numbers of docs/predictors.md."""

from functools import partial

import pandas as pd

from hwpred.findings.text import combination_title, count, decimals, label, signed

TWIN_SIZES = (124, 614, 1366, 15000)
PIXEL3 = "nasbench201-cifar10-pixel3-latency"


def numbers(tables):
    """Return the numbers of the page by name."""
    code = tables["compare_published_code"]
    pixel3 = code[code["combination"] == PIXEL3].set_index(["predictor", "train_size"])
    table3 = tables["compare_table3"]
    return {
        "difference": pixel3["difference"].to_dict(),
        "agreement": agreement(code),
        "lookup_differences": table3.loc[table3["predictor"] == "lookup", "difference"],
        "ngboost": ngboost(tables["compare_ngboost"]),
        "side": partial(beside, pixel3),
        "twins": twins(tables["twins"]),
        "twin_sizes": TWIN_SIZES,
        "remembered": remembered(tables["twins"]),
    }


def twins(table):
    """Return tau of test cells with a twin minus that of the others, by predictor and training size, as a table."""
    means = twin_gains(table).unstack()[[*TWIN_SIZES]]
    shown = means.map(signed).set_axis([count(size) for size in TWIN_SIZES], axis=1)
    return shown.set_axis([label(key) for key in means.index]).rename_axis("predictor")


def twin_gains(table):
    """Return the mean of that difference over the combinations that all predictors have, by predictor and size."""
    predictors = table.groupby("combination")["predictor"].nunique()
    table = table[table["combination"].isin(predictors.index[predictors == table["predictor"].nunique()])]
    gains = table["tau_with_twin"] - table["tau_without"]
    return gains.groupby([table["predictor"], table["train_size"]], sort=False).mean()


def remembered(table):
    """Return the least and the largest of these differences by training size."""
    by_size = twin_gains(table).groupby(level="train_size")
    return {size: (gains.min(), gains.max()) for size, gains in by_size}


def beside(rows, predictor, *sizes):
    """Write tau at some training sizes with the published code's in brackets: "0.715 (0.624) at 55".

    Parameters
    ----------
    rows : DataFrame
        Of one device, of ``compare_published_code``, by predictor and training size.
    predictor : str
    *sizes : int

    Returns
    -------
    str
    """
    words = []
    for size in sizes:
        row = rows.loc[(predictor, size)]
        words.append(f"{decimals(row['kendall_tau'])} ({decimals(row['published'])}) at {count(size)}")
    return ", ".join(words)


def agreement(code):
    """Return how often ours is not lower than allowed, and how far the others are off in standard errors."""
    behind = code[~code["ok"]]
    errors = (-behind["difference"] / behind["standard_error"]).sort_values()
    worst = behind.loc[errors.index[-1]] if len(behind) else None
    return {
        "rows": len(code),
        "ok": int(code["ok"].sum()),
        "beyond": int((errors > 3).sum()),
        "few": int((behind["train_size"] <= 25).sum()),
        "behind": len(behind),
        "worst": worst,
        "worst_errors": errors.iloc[-1] if len(errors) else 0.0,
        "seeds": int(code["seeds"].max()),
    }


def ngboost(table):
    """Return our NGBoost beside the library's, as a table of texts."""
    rows = []
    for (combination, size), pair in table.groupby(["combination", "train_size"], sort=False):
        own = pair.set_index("implementation")
        taus = [
            f"{decimals(own.loc[name, 'kendall_tau_mean'])} \u00b1 {decimals(own.loc[name, 'kendall_tau_std'])}"
            for name in ("hwpred", "library")
        ]
        seconds = [decimals(own.loc[name, "cpu_seconds"], 2) for name in ("hwpred", "library")]
        rows.append([combination_title(combination), count(size), *taus, *seconds])
    heads = ["device", "measurements", "tau, ours", "tau, library", "CPU seconds, ours", "CPU seconds, library"]
    return pd.DataFrame(rows, columns=heads)
