"""What was measured, how certain it is, and how the machine drifted meanwhile."""

import numpy as np

from hwpred.figures import style
from hwpred.measurement.drift import drift_at, reference_deviations
from hwpred.measurement.plan import FIRST, SECOND
from hwpred.metrics import LEAST_PAIRS, half_interval_of_tau

COLOUR = style.SPACE_COLOURS[0]


@style.sheet()
def plot_measurements(timings, values, facts):
    """Draw a row a combination: distribution, agreement of two passes, drift.

    Parameters
    ----------
    timings : dict
        Combination -> rows of all chunks (``collect.read_chunks``).
    values : dict
        Combination -> its fastest visits (``collect.over_visits``).
    facts : dict
        Combination -> facts (``collect.collect``).

    Returns
    -------
    Figure
    """
    figure = style.new_figure(
        1.2 + 1.9 * len(timings),
        "What was measured, and how certain is it?",
        "A row a combination. Left: the corrected times of all architectures. Middle: the second pass over a random "
        "tenth against the first; tau between them, with its 95 % interval, is the noise ceiling. Right: how much "
        "slower the machine was than usual, by reference networks timed again and again (dots) and as it was corrected "
        "(line).",
    )
    panels = style.grid_of_axes(figure, 3 * len(timings), 3)
    for row, name in enumerate(timings):
        histogram, passes, drift = panels[3 * row : 3 * row + 3]
        _draw_distribution(histogram, values[name])
        histogram.set_title(name, loc="left", fontsize=style.SMALL)
        _draw_passes(passes, values[name], facts[name]["noise_ceiling"])
        _draw_drift(drift, timings[name])
    return figure


def _draw_distribution(axes, timed):
    value = timed.loc[FIRST].value
    axes.hist(value, bins=50, color=COLOUR, alpha=0.75)
    axes.set_xlabel("latency (ms)")
    axes.set_ylabel("architectures")
    words = f"n {len(value):,}\nmean {value.mean():.3g} ms\nstd {value.std():.3g} ms"
    axes.text(0.98, 0.97, words, transform=axes.transAxes, ha="right", va="top", fontsize=7.5)


def _draw_passes(axes, timed, noise_ceiling):
    first, second = (timed.query("passing == @name").droplevel(0).value for name in (FIRST, SECOND))
    common = first.index.intersection(second.index)
    axes.plot(first[common], second[common], ".", color=COLOUR, markersize=2)
    if len(common):
        axes.axline((first[common].mean(),) * 2, slope=1, color="black", linewidth=0.6)
    axes.set_xlabel("first pass (ms)")
    axes.set_ylabel("second pass (ms)")
    if noise_ceiling is not None:
        half = half_interval_of_tau(noise_ceiling, len(common))
        words = f"noise ceiling: tau {style.number(noise_ceiling, 3)} \u00b1 {half:.3f}"
        if len(common) < LEAST_PAIRS:
            words = f"tau {style.number(noise_ceiling, 3)}; {len(common)} pairs are\ntoo few for a noise ceiling"
        axes.text(0.03, 0.97, words, transform=axes.transAxes, va="top", fontsize=7.5)


def _draw_drift(axes, rows):
    deviations = reference_deviations(rows)
    axes.set_xlabel("minutes since the start")
    axes.set_ylabel("slower (%)")
    if deviations.empty:
        axes.text(0.5, 0.5, "no reference could be timed", transform=axes.transAxes, ha="center", fontsize=7.5)
        return
    start = rows.started.min()
    for _, group in deviations.groupby("core"):
        axes.plot((group.started - start) / 60, _percent(group.deviation), ".", color=style.GREY, markersize=2)
        line = np.sort(group.started.to_numpy())
        axes.plot((line - start) / 60, _percent(drift_at(group, group.core, line)), color=COLOUR)
    # A single slow timing must not squeeze the rest.
    low, high = np.quantile(_percent(deviations.deviation), [0.02, 0.98])
    axes.set_ylim(low - 2, high + 2)


def _percent(deviation):
    return 100 * (np.exp(deviation) - 1)
