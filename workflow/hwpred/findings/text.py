"""How numbers become words and tables: the filters that the templates of docs/pages have."""

import re

import pandas as pd

from hwpred.device_names import title_of
from hwpred.figures import style

NOTHING = "-"
SPACES = {
    "nasbench201": "NAS-Bench-201",
    "fbnet": "FBNet",
    "mnasnet": "MnasNet",
    "transnas_macro": "TransNAS-Bench-101 (macro)",
    "zoo": "timm",
    "ofa": "once-for-all",
    "nas_bench_graph": "NAS-Bench-Graph",
    "gpt_s": "GPT-S",
    "gpt_m": "GPT-M",
    "gpt_l": "GPT-L",
}
TASKS = {"cifar": "CIFAR-10", "cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "imagenet": "ImageNet"}
TASKS |= {"darcy": "Darcy", "ninapro": "NinaPro", "openwebtext": "OpenWebText"}
"""Names of tasks that are written otherwise than their ids."""
COMBINATION = re.compile(r"(?P<space>\w+)-(?P<task>ImageNet16-120|\w+)-(?P<device>.+)-(?P<metric>\w+)")


def decimals(value, digits=3):
    """Write a number with a leading zero and a fixed number of decimals; nothing is a dash.

    Parameters
    ----------
    value : float or missing
    digits : int
        After the point.

    Returns
    -------
    str
    """
    if pd.isna(value):
        return NOTHING
    # Adding 0 turns a rounded -0 into 0.
    return f"{round(float(value), digits) + 0.0:.{digits}f}"


def signed(value, digits=3):
    """Write a difference with its sign, 0 without one.

    Parameters
    ----------
    value, digits :
        As of ``decimals``.

    Returns
    -------
    str
    """
    text = decimals(value, digits)
    return text if text.startswith(("-", NOTHING)) or float(text) == 0 else f"+{text}"


def percent(share, digits=0):
    """Write a share of 1 in percent.

    Parameters
    ----------
    share : float or missing
    digits : int
        As of ``decimals``.

    Returns
    -------
    str
    """
    return NOTHING if pd.isna(share) else f"{decimals(100 * share, digits)} %"


def count(value):
    """Write a whole number with commas."""
    return NOTHING if pd.isna(value) else f"{int(value):,}"


def at_most(values, digits=3):
    """Write a bound of the absolute values: the largest, rounded up.

    Parameters
    ----------
    values : sequence of float
    digits : int
        As of ``decimals``.

    Returns
    -------
    str
    """
    largest = float(pd.Series(values, dtype=float).abs().max())
    scale = 10**digits
    # A value that has these digits already is not rounded up by the error of its binary form.
    return decimals(-(-round(largest * scale, 6) // 1) / scale, digits)


def significant(value, digits=2):
    """Write a number of any size with a few significant digits: times, factors.

    Parameters
    ----------
    value : float or missing
    digits : int
        That are kept; a longer integer keeps its zeros.

    Returns
    -------
    str
    """
    if pd.isna(value):
        return NOTHING
    value = float(f"{float(value):.{digits}g}")
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits + 4}f}".rstrip("0").rstrip(".")


def duration(seconds):
    """Write a time in the unit that suits it."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{significant(seconds / length)} {unit}"
    return f"{significant(seconds)} s"


def listed(words, last="and"):
    """Join words: "a, b and c".

    Parameters
    ----------
    words : iterable
    last : str
        Before the last one.

    Returns
    -------
    str
    """
    *first, end = map(str, words)
    return f"{', '.join(first)} {last} {end}" if first else end


def label(predictor):
    """Return the name of a predictor as figures have it."""
    return style.label_of(predictor)


def space_name(space):
    """Return the name of a search space as papers have it."""
    return SPACES[space]


def combination_title(combination, *facts):
    """Return what a combination is called: its device, and in brackets those of its facts that a page must tell.

    Parameters
    ----------
    combination : str
        Its id.
    *facts : str
        Some of ``"metric"``, ``"space"`` and ``"task"``, in the order in which they are told.

    Returns
    -------
    str
        ``"Google Pixel 3 (latency)"``.
    """
    parts = COMBINATION.fullmatch(combination).groupdict()
    words = {"space": space_name(parts["space"]), "metric": parts["metric"].replace("_", " ")}
    words["task"] = TASKS.get(parts["task"], parts["task"].replace("_", " "))
    told = ", ".join(words[fact] for fact in facts)
    return f"{title_of(parts['device'])} ({told})" if told else title_of(parts["device"])


def markdown(table, index=True):
    """Write a DataFrame of texts as a Markdown table, its index first; the columns' names are the head.

    Parameters
    ----------
    table : DataFrame
    index : bool
        Whether it is a column, too.

    Returns
    -------
    str
    """
    head = [str(name) for name in table.columns]
    rows = [[str(cell) for cell in row] for row in table.to_numpy()]
    if index:
        head = [str(table.index.name or ""), *head]
        rows = [[str(name), *row] for name, row in zip(table.index, rows, strict=True)]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


FILTERS = {
    **{"tau": decimals, "decimals": decimals, "signed": signed, "percent": percent, "count": count, "at_most": at_most},
    **{"significant": significant, "duration": duration, "listed": listed, "label": label, "space_name": space_name},
    **{"device": title_of, "combination": combination_title},
    "table": markdown,
}
"""The filters by the names that templates use."""
