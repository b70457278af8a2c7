"""Ranking quality against training size: how it grows, a ranking at three sizes, and error bars."""

from hwpred.figures import style
from hwpred.figures.averages import (
    by_final_value,
    spread_untrained,
    trained_or_all,
    trained_rows,
    untrained_rows,
)

TAU = "Kendall's tau"
NAMED = 3
"""Predictors as good as the best that a subtitle names."""
LEADERS = 3
"""Lines in colour: more cannot be followed."""
NAME_HEIGHT, NAME_WIDTH = 0.05, 0.45
"""Of names at the ends of lines: in heights of the panel, and in widths of what the lines take of it."""
SHADES = ("#b9c3cc", "#6f7f8d", "#1b1f23")
"""Of the smallest, the middle and the largest training size."""


@style.sheet()
def plot_curves(curves, name, left_out=None, paper=None, ceiling=None, remark="", tied=None):
    """Draw how tau grows, with the leaders named and the others grey, beside the tau of all at three training sizes.

    Parameters
    ----------
    curves : DataFrame
        ``averages.CURVE_COLUMNS`` of Kendall's tau.
    name : str
        What the curves belong to: a combination, or a space and its number of combinations.
    left_out : dict, optional
        Predictor -> why it has no curve.
    paper : DataFrame, optional
        predictor, train_size, kendall_tau of the paper, those of the leaders dotted behind.
    ceiling : reading.NoiseCeiling or reading.TauCap, optional
        What bounds tau, a dashed line.
    remark : str
        For the small print.
    tied : dict, optional
        Training size -> the predictors that cannot be told from the best, best first, which the subtitle then names.

    Returns
    -------
    Figure
    """
    lines, leaders = spread_untrained(curves), leaders_of(curves)
    figure = style.new_figure(
        5.4,
        "Which predictor ranks architectures best, and after how many measurements?",
        f"{name}; mean over {_seeds_of(curves)}. {_best_at(curves, tied) if tied else ''}",
        _note(curves, left_out, paper is not None, ceiling, remark),
    )
    growth, ranking = figure.subplots(1, 2, width_ratios=(3, 2))
    if paper is not None:
        _draw_paper(growth, paper, leaders)
    _draw_growth(growth, lines, leaders)
    growth.set(title="the leaders, with one standard deviation over seeds; all others in grey", ylabel=TAU)
    _zoom_on(growth, lines["mean"] if ceiling is None else [*lines["mean"], ceiling.tau])
    _draw_ceiling(growth, ceiling)
    _name_ends(growth, lines, leaders)
    _draw_ranking(ranking, curves, leaders)
    return figure


def leaders_of(curves):
    """Return up to three trained predictors: the best at the smallest, the middle and the largest training size.

    Where one is the best at several, the next best at the middle size follow.
    """
    trained = trained_rows(curves)
    if trained.empty:
        return []
    sizes = _three_sizes(trained)
    best_first = {
        size: list(rows.sort_values("mean", ascending=False, kind="stable")["predictor"])
        for size, rows in trained.groupby("train_size")
    }
    middle = best_first[sizes[len(sizes) // 2]]
    return list(dict.fromkeys([best_first[size][0] for size in sizes] + middle))[:LEADERS]


def _three_sizes(trained):
    """Return the smallest, the middle and the largest training size, each once."""
    sizes = sorted(trained["train_size"].unique())
    return list(dict.fromkeys((sizes[0], sizes[len(sizes) // 2], sizes[-1])))


def _draw_growth(axes, lines, leaders):
    """Draw the leaders with their spread over seeds, those without training in black, and the others grey."""
    for predictor, rows in lines.groupby("predictor"):
        rows = rows.sort_values("train_size")
        if predictor in leaders:
            look = style.look_of(predictor)
            axes.fill_between(rows["train_size"], rows["mean"] - rows["std"], rows["mean"] + rows["std"],
                              color=look.color, alpha=0.12, linewidth=0)  # fmt: skip
        elif style.is_trained(predictor):
            axes.plot(rows["train_size"], rows["mean"], color=style.GREY, linewidth=0.8, zorder=1)
            continue
        _draw_line(axes, rows, predictor)
    style.train_size_axis(axes, lines["train_size"])


def _name_ends(axes, lines, leaders):
    """Write the names of the leaders at the ends of their lines, one below the other where these are close."""
    first, last = lines["train_size"].min(), lines["train_size"].max()
    axes.set_xlim(right=last * (last / first) ** NAME_WIDTH)
    ends = lines[lines["predictor"].isin(leaders)].sort_values("train_size").groupby("predictor").last()
    low, high = axes.get_ylim()
    free = high
    for predictor, end in ends.sort_values("mean", ascending=False).iterrows():
        height = min(end["mean"], free)
        free = height - NAME_HEIGHT * (high - low)
        axes.annotate(style.label_of(predictor), (end["train_size"], height), xytext=(7, 0), va="center",
                      textcoords="offset points", color=style.look_of(predictor).color, fontweight="bold",
                      in_layout=False)  # fmt: skip


def _draw_ranking(axes, curves, leaders):
    """Draw the tau of every predictor at three training sizes, the best at the middle one on top."""
    trained, untrained = trained_rows(curves), untrained_rows(curves)
    sizes = _three_sizes(trained if len(trained) else curves)
    shown = trained_or_all(curves)
    middle = shown[shown["train_size"] == sizes[len(sizes) // 2]].sort_values("mean", kind="stable")["predictor"]
    order = [key for key in shown["predictor"].unique() if key not in set(middle)] + list(middle)
    place = {predictor: height for height, predictor in enumerate(order)}
    for size, shade in zip(sizes, SHADES[-len(sizes) :], strict=True):
        rows = shown[shown["train_size"] == size]
        label = f"after {size:,}" if size == sizes[0] else f"{size:,}"
        axes.plot(rows["mean"], rows["predictor"].map(place), "o", color=shade, markersize=4.5, label=label)
    for row in untrained.itertuples() if len(trained) else ():
        label = f"{row.train_size:,} ({style.label_of(row.predictor)})"
        axes.axvline(row.mean, color="black", linewidth=0.8, linestyle=(0, style.SHORT), label=label)
    axes.set_yticks(range(len(order)), [style.label_of(key) for key in order])
    for text, predictor in zip(axes.get_yticklabels(), order, strict=True):
        if predictor in leaders:
            text.set(color=style.look_of(predictor).color, fontweight="bold")
    axes.set_xlabel(TAU)
    # In the place of a title.
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=len(sizes) + 1, handlelength=1.2, columnspacing=1)


@style.sheet()
def plot_error_bars(curves, name, left_out=None, paper=None, ceiling=None, remark=""):
    """Draw the mean curves with bars of one standard deviation over seeds, a panel a family.

    A last panel shows the standard deviations themselves.

    Parameters
    ----------
    curves, name, left_out, paper, ceiling, remark
        As for ``plot_curves``.

    Returns
    -------
    Figure
    """
    order = by_final_value(curves)
    lines = spread_untrained(curves)
    families = _families(order)
    columns = 2 if len(families) in (1, 3) else 3
    figure = style.new_figure(
        1.1 + 2.45 * -(-(len(families) + 1) // columns),
        "How much does it matter which architectures are measured for training?",
        f"{name}; mean and one standard deviation over {_seeds_of(curves)} (grey: all other predictors). "
        f"{_spread_at(curves)}",
        _note(curves, left_out, paper is not None, ceiling, remark),
    )
    panels = style.grid_of_axes(figure, len(families) + 1, columns)
    for axes, (family, members) in zip(panels, families.items(), strict=False):
        _draw_family(axes, lines, order, members, paper)
        axes.set(title=family, ylabel=TAU)
        axes.sharey(panels[0])
        _draw_ceiling(axes, ceiling)
    _draw_deviations(panels[-1], trained_rows(curves), order)
    for axes in panels:
        style.train_size_axis(axes, lines["train_size"])
    _legend(figure, curves, order, paper is not None)
    return figure


def _families(order):
    """Return {family title: its predictors}, those without training left out: they stand in every panel."""
    families = {}
    for predictor in style.LOOKS:
        if predictor in order and style.is_trained(predictor):
            families.setdefault(style.family_of(predictor)[0], []).append(predictor)
    return families


def _draw_family(axes, lines, order, members, paper):
    if paper is not None:
        _draw_paper(axes, paper, members)
    for predictor in order:
        rows = lines[lines["predictor"] == predictor].sort_values("train_size")
        if predictor in members or not style.is_trained(predictor):
            _draw_line(axes, rows, predictor)
        else:
            axes.plot(rows["train_size"], rows["mean"], color=style.GREY, linewidth=0.5, zorder=1)
        if predictor in members:
            # Bars of several predictors at one size would hide each other: each stands a little beside it.
            beside = 1.05 ** (members.index(predictor) - (len(members) - 1) / 2)
            colour = style.look_of(predictor).color
            axes.errorbar(rows["train_size"] * beside, rows["mean"], rows["std"], fmt="none", ecolor=colour,
                          elinewidth=0.8, capsize=1.6, capthick=0.8)  # fmt: skip


def _draw_deviations(axes, trained, order):
    for predictor in reversed(order):
        rows = trained[(trained["predictor"] == predictor) & (trained["std"] > 0)].sort_values("train_size")
        axes.plot(rows["train_size"], rows["std"], **style.look_of(predictor).line())
    axes.set(title="The standard deviations", ylabel=f"std of {TAU} over seeds")
    if (trained["std"] > 0).any():
        style.log_axis(axes.yaxis)
    else:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "none: a single seed, or equal values", transform=axes.transAxes, ha="center")


def _draw_line(axes, rows, predictor):
    rows = rows.sort_values("train_size")
    look = style.look_of(predictor)
    if style.is_trained(predictor):
        axes.plot(rows["train_size"], rows["mean"], **look.line(zorder=3))
        return
    axes.plot(rows["train_size"], rows["mean"], **look.line(marker="", zorder=2.5))
    measurements = rows["measurements"].iloc[0]
    nearest = rows.iloc[(rows["train_size"] - measurements).abs().argmin()]
    axes.plot(measurements, nearest["mean"], **look.line(markersize=8, zorder=4))


def _draw_paper(axes, paper, predictors):
    for predictor, rows in paper[paper["predictor"].isin(predictors)].groupby("predictor"):
        colour = style.look_of(predictor).color
        axes.plot(rows["train_size"], rows["kendall_tau"], ":", color=colour, linewidth=1, zorder=2)


def _draw_ceiling(axes, ceiling):
    if ceiling is None:
        return
    axes.axhline(ceiling.tau, color=style.DARK_GREY, linewidth=0.8, linestyle=(0, style.SHORT), zorder=2)
    # Beside the left edge: curves come near the ceiling at the right.
    place = {"xy": (0, ceiling.tau), "xycoords": axes.get_yaxis_transform(), "xytext": (3, -2.5), "va": "top"}
    axes.annotate(ceiling.words, **place, textcoords="offset points", fontsize=6.5, color=style.DARK_GREY)


def _zoom_on(axes, values):
    """Fit the y axis to these values; others (a lookup table far below) may leave the frame."""
    if len(values):
        low, high = min(values), max(values)
        room = 0.05 * max(high - low, 0.02)
        axes.set_ylim(low - room, high + room)


def _legend(figure, curves, order, with_paper):
    final = curves.sort_values("train_size").groupby("predictor")["mean"].last()
    handles = [style.handle(key, f"{style.label_of(key)}  {final[key]:.3f}") for key in order]
    if with_paper:
        handles.append(style.paper_handle())
    style.side_legend(figure, handles, "tau at the largest size")


def _seeds_of(curves):
    return style.seeds_text(trained_or_all(curves)["seeds"])


def _best_at(curves, tied):
    """Name the best trained predictors at the smallest, the middle and the largest training size, where there are any.

    Those that cannot be told from the best are named with it.
    """
    trained = trained_rows(curves)
    if trained.empty:
        return ""
    if trained["seeds"].max() == 1:
        return "One seed tells no predictors apart."
    words = []
    for size in _three_sizes(trained):
        means = trained[trained["train_size"] == size].set_index("predictor")["mean"]
        # Constant predictions have a tau of 0: where none ranks better, none is the best.
        if means.max() > 0:
            words.append(f"after {size:,}: {_set_text(tied[size], means)}")
    if not words:
        return "No predictor ranks better than chance."
    apart = " Those named together cannot be told apart." if any(" or " in one for one in words) else ""
    return f"Best {'; '.join(words)}.{apart}"


def _set_text(predictors, means):
    """Name a set of predictors, the best with its mean; of many only the first."""
    first, *others = [style.label_of(key) for key in predictors]
    named = others if len(others) <= NAMED else others[: NAMED - 1]
    first = f"{first} ({means[predictors[0]]:.2f})"
    if len(named) < len(others):
        named = [*named, f"{len(others) - len(named)} more"]
    return f"{', '.join([first, *named[:-1]])} or {named[-1]}" if named else first


def _spread_at(curves):
    """Say how large the standard deviation over seeds is at the smallest and the largest training size."""
    median = trained_rows(curves).groupby("train_size")["std"].median().dropna()
    if median.empty:
        return ""
    small, large = median.index.min(), median.index.max()
    return f"Median of these deviations: {median[small]:.3f} after {small:,}, {median[large]:.3f} after {large:,}."


def _note(curves, left_out, with_paper, ceiling, remark):
    words = [
        f"Black: {style.label_of(row.predictor)}, one fit for all sizes; star: its {row.train_size:,} measurements."
        for row in untrained_rows(curves).itertuples()
    ]
    if with_paper:
        words.append("Dotted: Laube, Mutschler and Zell (2022), mean of their own five combinations.")
    if ceiling is not None:
        words.append(ceiling.note)
    return " ".join([*words, remark, style.left_out_note(left_out or {})]).strip()
