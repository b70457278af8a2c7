"""Charts as SVG text. Colours and sizes of letters are the style sheet's, so that dark mode and print have their own.

``kind`` of a mark is a class of ``templates/device.css``: ``point``, ``faint``, ``interval``, ``front``, ``best`` ...
"""

import math
from html import escape

WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 20, 42
LOGARITHMIC_FROM = 10
"""Ratio of the largest to the smallest number from which on an axis is logarithmic."""
MINUS = "\N{MINUS SIGN}"
TICKS = 6
"""At most, on a linear axis."""


class Axis:
    """Numbers onto pixels.

    Parameters
    ----------
    numbers : sequence of float
        What must fit on it, finite; at least one.
    pixels : (float, float)
        Of the smallest and of the largest number.
    logarithmic : bool, optional
        By default where all numbers are positive and far apart (``LOGARITHMIC_FROM``).
    """

    def __init__(self, numbers, pixels, logarithmic=None):
        low, high = float(min(numbers)), float(max(numbers))
        if logarithmic is None:
            logarithmic = low > 0 and high / low >= LOGARITHMIC_FROM
        self.logarithmic, self.pixels = logarithmic, pixels
        if logarithmic:
            margin = (high / low) ** 0.03 if high > low else 1.1
            self.low, self.high = low / margin, high * margin
        else:
            margin = 0.03 * (high - low) or 0.1 * abs(high) or 1.0
            self.low, self.high = low - margin, high + margin
            if low >= 0:
                self.low = max(self.low, 0.0)

    def __call__(self, number):
        """Return the pixel of a number; of one beyond the axis that of its end."""
        number = min(max(number, self.low), self.high)
        scale = math.log if self.logarithmic else float
        share = (scale(number) - scale(self.low)) / (scale(self.high) - scale(self.low))
        return self.pixels[0] + share * (self.pixels[1] - self.pixels[0])

    def ticks(self):
        """Return round numbers on the axis."""
        return self._logarithmic_ticks() if self.logarithmic else self._linear_ticks(self.low, self.high)

    @staticmethod
    def _linear_ticks(low, high):
        rough = (high - low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
        return [step * i for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]

    def _logarithmic_ticks(self):
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for factors in ((1, 2, 5), (1,)):
            ticks = [f * 10.0**power for power in powers for f in factors if self.low <= f * 10.0**power <= self.high]
            if len(ticks) <= TICKS + 2:
                break
        # Three decades and more: every second or third power of ten.
        return ticks[:: math.ceil(len(ticks) / (TICKS + 2))]


class Chart:
    """A chart with two axes.

    Parameters
    ----------
    x, y : sequence of float
        What must fit on the axes.
    x_label, y_label : str
    title : str
        What it shows, for those who do not see it.
    x_logarithmic : bool, optional
        As of ``Axis``.
    """

    def __init__(self, x, y, x_label, y_label, title, x_logarithmic=None):
        self.x = Axis(x, (LEFT, WIDTH - RIGHT), x_logarithmic)
        self.y = Axis(y, (HEIGHT - BOTTOM, TOP))
        self.title = title
        self._parts = []
        self._draw_axes(x_label, y_label)

    def _draw_axes(self, x_label, y_label):
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        for tick in self.x.ticks():
            self._add(f'<path class="grid" d="M{self.x(tick):.1f} {TOP}V{bottom}"/>')
            self.text(self.x(tick), bottom + 15, _tick(tick), "tick middle")
        for tick in self.y.ticks():
            self._add(f'<path class="grid" d="M{LEFT} {self.y(tick):.1f}H{right}"/>')
            self.text(LEFT - 6, self.y(tick) + 4, _tick(tick), "tick end")
        self.text((LEFT + right) / 2, HEIGHT - 8, x_label, "tick middle")
        middle = (TOP + bottom) / 2
        self._add(
            f'<text class="tick middle" transform="translate(12 {middle:.1f}) rotate(-90)">{escape(y_label)}</text>'
        )

    def points(self, x, y, kind, radius=3.5, titles=None):
        """Draw a dot for each pair of numbers.

        Parameters
        ----------
        x, y : sequence of float
        kind : str
            Class of the mark.
        radius : float
            In pixels.
        titles : sequence of str, optional
            Text of each dot that shows under the pointer.
        """
        pixels = [(self.x(a), self.y(b)) for a, b in zip(x, y, strict=True)]
        if titles is None:
            # One path of lines without length is a tenth of as many circles.
            dots = sorted({f"M{a:.1f} {b:.1f}h0" for a, b in pixels})
            self._add(f'<path class="dots {kind}" stroke-width="{2 * radius:g}" d="{"".join(dots)}"/>')
            return
        for (a, b), title in zip(pixels, titles, strict=True):
            told = f"<title>{escape(title)}</title>"
            self._add(f'<circle class="{kind}" cx="{a:.1f}" cy="{b:.1f}" r="{radius:g}">{told}</circle>')

    def line(self, x, y, kind):
        """Draw a line through the points.

        Parameters
        ----------
        x, y : sequence of float
        kind : str
            Class of the mark.
        """
        steps = "L".join(f"{self.x(a):.1f} {self.y(b):.1f}" for a, b in zip(x, y, strict=True))
        self._add(f'<path class="line {kind}" d="M{steps}"/>')

    def spans(self, x, lower, upper, kind):
        """Draw upright lines, from ``lower`` to ``upper`` at each ``x``.

        Parameters
        ----------
        x, lower, upper : sequence of float
        kind : str
            Class of the mark.
        """
        rows = zip(x, lower, upper, strict=True)
        steps = "".join(f"M{self.x(a):.1f} {self.y(low):.1f}V{self.y(high):.1f}" for a, low, high in rows)
        self._add(f'<path class="line {kind}" d="{steps}"/>')

    def bars(self, edges, heights, kind):
        """Draw bars that stand on the axis, between neighbouring ``edges``.

        Parameters
        ----------
        edges : sequence of float, one more than bars
        heights : sequence of float
        kind : str
            Class of the mark.
        """
        bottom = HEIGHT - BOTTOM
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True):
            a, b, top = self.x(left), self.x(right), self.y(height)
            if height > 0:
                size = f'width="{max(b - a - 0.5, 0.5):.1f}" height="{bottom - top:.1f}"'
                self._add(f'<rect class="{kind}" x="{a:.1f}" y="{top:.1f}" {size}/>')

    def upright(self, x, label):
        """Draw an upright line, with words above it.

        Parameters
        ----------
        x : float
        label : str
            Stands above the chart, on the side where it has room.
        """
        at = self.x(x)
        self._add(f'<path class="line rule" d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        share = (at - LEFT) / (WIDTH - RIGHT - LEFT)
        self.text(at, TOP - 6, label, "tick middle" if 0.15 < share < 0.85 else "tick end" if share > 0.5 else "tick")

    def text(self, x, y, words, kind=""):
        """Write words.

        Parameters
        ----------
        x, y : float
            Where their base line begins (or ends, or has its middle, as ``kind`` says), in pixels.
        words : str
        kind : str
            Classes of the text.
        """
        self._add(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>')

    def _add(self, part):
        self._parts.append(part)

    def __str__(self):
        start = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">'
        return "".join([start, *self._parts, "</svg>"])


def _tick(value):
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def number(value, digits=3):
    """Return a number as people write it: thousands apart, no exponent where it fits.

    Parameters
    ----------
    value : float
    digits : int
        Significant digits.

    Returns
    -------
    str
        ``"not known"`` for a number that is not finite.
    """
    value = float(value)
    if not math.isfinite(value):
        return "not known"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    power = math.floor(math.log10(abs(rounded)))
    if not -5 < power < 9:
        return f"{value:.{digits - 1}e}"
    text = f"{rounded:,.{max(digits - 1 - power, 0)}f}"
    return text.replace("-", MINUS)
