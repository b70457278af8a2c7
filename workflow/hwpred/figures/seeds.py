"""The tau of every seed: how much it matters which architectures are measured for training."""

from hwpred.figures import style
from hwpred.figures.averages import trained_or_all, trained_rows, untrained_rows
from hwpred.figures.curves import TAU, three_sizes

MOST_SEEDS = 100
"""Dots of one predictor; more of them only blot."""


@style.sheet()
def plot_seeds(seeds, name, left_out=None, ceiling=None, remark=""):
    """Draw a dot a seed, a row a predictor, a panel each of three training sizes.

    Parameters
    ----------
    seeds : DataFrame
        ``predictor``, ``train_size``, ``seed``, ``kendall_tau``.
    name : str
        What the seeds belong to: a combination, or a space and its number of combinations.
    left_out, ceiling, remark
        As for ``curves.plot_curves``.

    Returns
    -------
    Figure
    """
    shown = trained_or_all(seeds)
    sizes = three_sizes(shown)
    count = shown.groupby(["predictor", "train_size"])["seed"].nunique()
    figure = style.new_figure(
        1.3 + 0.19 * max(5, shown["predictor"].nunique()),
        "How much does it matter which architectures are measured for training?",
        f"{name}; {style.seeds_text(count)}, each another split: a dot a seed, a bar their mean. {_spread_at(shown)}",
        _note(seeds, left_out, ceiling, remark),
    )
    means = shown[shown["train_size"] == sizes[len(sizes) // 2]].groupby("predictor")["kendall_tau"].mean()
    order = list(means.sort_values(kind="stable").index)
    order = [key for key in shown["predictor"].unique() if key not in order] + order
    panels = figure.subplots(1, len(sizes), sharey=True, squeeze=False)[0]
    for axes, size in zip(panels, sizes, strict=True):
        _draw_seeds(axes, shown[shown["train_size"] == size], order)
        for row in untrained_rows(seeds).itertuples() if shown is not seeds else ():
            axes.axvline(row.kendall_tau, color="black", linewidth=0.8, linestyle=(0, style.DASH_DOT))
        if ceiling is not None:
            axes.axvline(ceiling.tau, color=style.DARK_GREY, linewidth=0.8, linestyle=(0, style.SHORT))
        axes.set(title=f"after {size:,}", xlabel=TAU)
    panels[0].set_yticks(range(len(order)), [style.label_of(key) for key in order])
    return figure


def _draw_seeds(axes, rows, order):
    for place, predictor in enumerate(order):
        taus = rows.loc[rows["predictor"] == predictor, "kendall_tau"]
        if taus.empty:
            continue
        colour = style.look_of(predictor).color
        dots = taus.iloc[:MOST_SEEDS]
        axes.plot(dots, [place] * len(dots), "o", color=colour, markersize=4, alpha=0.5, markeredgewidth=0)
        axes.plot([taus.mean()], [place], "|", color=colour, markersize=9, markeredgewidth=1.6)


def _spread_at(seeds):
    """Say how far seeds lie apart at the smallest and the largest training size."""
    spread = trained_rows(seeds).groupby(["train_size", "predictor"])["kendall_tau"].std().dropna()
    median = spread.groupby("train_size").median()
    if median.empty:
        return ""
    small, large = median.index.min(), median.index.max()
    found = f"{median[small]:.3f} after {small:,}, {median[large]:.3f} after {large:,}"
    return f"Median of their standard deviations: {found}."


def _note(seeds, left_out, ceiling, remark):
    untrained = untrained_rows(seeds)
    words = [
        f"Dash-dotted: {style.label_of(row.predictor)}, one fit of {row.train_size:,} measurements."
        for row in untrained.itertuples()
        if len(untrained) < len(seeds)
    ]
    if ceiling is not None:
        words.append(ceiling.note)
    return " ".join([*words, remark, style.left_out_note(left_out or {})]).strip()
