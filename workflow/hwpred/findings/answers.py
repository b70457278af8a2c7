"""The questions that a person asks first, each with an answer, the numbers behind it, and the page that says more."""

import pandas as pd

from hwpred.findings.fits import space_of
from hwpred.findings.limits import OURS
from hwpred.findings.pages.drift import ALIKE
from hwpred.findings.pages.structured import LOOKED_AT
from hwpred.findings.text import count, decimals, label, percent, space_name
from hwpred.predictors.registry import REGISTRY
from hwpred.selection.limits import IN_TURN, NONE

MEASUREMENTS = 55
"""What the questions mean by some fifty measurements."""
FEW, FEWEST = 11, 5
VERIFIED = 3
"""How many candidates are measured, at most, before one is taken."""
TIMED, ON_GPU = 50, "rtx"
"""Image networks that were timed, and what the ids of their GPUs hold."""
HEADS = ("question", "answer", "numbers", "page")


def answers(tables):
    """Return the table of answers.

    Parameters
    ----------
    tables : mapping
        Name -> table of docs/results.

    Returns
    -------
    DataFrame
        Texts: a row a question.
    """
    rows = [
        predictor(tables["leaderboard"]),
        *structure(tables["structured"]),
        others(tables["few_shot"]),
        *choices(tables["limits"]),
        intervals(tables["calibration"]),
        drift(tables["drift"]),
        image_networks(tables["zoo"]),
        cost(tables["cost"]),
    ]
    return pd.DataFrame(rows, columns=HEADS)


def predictor(board):
    """Return which predictor leads with some fifty measurements, told nothing and knowing no other device."""
    rows = board[(board["view"] == "all") & (board["measurements"] == MEASUREMENTS)]
    alone = rows["predictor"].map(lambda key: key in REGISTRY and not REGISTRY[key].transfers)
    rows = rows[alone & (rows["dead_operations"] != "told")].sort_values("beats", ascending=False, kind="stable")
    (_, first), (_, second), *_ = rows.iterrows()
    beats, then = percent(first["beats"]), percent(second["beats"])
    numbers = (
        f"It beats {beats} of the others, in the mean over {first['combinations']} combinations. The next one, "
        f"{label(second['predictor'])}, beats {then}, over {second['combinations']} combinations."
    )
    question = f"Which predictor should I take with {MEASUREMENTS} measurements?"
    return question, label(first["predictor"]), numbers, "[leaderboard](leaderboard.html)"


def structure(table):
    """Return how many measurements ``structured_gp`` saves on nasbench201, and what it gains by being told."""
    cells = table[(space_of(table["combination"]) == "nasbench201") & table["best_of_eighteen"].notna()]
    taus = cells.pivot_table(index="train_size", columns="dead_operations", values="kendall_tau_mean")
    best = cells.groupby("train_size")["best_of_eighteen"].mean()
    told, untold = (beaten(cells, statement) for statement in ("told", "untold"))
    elsewhere = beaten(cells[~cells["combination"].str.contains(LOOKED_AT)], "told")
    answer = f"With {FEW} it ranks better than the best other predictor with {count(told)}"
    numbers = (
        f"On NAS-Bench-201 its tau is {decimals(taus.loc[FEW, 'told'])} with {FEW} measurements, if it is told. The "
        f"best of the paper's predictors reaches {decimals(best[FEW])} with {FEW} and {decimals(best[told])} with "
        f"{count(told)}. Untold, the number is {count(untold)} instead. Told, but without the Google Pixel 3 and the "
        f"Raspberry Pi 4, at which we looked while making it, it is {count(elsewhere)}."
    )
    gains = (taus["told"] - taus["untold"])[[FEW, MEASUREMENTS]]
    helps = f"It raises tau by {decimals(gains[FEW])} with {FEW} measurements"
    words = f"With {MEASUREMENTS} measurements it raises tau by {decimals(gains[MEASUREMENTS])}."
    page = "[structured](structured.md)"
    question = "What does it help to [tell](glossary.md#told-untold) what the device does with dead operations?"
    return (
        ("How many measurements does Structured GP save?", answer, numbers, page),
        (question, helps, words, page),
    )


def beaten(cells, statement):
    """Return the largest training size of the best of the eighteen that ``structured_gp`` beats with ``FEW``.

    Parameters
    ----------
    cells : DataFrame
        Rows of ``structured`` of one space; means over their combinations are compared.
    statement : str
        What ``structured_gp`` was told: ``"told"`` or ``"untold"``.

    Returns
    -------
    int
        Missing (NaN) if it beats none, by the three decimals that are shown.
    """
    rows = cells[(cells["dead_operations"] == statement) & (cells["train_size"] == FEW)]
    best = cells.groupby("train_size")["best_of_eighteen"].mean()
    return best.index[best.round(3) < round(rows["kendall_tau_mean"].mean(), 3)].max()


def others(table):
    """Return what measurements of other devices add after ten measurements of a new one, by HELP's test."""
    rows = table[(table["test"] == "help_random") & (table["samples"] == 10) & (table["device"] == "mean")]
    rho = rows[rows["told"] != "told"].set_index(["set", "predictor"])["spearman"]
    alone, both = (rho.xs(key, level="predictor") for key in (OURS, "transfer_gp"))
    gains = (both - alone).sort_values(ascending=False)
    answer = (
        f"They raise Spearman's rho by {' and '.join(f'{decimals(g)} on {space_name(s)}' for s, g in gains.items())}"
    )
    parts = [
        f"from {decimals(alone[space])} to {decimals(both[space])} on {space_name(space)}" for space in gains.index
    ]
    numbers = f"After ten measurements of a new device it rises {' and '.join(parts)}."
    return "What do measurements of other devices add?", answer, numbers, "[few measurements](few_measurements.md)"


def choices(table):
    """Return how often the choice of ``structured_gp`` breaks a limit, and what accuracy is lost."""
    rows = table[(space_of(table["combination"]) == "nasbench201") & (table["predictor"] == OURS)]
    rows = rows[(rows["train_size"] == MEASUREMENTS) & (rows["margin"] == 0)]
    blind = rows[rows["verification"] == NONE].mean(numeric_only=True)
    verified = rows[(rows["verification"] == IN_TURN) & (rows["verified"] == VERIFIED)].mean(numeric_only=True)
    kept = f"{percent(1 - blind['broken_percent'] / 100)} do, after {MEASUREMENTS} measurements"
    found = percent(1 - verified["not_found_percent"] / 100, 1)
    numbers = (
        f"This is on NAS-Bench-201. If up to {VERIFIED} candidates are measured before one is taken, {found} do. That "
        f"costs {decimals(verified['measured'], 1)} measurements in the mean."
    )
    lost = f"{decimals(verified['quality_lost'], 2)} points of accuracy"
    against = (
        f"This is lost to the best network that keeps the limit, after {MEASUREMENTS} measurements and with up to "
        f"{VERIFIED} candidates measured."
    )
    page = "[limits](limits.md)"
    return (
        ("Do chosen networks keep their limit?", kept, numbers, page),
        ("What do I lose by predicting?", lost, against, page),
    )


def intervals(table):
    """Return how much the 95 % intervals cover."""
    cells = table[space_of(table["combination"]) == "nasbench201"]
    means = cells.groupby("train_size")["coverage_95"].mean()
    each = cells.loc[cells["train_size"] == MEASUREMENTS, "coverage_95"]
    covered = f"{decimals(means[MEASUREMENTS], 1)} % of the values lie in their 95 % interval"
    answer = f"{covered}, after {MEASUREMENTS} measurements"
    numbers = (
        f"This is the mean over {len(each)} devices of NAS-Bench-201, between {decimals(each.min(), 1)} and "
        f"{decimals(each.max(), 1)} % on each. The mean is {decimals(means[FEW], 1)} % after {FEW} measurements and "
        f"{decimals(means[FEWEST], 1)} % after {FEWEST}."
    )
    return "How sure are predictions?", answer, numbers, "[structured](structured.md#how-sure-it-is)"


def drift(table):
    """Return how many public tables drift."""
    answer = f"{int((table['lag1'] > ALIKE).sum())} of {len(table)} tables of HELP drift"
    most = decimals(table["drift_percent"].max(), 1)
    numbers = f"The speed of their devices changed by up to {most} % (standard deviation)."
    return "Are public tables steady?", answer, numbers, "[drift](drift.md)"


def image_networks(table):
    """Return how well the times of timm's networks are predicted on GPUs."""
    rows = table[table["combination"].str.contains(ON_GPU) & (table["predictor"] == OURS)]
    means = rows[rows["train_size"] == TIMED].mean(numeric_only=True)
    answer = f"Half of the predictions are off by at most {decimals(means['median_error_percent'], 1)} %"
    numbers = f"This is on GPUs, after timing {TIMED} networks. Tau is {decimals(means['kendall_tau'])}."
    question = "How well are image networks without a search space predicted?"
    return question, answer, numbers, "[image networks](zoo.md)"


def cost(table):
    """Return what the whole study would take."""
    answer = f"{decimals(table['full_grid_core_hours'].sum(), 1)} core-hours"
    numbers = "This is for ten combinations, eleven training sizes, 50 seeds and a search among 20 configurations."
    return "How long does the study take?", answer, numbers, "[cost](cost.md)"
