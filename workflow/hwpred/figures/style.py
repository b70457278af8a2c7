"""The style sheet: the look of every predictor, fonts, axes, legends, and how a figure is saved.

A predictor looks the same in every figure. Families share a hue; within a family shade, dash
pattern and marker differ. No two colours look alike to readers with deuteranopia or protanopia, and all
stand out from white paper. Where many lines cross, a few are in colour, with their names at the ends.
Dots are kept for values of the paper.
"""

import textwrap
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator
from PIL import Image, PngImagePlugin

from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import REGISTRY
from hwpred.tables import whole_file

SHEET = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.linewidth": 0.6,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.5,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "legend.handlelength": 3.6,
    "legend.labelspacing": 0.35,
    "lines.linewidth": 1.3,
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


WIDTH = 8.2
"""Width of a figure, inches. In the column of a page, 846 pixels wide, its text is then 12 pixels high."""
SMALL = 8
"""Size of small print, points."""
LETTER = 0.095
"""Width of a bold letter, inches, on average, and generously."""
PIXELS, DOTS = 160, 300
"""Per inch, of a PNG, and of what a PDF holds as pixels."""
COLOURS = 96
"""Of a PNG: a palette makes it a quarter as large."""

GREY, DARK_GREY = "#b8b8b8", "#555555"
HALO = [withStroke(linewidth=3, foreground="white")]
"""Around names that a line may cross."""
_GREYS = range(0, 256, 17)
"""Levels of grey that a picture has besides its colours; ``DARK_GREY`` is one of them."""
SHADED = "#9db4c0"
"""Of bars below a line."""

SOLID, LONG, SHORT = (1, 0), (7, 2), (3, 1.5)
DASH_DOT, DASH_DOT_DOT = (6, 1.5, 1.2, 1.5), (6, 1.5, 1.2, 1.5, 1.2, 1.5)


@dataclass(frozen=True)
class Look:
    """How one predictor is drawn.

    Attributes
    ----------
    color : str
    dashes : tuple
        Points on and off.
    marker : str
    filled : bool
        Whether the marker is.
    """

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
    "lin_reg": Look("#174d81", SOLID, "o"),
    "ridge_reg": Look("#2373de", LONG, "o", filled=False),
    "bayes_lin_reg": Look("#004190", DASH_DOT, "s"),
    "svmr": Look("#633404", SOLID, "D", filled=False),
    "gp": Look("#997f32", LONG, "D"),
    "sparse_gp": Look("#5c5024", DASH_DOT, "d", filled=False),
    "rf": Look("#2a462d", SOLID, "^"),
    "xgb": Look("#028747", LONG, "v"),
    "lgb": Look("#28715c", SHORT, "^", filled=False),
    "ngb": Look("#0c6e43", DASH_DOT, "v", filled=False),
    "bohamiann": Look("#bf7c71", DASH_DOT_DOT, "h"),
    "nao": Look("#dc7160", DASH_DOT, "p"),
    "bananas": Look("#d64608", SHORT, "P", filled=False),
    "mlp": Look("#4d070d", SOLID, "X"),
    "minimlp": Look("#ab3003", LONG, "X", filled=False),
    "gcn": Look("#48204c", SOLID, ">"),
    "bonas": Look("#e037f1", SHORT, "<", filled=False),
    "structured_gp": Look("#139bbd", SOLID, "d"),
    "transfer_gp": Look("#0c6a76", LONG, "d", filled=False),
    "lookup": Look("#000000", DASH_DOT_DOT, "*"),
}
"""The look of each predictor that is told apart by colour-blind readers and in grey; others have one of ``looks``."""
_LONG_AND_SHORT, _FURTHER_MARKERS = (7, 1.5, 3, 1.5), "H8s*"

FAMILIES = {
    "linear": ("Linear", "#2373de"),
    "kernel": ("Kernel and Gaussian process", "#997f32"),
    "gaussian_process": ("Kernel and Gaussian process", "#997f32"),
    "trees": ("Trees", "#2a462d"),
    "networks": ("Networks", "#d64608"),
    "graph_networks": ("Graph networks", "#e037f1"),
    "structured": ("Structured", "#139bbd"),
    "lookup": ("Lookup table", "#000000"),
}
"""Title and colour of each family of predictors."""

SPACE_COLOURS = ("#2373de", "#997f32", "#2a462d", "#d64608")


def looks():
    """Return the look of every predictor, {key: Look}; one without a line in ``LOOKS`` has its family's colour."""
    further = [key for key in DESCRIPTIONS if key not in LOOKS]
    markers = cycle(_FURTHER_MARKERS)
    return {**LOOKS, **{key: Look(family_of(key)[1], _LONG_AND_SHORT, next(markers)) for key in further}}


def look_of(predictor):
    """Return the look of a predictor.

    Raises
    ------
    ValueError
        If there is no such predictor.
    """
    if predictor not in looks():
        raise ValueError(
            f"no look for predictor {predictor!r}; add it to DESCRIPTIONS (hwpred.predictors.descriptions)"
        )
    return looks()[predictor]


def label_of(predictor):
    """Return the label of a predictor."""
    return DESCRIPTIONS[predictor].label


def family_of(predictor):
    """Return title and colour of a predictor's family."""
    return FAMILIES[DESCRIPTIONS[predictor].family]


def is_trained(predictor):
    """Tell a predictor with training sets from one that chooses its own measurements."""
    return REGISTRY[predictor].trained


def new_figure(height, title, subtitle, note=""):
    """Make a figure whose title asks a question and whose subtitle says what is shown.

    Parameters
    ----------
    height : float
        Inches, title and subtitle included.
    title, subtitle : str
        The subtitle is wrapped.
    note : str
        Small print below.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    lines = textwrap.wrap(subtitle, int(WIDTH * 14.8))
    top, bottom = 0.38 + 0.17 * len(lines), 0.0
    figure.text(0.08 / WIDTH, 1 - 0.08 / height, title, fontsize=11.5, fontweight="bold", va="top")
    figure.text(0.08 / WIDTH, 1 - 0.34 / height, "\n".join(lines), color=DARK_GREY, va="top", linespacing=1.3)
    if note:
        words = textwrap.wrap(note, int(WIDTH * 16.6))
        bottom = 0.06 + 0.148 * len(words)
        figure.text(0.08 / WIDTH, 0.05 / height, "\n".join(words), fontsize=SMALL, color=DARK_GREY, va="bottom")
    figure.get_layout_engine().set(rect=(0, bottom / height, 1, 1 - (top + bottom) / height))
    return figure


def grid_of_axes(figure, panels, columns, **keywords):
    """Add ``panels`` axes in rows of ``columns``; cells left over stay blank.

    Parameters
    ----------
    figure : Figure
    panels, columns : int
    **keywords : object
        Of ``Figure.subplots``.

    Returns
    -------
    list of Axes
    """
    axes = figure.subplots(-(-panels // columns), columns, squeeze=False, **keywords).ravel()
    for blank in axes[panels:]:
        blank.remove()
    return list(axes[:panels])


def train_size_axis(axes, train_sizes):
    """Make x a logarithmic axis of training sizes, with ticks at the real sizes.

    Parameters
    ----------
    axes : Axes
    train_sizes : iterable of int
    """
    sizes = sorted({int(size) for size in train_sizes})
    axes.set_xscale("log")
    axes.set_xlim(sizes[0] / 1.15, sizes[-1] * 1.15)
    axes.xaxis.set_major_locator(FixedLocator(sizes))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    for tick in axes.get_xticklabels():
        tick.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set_xlabel("training size (architectures)")


_TICKS = {4: range(1, 10), 100: (1, 2, 5)}
"""Of a logarithmic axis, in an order: by the largest ratio of its ends."""


def log_axis(axis, text="{:.6g}".format):
    """Make an axis logarithmic.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    text : callable
        Writes the number at a tick.
    """
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    subs = next((subs for ratio, subs in _TICKS.items() if high < ratio * low), (1,))
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))
    axis.set_minor_formatter(NullFormatter())


def shared_labels(figure, x, y):
    """Label the axes of a whole grid.

    Parameters
    ----------
    figure : Figure
    x, y : str
    """
    width, height = figure.get_size_inches()
    engine = figure.get_layout_engine()
    _, bottom, _, inside = engine.get()["rect"]
    figure.text(0.5, bottom + 0.05 / height, x, ha="center", va="bottom")
    figure.text(0.05 / width, bottom + inside / 2, y, rotation=90, va="center")
    engine.set(rect=(0.2 / width, bottom + 0.22 / height, 1 - 0.2 / width, inside - 0.22 / height))


def number(value, digits=2):
    """Write a number with a typographic minus; a missing one as a dash.

    Parameters
    ----------
    value : float
    digits : int
        After the point.

    Returns
    -------
    str
    """
    if np.isnan(value):
        return "\u2013"
    return f"{value:.{digits}f}".replace("-", "\u2212")


def handle(predictor):
    """Return the legend entry of a predictor, a Line2D."""
    return Line2D([], [], label=label_of(predictor), **look_of(predictor).line())


def side_legend(figure, handles, title):
    """Put a legend at the right of all axes.

    Parameters
    ----------
    figure : Figure
    handles : list of artists
    title : str

    Returns
    -------
    Legend
    """
    legend = figure.legend(handles=handles, loc="outside right center", title=title, alignment="left")
    legend.get_title().set_fontsize(8.5)
    return legend


def legend_below(figure, handles, columns=4, title=""):
    """Put a legend between all axes and the small print.

    Parameters
    ----------
    figure : Figure
    handles : list of artists
    columns : int
    title : str
    """
    width, height = figure.get_size_inches()
    engine = figure.get_layout_engine()
    left, bottom, inside, above = engine.get()["rect"]
    place = {"loc": "lower left", "bbox_to_anchor": (0.08 / width, bottom), "borderaxespad": 0}
    legend = figure.legend(handles=handles, ncols=columns, title=title or None, alignment="left", **place)
    legend.set_in_layout(False)
    taken = (0.1 + 0.17 * (-(-len(handles) // columns) + bool(title))) / height
    engine.set(rect=(left, bottom + taken, inside, above - taken))


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


def name_ends(axes, ends, colours, inches, gap=0.06):
    """Write names at the right ends of lines, one below the other where these are close.

    Parameters
    ----------
    axes : Axes
        Its limits are final, but for the room that names take on the right.
    ends : dict
        Name -> (x, y) of the last point of its line.
    colours : dict
        Name -> colour.
    inches : float
        Width of the axes.
    gap : float
        Between names, in heights of the axes.
    """
    scale, inverse = axes.transScale.transform, axes.transScale.inverted().transform
    (left, low), (_, high) = scale(np.column_stack([axes.get_xlim(), axes.get_ylim()]))
    right = max(scale(end)[0] for end in ends.values())
    free = high
    for name, end in sorted(ends.items(), key=lambda item: -item[1][1]):
        x, y = scale(end)
        y = min(y, free)
        free = y - gap * (high - low)
        axes.annotate(name, inverse((x, y)), xytext=(7, 0), textcoords="offset points", va="center", fontweight="bold",
                      color=colours[name], in_layout=False, annotation_clip=False, path_effects=HALO)  # fmt: skip
    names = LETTER * max(map(len, ends))
    axes.set_xlim(right=inverse((right + (right - left) * names / (inches - names), low))[0])


def save(figure, paths, alternative=""):
    """Write a figure to each path, whole, in the format of its suffix; the same figure gives the same bytes.

    Its title, and what it shows in words, stand in the file: ``alternative`` and its subtitle.

    Parameters
    ----------
    figure : Figure
    paths : sequence of path
    alternative : str
        What the figure shows, for readers who do not see it.

    Raises
    ------
    ValueError
        If no format has that suffix.
    """
    for path in map(Path, paths):
        if path.suffix not in _WRITERS:
            raise ValueError(f"{path}: no figure format {path.suffix!r}; use one of {', '.join(_WRITERS)}")
        with sheet(), whole_file(path) as unfinished, unfinished.open("wb") as file:
            _WRITERS[path.suffix](figure, file, _words(figure, alternative))


def write_png(figure, file):
    """Write a figure as PNG, the same bytes as ``save`` without an alternative text.

    Parameters
    ----------
    figure : Figure
    file : binary file
        Open to be written.
    """
    with sheet():
        _write_png(figure, file, _words(figure, ""))


def _words(figure, alternative):
    """Return the title of a figure, and what stands for it."""
    shown = [" ".join(text.get_text().split()) for text in figure.texts[:2]]
    return "".join(shown[:1]), " ".join([alternative, *shown[1:]]).strip()


def picture_with_palette(picture, colours):
    """Return a picture of few colours, without a pattern of dots, in which colours of small marks stay.

    Parameters
    ----------
    picture : PIL.Image.Image
        In RGB.
    colours : int
        How many it has at most.

    Returns
    -------
    PIL.Image.Image
    """
    few = picture.quantize(colours - len(_GREYS), method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    # Text is grey, and would else have the colour of a mark that comes near.
    palette.putpalette([*(level for level in _GREYS for _ in "rgb"), *few.getpalette()])
    drawn = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    # Pillow takes any colour that comes near, for white, too: a whole background may be grey.
    white = Image.fromarray((np.asarray(picture) == 255).all(axis=2))
    drawn.paste(_GREYS.index(255), mask=white)
    return drawn


def _write_png(figure, file, words):
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=PIXELS, metadata={"Software": None})
    picture = picture_with_palette(Image.open(drawn).convert("RGB"), COLOURS)
    facts = PngImagePlugin.PngInfo()
    for name, text in zip(("Title", "Description"), words, strict=True):
        facts.add_text(name, text)
    picture.save(file, format="png", optimize=True, dpi=(PIXELS, PIXELS), pnginfo=facts)


# No date and no version in a file, so that the same figure gives the same bytes.
def _write_pdf(figure, file, words):
    facts = {"CreationDate": None, "Creator": None, "Producer": None, "Title": words[0], "Subject": words[1]}
    figure.savefig(file, format="pdf", dpi=DOTS, metadata=facts)


_WRITERS = {".pdf": _write_pdf, ".png": _write_png}
