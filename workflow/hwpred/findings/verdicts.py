"""What becomes of the paper's seven findings on open data, each by a criterion that is stated with it."""

import pandas as pd

from hwpred.findings.text import count, decimals, listed, percent, space_name

CONFIRMED, REFUTED, MIXED = "confirmed", "refuted", "mixed"
GRAPHS_UNTIL = 50
"""The training size below which, says the paper, graph encodings help."""
NEAR_PERFECT = 0.98
"""Kendall's tau of a lookup table that is near perfect."""
FACTOR = 3
"""How many times as much as anything else the device must matter."""
NORMAL_KURTOSIS = 0.5
"""An excess kurtosis above which deviations are not normal."""
PAPER_LOSSES = {(0.9, "mra_all"): 1.5, (0.9, "mra_pareto"): 0.5, (0.8, "mra_pareto"): 1.2}
AGREES = 0.2
"""Share by which a loss may differ from the paper's and still agree."""


def of_parts(parts):
    """Return the verdict of a finding whose parts hold or do not."""
    parts = list(parts)
    return CONFIRMED if all(parts) else MIXED if any(parts) else REFUTED


def verdicts(found):
    """Return the table of verdicts.

    Parameters
    ----------
    found : dict
        The numbers of docs/findings.md.

    Returns
    -------
    DataFrame
        Texts: a row a finding, columns ``the paper says``, ``verdict``, ``the numbers that decide``.
    """
    rows = [networks(found), graphs(found), lookup(found), devices(found), normal(found), losses(found), more(found)]
    heads = ["the paper says", "verdict", "the numbers that decide"]
    return pd.DataFrame(
        rows, columns=heads, index=[f"[{number}](#finding-{number})" for number in range(1, 8)]
    ).rename_axis("finding")


def networks(found):
    """Networks are best at more than half of the sizes of each space, ridge regression with few measurements."""
    claim = "Networks are the best predictors for most training sizes, ridge regression with few measurements"
    firsts = found["firsts"]
    parts = [first > sizes / 2 for first, sizes in firsts.values()]
    ridge = {space: gap.iloc[0] for space, gap in found["ridge"].items()}
    parts.append(max(ridge.values()) > -0.01)
    best = [
        f"at {first} of {sizes} on {space_name(space)} (clearly at {found['clearly'][space]})"
        for space, (first, sizes) in firsts.items()
    ]
    text = f"Of the training sizes, a network is best {listed(best)}. With five measurements, ridge regression is "
    text += f"{decimals(-ridge['nasbench201'])} below the best on NAS-Bench-201."
    return claim, of_parts(parts), text


def graphs(found):
    """Graph encodings help below 50 measurements only."""
    ahead = found["graph_leads_at"]
    parts = [len(sizes) > 0 and max(sizes) < GRAPHS_UNTIL for sizes in ahead.values()]
    leads = [f"{_sizes_text(sizes)} on {space_name(space)}" for space, sizes in ahead.items()]
    text = f"A graph network leads by more than 0.02 {'; '.join(leads)}."
    return "Graph encodings help below 50 measurements only", of_parts(parts), text


def _sizes_text(sizes):
    return f"with {listed(map(count, sizes))} measurements" if sizes else "never"


def lookup(found):
    """Lookup tables are near perfect on two devices and poor elsewhere; predictors pass them within 60 measurements."""
    claim = (
        "Lookup tables are near perfect on the FPGA and Eyeriss only; elsewhere others pass them within 60 measurements"
    )
    tables, other = found["lookup"], found["other_lookup"]
    early = found["passed_early"]["xgb"]
    parts = [min(tables.values()) > NEAR_PERFECT, early > 0.9 * len(other)]
    text = (
        f"Tau is {decimals(tables['fpga'])} on the FPGA, {decimals(tables['eyeriss'])} on Eyeriss, and "
        f"{decimals(other.mean())} in the mean of the other {len(other)} combinations. XGBoost passes the table within "
        f"55 measurements on {early} of these."
    )
    return claim, of_parts(parts), text


def devices(found):
    """Difficulty depends on the device far more than on anything else."""
    spreads = found["spreads"]["lin_reg"]
    (device, _), (metric, _), (task, _) = (spreads[fact] for fact in ("device", "metric", "task"))
    text = (
        "The tau of linear regression with 124 measurements differs between two combinations by "
        f"{decimals(device)} if only the device differs, by {decimals(metric)} if only the metric does, and by "
        f"{decimals(task)} if only the task does."
    )
    verdict = CONFIRMED if device > FACTOR * max(metric, task) else REFUTED
    return "Difficulty depends on the device far more than on the metric", verdict, text


def normal(found):
    """Deviations are not normally distributed, whatever the predictor."""
    least, most = found["shapes"]["kurtosis"]
    verdict = CONFIRMED if least > NORMAL_KURTOSIS else REFUTED if most < NORMAL_KURTOSIS else MIXED
    text = f"Excess kurtosis lies between {decimals(least, 1)} and {decimals(most, 1)}; a normal distribution has 0."
    return "Deviations are not normally distributed", verdict, text


def losses(found):
    """The loss of accuracy at tau 0.9 and 0.8, over all selected architectures and after verification."""
    claim = "At tau 0.9, 1.5 points of accuracy are lost, after verification 0.5; at tau 0.8, 1.2 after verification"
    ours = {key: found["lost"]["true_pairing"][key[0]][key[1]] for key in PAPER_LOSSES}
    parts = [abs(ours[key] / theirs - 1) <= AGREES for key, theirs in PAPER_LOSSES.items()]
    first, second, third = (decimals(value, 2) for value in ours.values())
    text = f"With the true pairing, {first}, {second} and {third} points are lost on two of the paper's five data sets."
    return claim, of_parts(parts), text


def more(found):
    """Predicting all 15,625 architectures at tau 0.73 selects as well as measuring 5,000."""
    values = found["hypervolume"]
    share = values["at_73"] / values["measured_5000"]
    text = (
        f"Predicting reaches {percent(share, 1)} of the hypervolume of 5,000 measured ones. All of it takes a tau of "
        f"{decimals(values['needed_tau'], 2)}. With one reference point for both it is "
        f"{decimals(values['common'], 1)} %, even at tau 0.94, on the Google Pixel 3 and the Raspberry Pi 4."
    )
    verdict = CONFIRMED if share >= 1 and values["common"] >= 100 else REFUTED if share < 1 else MIXED
    return "Predicting all 15,625 architectures at tau 0.73 selects as well as measuring 5,000", verdict, text
