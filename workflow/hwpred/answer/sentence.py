"""The answer in plain English: which predictor to use, what to expect of it, how sure that is, and what it costs."""

import math
from dataclasses import dataclass, field

from hwpred.answer.ranking import Recommendation
from hwpred.predictors.descriptions import DESCRIPTIONS

NAMED = 4
"""Tied predictors that are named; of more, the last is a number."""


@dataclass(frozen=True)
class Facts:
    """What is known about predictors after a number of measurements on one device. What is not known is None or NaN.

    Attributes
    ----------
    measurements : int
    place : str
        Where the metric is measured, as ``hwpred.device_names.place_of``.
    task, metric : str
    recommendation : Recommendation
        By Kendall's tau, or by another criterion.
    tau : float or None
        To expect: Kendall's tau.
    percent, error : float or None
        To expect: the median error, in % of the true value, and in ``unit``.
    unit : str or None
    criterion : str
        What ``recommendation`` is by, before a number: ``"tau"``.
    seconds : mapping
        Predictor -> what computing costs, to fit it and to predict all architectures.
    ceiling : float or None
        Tau between two measurements of the same architectures.
    cap : float or None
        The largest tau of predictions without ties (``hwpred.metrics.tau_cap``).
    seconds_per_measurement : float or None
    architectures : int or None
        How many there are in the space.
    budget_seconds : float or None
        What one is willing to spend on measuring.
    """

    measurements: int
    place: str
    task: str
    metric: str
    recommendation: Recommendation
    tau: float | None = None
    percent: float | None = None
    error: float | None = None
    unit: str | None = None
    criterion: str = "tau"
    seconds: dict = field(default_factory=dict)
    ceiling: float | None = None
    cap: float | None = None
    seconds_per_measurement: float | None = None
    architectures: int | None = None
    budget_seconds: float | None = None

    @property
    def all_seconds(self):
        """What measuring all architectures takes, None if nobody knows."""
        if _unknown(self.seconds_per_measurement) or not self.architectures:
            return None
        return self.architectures * self.seconds_per_measurement


def sentence(facts):
    """Say what to use and what to expect.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        One to three sentences. Where measuring all architectures is within the budget, they say that.
    """
    place = f"{facts.place} ({facts.task}, {facts.metric.replace('_', ' ')})"
    whole = facts.all_seconds
    if whole is not None and facts.budget_seconds is not None and whole <= facts.budget_seconds:
        all_of_them = f"Measure all {facts.architectures:,} architectures {place}"
        return f"{all_of_them}: that takes {duration(whole)}, and needs no predictor."
    start = f"With {facts.measurements:,} measurements {place}"
    told = facts.recommendation
    if told.predictor is None:
        best, value = told.best
        return (
            f"{start}, one training set cannot tell predictors apart. {label_of(best)} did best on it "
            f"({facts.criterion} {value:.2f}). Run at least two seeds."
        )
    twice = "" if _unknown(facts.ceiling) else f" Measuring twice agrees with tau {facts.ceiling:.2f}."
    return f"{start}, use {_choice(told)}{_expectation(facts)}.{twice}"


def details(facts):
    """Say how clear the choice is, and what it costs.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        Sentences; none where nothing is known.
    """
    return " ".join(part for part in (_clearness(facts), _costs(facts)) if part)


def label_of(predictor):
    """Return the name of a predictor, as figures have it."""
    return DESCRIPTIONS[predictor].label


def duration(seconds):
    """Write a time in the unit that suits it, in two digits: ``"0.41 s"``, ``"11 min"``, ``"2.5 h"``."""
    if seconds < 0.01:
        return "less than 0.01 s"
    for limit, unit, size in ((60, "s", 1), (3600, "min", 60), (48 * 3600, "h", 3600)):
        if seconds < limit:
            return f"{two_digits(seconds / size).removesuffix('.0')} {unit}"
    return f"{two_digits(seconds / 86400).removesuffix('.0')} days"


def two_digits(value):
    """Write a number in two significant digits, without an exponent: ``"0.05"``, ``"1,200"``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, 1 - math.floor(math.log10(abs(float(f"{value:.1e}")))))
    return f"{float(f'{value:.1e}'):,.{decimals}f}"


def _choice(told):
    """Name the predictor, or all that are as good as it, of which it is the cheapest or, with few values, the best."""
    names = [label_of(key) for key in told.tied]
    if len(names) == 1:
        return names[0]
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return (
        f"any of {', '.join(names[:-1])} or {names[-1]}; {names[0]} {'is the cheapest' if told.by_cost else 'did best'}"
    )


def _expectation(facts):
    words = []
    if not _unknown(facts.percent):
        unit = "" if _unknown(facts.error) else f" ({two_digits(facts.error)} {facts.unit})"
        words.append(f"a median error of {two_digits(facts.percent)} %{unit}")
    elif not _unknown(facts.error):
        words.append(f"a median error of {two_digits(facts.error)} {facts.unit}")
    if not _unknown(facts.tau):
        words.append(f"Kendall's tau {facts.tau:.2f}")
    if not words:
        return ""
    pairs = "" if _unknown(facts.tau) else f"; {_pairs(facts.tau, facts.cap)}"
    return f": expect {' and '.join(words)}{pairs}"


def _pairs(tau, cap):
    """Say how many pairs of architectures with different values come in the right order."""
    right = 50 * (1 + tau / (1 if _unknown(cap) else cap))
    if round(right) <= 50:
        return "that is no better than chance"
    # The last one of 100 is not claimed before the last pair: beyond the cap, where predictions have ties, too, that
    # is a tau of 1.
    complete = right == 100 or tau >= 1
    return f"{100 if complete else min(round(right), 99)} of 100 pairs come in the right order"


def _clearness(facts):
    told, words = facts.recommendation, []
    if told.predictor is None:
        return ""
    if not _unknown(told.low):
        least, most = (-1, 1) if facts.criterion == "tau" else (0, math.inf)
        mean = f"The mean {facts.criterion} over many training sets of that size"
        words.append(f"{mean} lies between {max(told.low, least):.2f} and {min(told.high, most):.2f}.")
    if not told.halves_agree:
        words.append("The two halves of the seeds disagree, so chance is larger than it seems.")
    if len(told.tied) > 1:
        name, value = told.best
        words.append(
            f"{told.seeds} training sets cannot tell these {len(told.tied)} predictors apart; "
            f"{label_of(name)} had the best mean ({value:.2f})."
        )
    if told.next:
        name, value = told.next
        words.append(f"Clearly better than the next, {label_of(name)} ({value:.2f}).")
    if not _unknown(facts.cap) and facts.cap < 1 and f"{facts.cap:.2f}" != "1.00":
        reach = f"predictions without ties reach no tau above {facts.cap:.2f}"
        words.append(f"Many architectures have the same value: {reach}.")
    return " ".join(words)


def _costs(facts):
    words, each = [], facts.seconds_per_measurement
    computing = facts.seconds.get(facts.recommendation.predictor)
    if not _unknown(each):
        words.append(f"measuring takes {duration(facts.measurements * each)}")
    if not _unknown(computing):
        words.append(f"computing takes {duration(computing)}")
    text = " and ".join(words)
    text = f"{text[0].upper()}{text[1:]}." if words else ""
    if facts.all_seconds is not None:
        text += f" Measuring all {facts.architectures:,} architectures would take {duration(facts.all_seconds)}."
    return text.strip()


def _unknown(value):
    return value is None or math.isnan(value)
