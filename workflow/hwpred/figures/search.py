"""What hyperparameter search gains in Kendall's tau, and what it costs."""

import pandas as pd

from hwpred.figures import style
from hwpred.figures.averages import by_final_value, by_space, mean_curves

SEARCH_COLUMNS = [
    "space",
    "predictor",
    "train_size",
    "gain",
    "standard_error",
    "seeds",
    "search_seconds",
    "fit_seconds",
]


def search_table(evaluations, spaces):
    """Return what the search gained, a row a space, predictor and training size.

    Parameters
    ----------
    evaluations, spaces
        As for ``averages.by_space``.

    Returns
    -------
    DataFrame
        ``SEARCH_COLUMNS``: mean gain over seeds and the combinations of the space, its standard error over
        seeds (missing for one seed), seeds of each combination, and CPU seconds (medians). Empty where nothing was
        searched.
    """
    rows = []
    for space, of_space in by_space(evaluations, spaces).items():
        if not any((table["measure"] == "search_gain").any() for table in of_space.values()):
            continue
        gains = mean_curves(of_space, "search_gain").rename(columns={"mean": "gain"})
        gains = gains.merge(_standard_errors(of_space), on=["predictor", "train_size"])
        for kind in ("search_seconds", "fit_seconds"):
            seconds = mean_curves(of_space, kind, "q50")[["predictor", "train_size", "mean"]]
            gains = gains.merge(seconds.rename(columns={"mean": kind}), on=["predictor", "train_size"])
        rows.append(gains.assign(space=space))
    return pd.concat(rows, ignore_index=True)[SEARCH_COLUMNS] if rows else pd.DataFrame(columns=SEARCH_COLUMNS)


def _standard_errors(evaluations):
    """Return the standard error of a mean over combinations, each of which is a mean over seeds of its own spread."""
    gains = pd.concat([table[table["measure"] == "search_gain"] for table in evaluations.values()])
    squares = gains.assign(square=gains["std"] ** 2 / gains["seeds"]).groupby(["predictor", "train_size"])["square"]
    # The error of one combination that has a single seed is not known, and so the mean's is not.
    known = squares.sum(min_count=len(evaluations))
    return (known**0.5 / len(evaluations)).rename("standard_error").reset_index()


@style.sheet()
def plot_search_gain(table, remark=""):
    """Draw gain and relative cost against training size, a row a space.

    Parameters
    ----------
    table : DataFrame
        Of ``search_table``.
    remark : str
        For the small print.

    Returns
    -------
    Figure
    """
    spaces = list(dict.fromkeys(table["space"]))
    if not spaces:
        return style.new_figure(1.0, "What does hyperparameter search gain?", "Nothing was searched in this run.")
    figure = style.new_figure(
        1.1 + 2.6 * len(spaces),
        "What does hyperparameter search gain?",
        "Kendall's tau with search minus that of the default hyperparameters on the same split, mean of "
        f"{style.seeds_text(table['seeds'])} and the combinations of a space with its standard error; and CPU time of "
        "the search over that of the final fit.",
        remark,
    )
    panels = style.grid_of_axes(figure, 2 * len(spaces), 2)
    for row, space in enumerate(spaces):
        _draw_space(*panels[2 * row : 2 * row + 2], table[table["space"] == space], space)
    order = by_final_value(
        table.groupby(["predictor", "train_size"], as_index=False)["gain"].mean().rename(columns={"gain": "mean"})
    )
    style.side_legend(figure, [style.handle(predictor) for predictor in order], "largest final gain first")
    return figure


def _draw_space(gain, cost, table, space):
    """Draw what a search gains in a space, and what it costs, into an axes each."""
    gain.axhline(0, color=style.DARK_GREY, linewidth=0.8)
    for predictor, rows in table.groupby("predictor"):
        look = style.look_of(predictor)
        gain.errorbar(rows["train_size"], rows["gain"], rows["standard_error"], elinewidth=0.7, **look.line())
        cost.plot(rows["train_size"], rows["search_seconds"] / rows["fit_seconds"], **look.line())
    gain.set(title=f"{space}: gain", ylabel="gain in Kendall's tau")
    cost.set(title=f"{space}: cost", ylabel="search time / fit time")
    style.log_axis(cost.yaxis)
    for axes in (gain, cost):
        style.train_size_axis(axes, table["train_size"])
