"""What hyperparameters may be, said beside the constructors that take them, and checked before a fit starts."""

import math
import re
from dataclasses import dataclass
from inspect import signature
from numbers import Integral, Real

from hwpred.predictors.registry import get_predictor

SPACE = "space"
"""A constructor's argument that is no hyperparameter: the key of the space."""


@dataclass(frozen=True)
class Number:
    """A finite number between bounds that it may reach (``least``, ``most``) or not (``above``, ``below``).

    Attributes
    ----------
    above, least, most, below : float or None
        None for no bound.
    whole : bool
        Whether it must be an integer.
    or_none : bool
        Whether it may be None as well.
    """

    above: float | None = None
    least: float | None = None
    most: float | None = None
    below: float | None = None
    whole: bool = False
    or_none: bool = False

    def admits(self, value):
        """Return whether it is such a number."""
        if value is None:
            return self.or_none
        if isinstance(value, bool) or not isinstance(value, Integral if self.whole else Real):
            return False
        return math.isfinite(value) and (
            (self.above is None or value > self.above)
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def __str__(self):
        bounds = {"above": self.above, "of at least": self.least, "of at most": self.most, "below": self.below}
        told = " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} {told}".rstrip() + (", or null" if self.or_none else "")


@dataclass(frozen=True)
class OneOf:
    """One of several texts.

    Parameters
    ----------
    values : tuple of str
    """

    values: tuple

    def admits(self, value):
        """Return whether it is one of them."""
        return isinstance(value, str) and value in self.values

    def __str__(self):
        return f"one of {', '.join(self.values)}"


COUNT = Number(least=1, whole=True)
POSITIVE = Number(above=0)
NOT_NEGATIVE = Number(least=0)
SHARE = Number(above=0, most=1)


def hyperparameters_of(key):
    """Return the names of a predictor's hyperparameters: its constructor's arguments, but the space."""
    return [name for name in signature(get_predictor(key)).parameters if name != SPACE]


def check_hyperparameters(key, arguments):
    """Check what a user configured for a predictor.

    Parameters
    ----------
    key : str
        Of the registry.
    arguments : dict
        Name to value.

    Raises
    ------
    ValueError
        One sentence: which name is unknown, or which value is not what ``constraints`` of the predictor admits.
    """
    names, constraints = hyperparameters_of(key), get_predictor(key).constraints
    for name, value in arguments.items():
        if name not in names:
            known = f"use one of {', '.join(names)}" if names else "it has none"
            raise ValueError(f"hyperparameters.{key} has a key {name!r}; {known}")
        if constraints[name].admits(value):
            continue
        if isinstance(value, str) and not isinstance(constraints[name], OneOf) and _is_number(value):
            raise ValueError(
                f"hyperparameters.{key}.{name} is the text {value!r}, not a number; write {_as_yaml(value)} into a "
                "configuration file, without quotes: --config passes nested values as text, and YAML reads an exponent "
                "without a point and a sign as text"
            )
        raise ValueError(f"hyperparameters.{key}.{name} is {value!r}; it must be {constraints[name]}")


def _is_number(text):
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", text.strip(), re.IGNORECASE) is not None


def _as_yaml(text):
    """Write a number such that YAML 1.1 reads a number: to it 1e3 is a text, 1000 and 1.0e+20 are none."""
    number = float(text)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number) if "." in repr(number) else repr(number).replace("e", ".0e")
