"""Ranking quality against training size: how it grows, and a ranking at three sizes."""

from hwpred.figures import style
from hwpred.figures.averages import spread_untrained, trained_or_all, trained_rows, untrained_rows

TAU = "Kendall's tau"
NAMED = 3
"""Predictors as good as the best that a subtitle names."""
LEADERS = 3
"""Lines in colour: more cannot be followed."""
SHADES = ("#b9c3cc", "#6f7f8d", "#1b1f23")
"""Of the smallest, the middle and the largest training size."""


@style.sheet()
def plot_curves(curves, name, seeds=None, left_out=None, paper=None, ceiling=None, remark="", tied=None):
    """Draw how tau grows, with the leaders named and the others grey, beside the tau of all at three training sizes.

    Parameters
    ----------
    curves : DataFrame
        ``averages.CURVE_COLUMNS`` of Kendall's tau.
    name : str
        What the curves belong to: a combination, or a space and its number of combinations.
    seeds : DataFrame, optional
        ``predictor``, ``train_size``, ``seed``, ``kendall_tau``: those of the leaders as dots.
    left_out : dict, optional
        Predictor -> why it has no curve.
    paper : DataFrame, optional
        predictor, train_size, kendall_tau of the paper, those of the leaders dotted behind.
    ceiling : reading.NoiseCeiling or reading.TauCap, optional
        What bounds tau, a dashed line.
    remark : str
        For the small print.
    tied : dict, optional
        Training size -> the predictors that cannot be told from the best, best first, which the subtitle then names;
        without sizes at which no seed is known on all combinations.

    Returns
    -------
    Figure
    """
    lines, leaders = spread_untrained(curves), leaders_of(curves)
    figure = style.new_figure(
        5.2,
        "Which predictor ranks architectures best, and after how many measurements?",
        f"{name}; mean over {_seeds_of(curves)}. {_best_at(curves, tied) if tied else ''}",
        _note(curves, left_out, paper is not None, ceiling, remark),
    )
    growth, ranking = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_left(growth, lines, leaders, seeds, paper, ceiling)
    _draw_ranking(ranking, curves, leaders)
    return figure


def _draw_left(growth, lines, leaders, seeds, paper, ceiling):
    """Draw how tau grows, and what bounds it."""
    if paper is not None:
        # Beyond the last size stand the names.
        _draw_paper(growth, paper[paper["train_size"] <= lines["train_size"].max()], leaders)
    _draw_growth(growth, lines, leaders, seeds)
    dots = "" if seeds is None else ", a dot a seed"
    growth.set(title=f"the leaders{dots}; all others in grey", ylabel=TAU)
    _zoom_on(growth, lines["mean"] if ceiling is None else [*lines["mean"], ceiling.tau])
    _draw_ceiling(growth, ceiling)
    _name_ends(growth, lines, leaders)


def leaders_of(curves):
    """Return up to three trained predictors: the best at the smallest, the middle and the largest training size.

    Where one is the best at several, the next best at the middle size follow.
    """
    trained = trained_rows(curves)
    if trained.empty:
        return []
    sizes = three_sizes(trained)
    best_first = {
        size: list(rows.sort_values("mean", ascending=False, kind="stable")["predictor"])
        for size, rows in trained.groupby("train_size")
    }
    middle = best_first[sizes[len(sizes) // 2]]
    return list(dict.fromkeys([best_first[size][0] for size in sizes] + middle))[:LEADERS]


def three_sizes(trained):
    """Return the smallest, the middle and the largest training size, each once."""
    sizes = sorted(trained["train_size"].unique())
    return list(dict.fromkeys((sizes[0], sizes[len(sizes) // 2], sizes[-1])))


def _draw_growth(axes, lines, leaders, seeds):
    """Draw the leaders with their seeds, those without training in black, and the others grey."""
    for predictor, rows in lines.groupby("predictor"):
        rows = rows.sort_values("train_size")
        if predictor in leaders or not style.is_trained(predictor):
            _draw_line(axes, rows, predictor)
        else:
            axes.plot(rows["train_size"], rows["mean"], color=style.GREY, linewidth=0.8, zorder=1)
    for predictor in leaders if seeds is not None else ():
        dots = seeds[seeds["predictor"] == predictor]
        axes.plot(dots["train_size"], dots["kendall_tau"], "o", color=style.look_of(predictor).color, markersize=2.6,
                  alpha=0.55, markeredgewidth=0, zorder=2)  # fmt: skip
    style.train_size_axis(axes, lines["train_size"])


def _name_ends(axes, lines, leaders):
    """Write the names of the leaders at the ends of their lines."""
    last = lines[lines["predictor"].isin(leaders)].sort_values("train_size").groupby("predictor").last()
    ends = {style.label_of(key): (end["train_size"], end["mean"]) for key, end in last.iterrows()}
    if ends:
        style.name_ends(axes, ends, {style.label_of(key): style.look_of(key).color for key in leaders}, 4.2)


def _draw_ranking(axes, curves, leaders):
    """Draw the tau of every predictor at three training sizes, the best at the middle one on top."""
    trained, untrained = trained_rows(curves), untrained_rows(curves)
    sizes = three_sizes(trained if len(trained) else curves)
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
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=len(sizes) + 1,
                handlelength=1.2, columnspacing=1, handletextpad=0.4)  # fmt: skip


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


def _zoom_on(axes, values):
    """Fit the y axis to these values; others (a lookup table far below) may leave the frame."""
    if len(values):
        low, high = min(values), max(values)
        room = 0.05 * max(high - low, 0.02)
        axes.set_ylim(low - room, high + room)


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
    for size in three_sizes(trained):
        means = trained[trained["train_size"] == size].set_index("predictor")["mean"]
        # Constant predictions have a tau of 0: where none ranks better, none is the best.
        if size in tied and means.max() > 0:
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


def _note(curves, left_out, with_paper, ceiling, remark):
    words = [
        f"Black: {style.label_of(row.predictor)}, one fit for all sizes; star: its {row.train_size:,} measurements."
        for row in untrained_rows(curves).itertuples()
    ]
    if with_paper:
        words.append("Dotted: Laube, Mutschler and Zell (2022), mean of their own five combinations.")
    if ceiling is not None:
        words.append(ceiling.note)
    return " ".join(filter(None, [*words, remark, style.left_out_note(left_out or {})]))
