"""What networks are selected by beside the metric, in words: accuracy, or a quality of which less may be better."""

from dataclasses import dataclass

POINTS = "points"
"""What differences of a percentage are in."""
REDUCTION, INCREASE = "reduction", "increase"


@dataclass(frozen=True)
class Quality:
    """Words of one quality, or of several where combinations have different ones.

    A quality is what is selected by. Figures name its values on a task by their title: ``"accuracy on cifar10"``.

    Attributes
    ----------
    name : str
        Such as ``"accuracy"`` or ``"perplexity"``.
    unit : str
        Of a difference; ``"points"`` of a percentage, and the name where there is no other.
    change : str
        What a loss of it is: ``"reduction"``, ``"increase"`` where smaller is better.
    """

    name: str = "accuracy"
    unit: str = POINTS
    change: str = REDUCTION

    @property
    def loss(self):
        """What is lost: ``"reduction of accuracy"``."""
        return f"{self.change} of {self.name}"

    @property
    def bracket(self):
        """The unit in brackets behind the loss, nothing where the name says all."""
        return "" if self.unit == self.name else f" ({self.unit})"

    @property
    def mean_loss(self):
        """Label of an axis: ``"mean reduction of accuracy (points)"``."""
        return f"mean {self.loss}{self.bracket}"

    def amount(self, number):
        """Write a loss, whose number is text: ``"1.2 points of accuracy"``."""
        return f"{number} of {self.name}" if self.unit == self.name else f"{number} {self.unit} of {self.name}"

    @property
    def arguments(self):
        """How functions of ``hwpred.advice`` take it."""
        return {"quality": self.name, "quality_direction": "smaller" if self.change == INCREASE else "larger"}

    @property
    def axis(self):
        """Label of an axis of its values: ``"accuracy (%)"``."""
        return label(self.name, "%" if self.unit == POINTS else self.unit, self.name)

    @property
    def head(self):
        """Head of a column of its values: ``"accuracy, %"``."""
        return f"{self.name}, %" if self.unit == POINTS else self.name

    @property
    def points(self):
        """What stands behind a difference in the head of a column: ``", % points"``."""
        return ", % points" if self.unit == POINTS else f" in {self.unit}"

    def text(self, number):
        """Write a value without its unit."""
        return f"{number:.2f}" if self.unit == POINTS else f"{number:.4g}"

    def value(self, number):
        """Write a value: ``"71.30 %"`` of a percentage, ``"23.4"`` of what is its own unit."""
        return f"{self.text(number)} %" if self.unit == POINTS else self.text(number)


ACCURACY = Quality()


def label(title, unit, quality):
    """Return the label of an axis of values, without the unit if that is the quality itself.

    Parameters
    ----------
    title, unit : str
        What the axis shows, and in which unit.
    quality : str
        Name of the quality.

    Returns
    -------
    str
    """
    return title if unit == quality else f"{title} ({unit})"


def quality_of(metadata):
    """Return the ``Quality`` that the selections of these tables are about.

    Parameters
    ----------
    metadata : iterable of dict
        Of tables of selections: ``accuracy_unit``, ``accuracy_direction``, ``quality``.
    """
    told = [
        (
            facts.get("quality", "accuracy"),
            POINTS if facts["accuracy_unit"] == "%" else facts["accuracy_unit"],
            INCREASE if facts.get("accuracy_direction") == "smaller" else REDUCTION,
        )
        for facts in metadata
    ]
    if not told:
        return ACCURACY
    names, units, changes = (" or ".join(dict.fromkeys(words)) for words in zip(*told, strict=True))
    return Quality(names, units, changes)
