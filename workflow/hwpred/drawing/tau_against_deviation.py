"""Kendall's tau against the deviations' standard deviation, a point a fit, and their correlation."""

from hwpred.figures.deviation_std import plot_tau_against_deviation
from hwpred.figures.reading import read_blocks


def draw(files):
    """Return the figure, from the fits of all combinations."""
    return {"tau_against_deviation": plot_tau_against_deviation(*read_blocks(files, "fits"))}
