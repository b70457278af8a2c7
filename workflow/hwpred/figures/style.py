"""The style sheet: the look of every predictor, fonts, axes, legends, and how a figure is saved.

A predictor looks the same in every figure. Families share a colour; within a family shade, dash
pattern and marker differ, so that lines can be told apart in grey print and by colour-blind readers.
Dots are kept for values of the paper.
"""

import textwrap
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import REGISTRY
from hwpred.tables import whole_file

SHEET = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.linewidth": 0.6,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 3.6,
    "legend.labelspacing": 0.35,
    "lines.linewidth": 1.2,
    "pdf.fonttype": 42,
}


@contextmanager
def sheet():
    """Make (or save) a figure with matplotlib's own defaults and the style sheet: context manager and decorator.

    What a person has in a matplotlibrc or a style of her own changes nothing, and is back afterwards.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SHEET)
        yield


# No date and no version in a file, so that the same figure gives the same bytes.
_FORMATS = {
    ".pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}, "dpi": 300},
    ".png": {"metadata": {"Software": None}, "dpi": 160},
}

WIDTH = 9.2
"""Width of a figure, inches."""

GREY, DARK_GREY = "#b8b8b8", "#555555"

SOLID, LONG, SHORT = (1, 0), (7, 2), (3, 1.5)
DASH_DOT, DASH_DOT_DOT = (6, 1.5, 1.2, 1.5), (6, 1.5, 1.2, 1.5, 1.2, 1.5)


@dataclass(frozen=True)
class Look:
    """How one predictor is drawn: colour, dash pattern (points on and off), marker, filled or open."""

    color: str
    dashes: tuple
    marker: str
    filled: bool = True

    def line(self, **changes):
        """Return keyword arguments of ``Axes.plot``."""
        look = {
            "color": self.color,
            "linestyle": "-" if self.dashes == SOLID else (0, self.dashes),
            "marker": self.marker,
            "markersize": 4.2,
            "markeredgewidth": 0.9,
            "markeredgecolor": self.color,
            "markerfacecolor": self.color if self.filled else "white",
        }
        return {**look, **changes}


LOOKS = {
    "lin_reg": Look("#08306b", SOLID, "o"),
    "ridge_reg": Look("#2474b8", LONG, "o", filled=False),
    "bayes_lin_reg": Look("#5fa5d8", DASH_DOT, "s"),
    "svmr": Look("#6e4a00", SOLID, "D", filled=False),
    "gp": Look("#b07a00", LONG, "D"),
    "sparse_gp": Look("#dda520", DASH_DOT, "d", filled=False),
    "rf": Look("#00441b", SOLID, "^"),
    "xgb": Look("#0e7a41", LONG, "v"),
    "lgb": Look("#2fa663", SHORT, "^", filled=False),
    "ngb": Look("#74c08a", DASH_DOT, "v", filled=False),
    "bohamiann": Look("#f0977a", DASH_DOT_DOT, "h"),
    "nao": Look("#e9694a", DASH_DOT, "p"),
    "bananas": Look("#d8412f", SHORT, "P", filled=False),
    "mlp": Look("#8e0c15", SOLID, "X"),
    "minimlp": Look("#bd1f22", LONG, "X", filled=False),
    "gcn": Look("#5b2a91", SOLID, ">"),
    "bonas": Look("#9a72c7", SHORT, "<", filled=False),
    "structured_gp": Look("#00818f", SOLID, "d"),
    "transfer_gp": Look("#4db8c4", LONG, "d", filled=False),
    "lookup": Look("#000000", DASH_DOT_DOT, "*"),
}
"""The look of each predictor; a further predictor needs a line here."""

FAMILIES = {
    "linear": ("Linear", "#2474b8"),
    "kernel": ("Kernel and Gaussian process", "#b07a00"),
    "gaussian_process": ("Kernel and Gaussian process", "#b07a00"),
    "trees": ("Trees", "#0e7a41"),
    "networks": ("Networks", "#bd1f22"),
    "graph_networks": ("Graph networks", "#5b2a91"),
    "structured": ("Structured", "#00818f"),
    "lookup": ("Lookup table", "#000000"),
}
"""Title and colour of each family of predictors; those with one title share their panel."""

SPACE_COLOURS = ("#2474b8", "#b07a00", "#0e7a41", "#8e0c15")


def look_of(predictor):
    """Return the look of a predictor.

    Raises
    ------
    ValueError
        If it has none.
    """
    if predictor not in LOOKS:
        raise ValueError(f"no look for predictor {predictor!r} in LOOKS of {__name__}; add a line for it")
    return LOOKS[predictor]


def label_of(predictor):
    """Return the label of a predictor."""
    return DESCRIPTIONS[predictor].label


def family_of(predictor):
    """Return title and colour of a predictor's family."""
    return FAMILIES[DESCRIPTIONS[predictor].family]


def is_trained(predictor):
    """Tell a predictor with training sets from one that chooses its own measurements."""
    return REGISTRY[predictor].trained


def new_figure(height, title, subtitle, note="", width=WIDTH):
    """Make a figure whose title asks a question and whose subtitle says what is shown.

    Parameters
    ----------
    height : float
        Inches, title and subtitle included.
    title, subtitle : str
        The subtitle is wrapped.
    note : str
        Small print below.
    width : float
        Inches.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    lines = textwrap.wrap(subtitle, int(width * 16.5))
    top, bottom = 0.36 + 0.155 * len(lines), 0.0
    figure.text(0.08 / width, 1 - 0.08 / height, title, fontsize=11, fontweight="bold", va="top")
    figure.text(0.08 / width, 1 - 0.32 / height, "\n".join(lines), color=DARK_GREY, va="top", linespacing=1.3)
    if note:
        words = textwrap.wrap(note, int(width * 19))
        bottom = 0.06 + 0.13 * len(words)
        figure.text(0.08 / width, 0.05 / height, "\n".join(words), fontsize=7, color=DARK_GREY, va="bottom")
    figure.get_layout_engine().set(rect=(0, bottom / height, 1, 1 - (top + bottom) / height))
    return figure


def grid_of_axes(figure, panels, columns, **keywords):
    """Add ``panels`` axes in rows of ``columns``; cells left over stay blank."""
    axes = figure.subplots(-(-panels // columns), columns, squeeze=False, **keywords).ravel()
    for blank in axes[panels:]:
        blank.remove()
    return list(axes[:panels])


def train_size_axis(axes, train_sizes):
    """Make x a logarithmic axis of training sizes, with ticks at the real sizes."""
    sizes = sorted({int(size) for size in train_sizes})
    axes.set_xscale("log")
    axes.set_xlim(sizes[0] / 1.15, sizes[-1] * 1.15)
    axes.xaxis.set_major_locator(FixedLocator(sizes))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    for tick in axes.get_xticklabels():
        tick.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set_xlabel("training size (architectures)")


def log_axis(axis, text="{:.6g}".format):
    """Make an axis logarithmic; ``text`` writes the number at a tick."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))
    axis.set_minor_formatter(NullFormatter())


def shared_labels(figure, x, y):
    """Label the axes of a whole grid."""
    width, height = figure.get_size_inches()
    engine = figure.get_layout_engine()
    _, bottom, _, inside = engine.get()["rect"]
    figure.text(0.5, bottom + 0.05 / height, x, ha="center", va="bottom")
    figure.text(0.05 / width, bottom + inside / 2, y, rotation=90, va="center")
    engine.set(rect=(0.2 / width, bottom + 0.22 / height, 1 - 0.2 / width, inside - 0.22 / height))


def number(value, digits=2):
    """Write a number with a typographic minus; a missing one as a dash."""
    if np.isnan(value):
        return "\u2013"
    return f"{value:.{digits}f}".replace("-", "\u2212")


def handle(predictor, label=None):
    """Return the legend entry of a predictor."""
    return Line2D([], [], label=label or label_of(predictor), **look_of(predictor).line())


def paper_handle():
    """Return the legend entry of the paper's values."""
    return Line2D([], [], color=DARK_GREY, linestyle=":", linewidth=1.1, label="the paper")


def side_legend(figure, handles, title):
    """Put a legend at the right of all axes."""
    legend = figure.legend(handles=handles, loc="outside right center", title=title, alignment="left")
    legend.get_title().set_fontsize(7.5)
    return legend


def seeds_text(seeds):
    """Say how many seeds stand behind some values, e.g. ``"50 seeds"`` or ``"10 to 50 seeds"``."""
    low, high = int(np.min(seeds)), int(np.max(seeds))
    return f"{high:,} seed{'s' if high != 1 else ''}" if low == high else f"{low:,} to {high:,} seeds"


def combinations_text(count):
    """Say how many combinations stand behind some values."""
    return f"{count} combination{'s' if count != 1 else ''}"


def left_out_note(left_out):
    """Name the predictors that have no result to show; ``left_out`` maps them to the reason."""
    words = [f"{label_of(predictor)} ({reason})" for predictor, reason in left_out.items()]
    return f"Left out: {', '.join(words)}." if words else ""


def save(figure, paths):
    """Write a figure to each path, whole, in the format of its suffix; the same figure gives the same bytes."""
    for path in map(Path, paths):
        if path.suffix not in _FORMATS:
            raise ValueError(f"{path}: no figure format {path.suffix!r}; use one of {', '.join(_FORMATS)}")
        with sheet(), whole_file(path) as unfinished:
            figure.savefig(unfinished, **_FORMATS[path.suffix])


def write_png(figure, file):
    """Write a figure as PNG into an open binary file, the same bytes as ``save``."""
    with sheet():
        figure.savefig(file, format="png", **_FORMATS[".png"])
