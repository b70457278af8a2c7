"""What is lost by trusting predictions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwpred.answer.regret import regret

few = st.integers(-3, 6).map(float)
sets = st.lists(st.tuples(few, few, few), min_size=1, max_size=9)


def by_hand(values, predictions, accuracies, larger, larger_accuracy, k):
    """Do it as the docstring says, one wish after the other."""
    better = max if larger else min
    as_accurate = (lambda a, b: a >= b) if larger_accuracy else (lambda a, b: a <= b)
    as_good = (lambda a, b: a >= b) if larger else (lambda a, b: a <= b)
    everyone = range(len(values))

    def dominates(i, j):
        no_worse = as_good(values[i], values[j]) and as_accurate(accuracies[i], accuracies[j])
        return no_worse and (values[i], accuracies[i]) != (values[j], accuracies[j])

    front = {(values[j], accuracies[j]) for j in everyone if not any(dominates(i, j) for i in everyone)}
    losses, percents = [], []
    for best, wish in front:
        able = [i for i in everyone if as_accurate(accuracies[i], wish)]
        measured = sorted(able, key=lambda i: -predictions[i] if larger else predictions[i])[:k]
        losses.append(abs(better(values[i] for i in measured) - best))
        if best:
            percents.append(100 * losses[-1] / abs(best))
    return losses, percents


@given(sets, st.booleans(), st.booleans(), st.integers(1, 5))
def test_it_is_what_one_gets_by_trying(rows, larger, larger_accuracy, k):
    values, predictions, accuracies = map(list, zip(*rows, strict=True))
    losses, percents = by_hand(values, predictions, accuracies, larger, larger_accuracy, k)
    told = regret(values, predictions, accuracies, larger_is_better=larger,
                  larger_accuracy_is_better=larger_accuracy, verified=[k]).iloc[0]  # fmt: skip
    assert told["wishes"] == len(losses)
    assert told["mean"] == pytest.approx(np.mean(losses))
    assert told["worst"] == max(losses)
    if percents:
        assert told["mean_percent"] == pytest.approx(np.mean(percents))
        assert told["worst_percent"] == pytest.approx(max(percents))
    else:
        assert np.isnan([told["mean_percent"], told["worst_percent"]]).all()


@given(sets, st.booleans())
def test_measuring_more_loses_no_more_and_measuring_all_loses_nothing(rows, larger):
    values, predictions, accuracies = zip(*rows, strict=True)
    told = regret(values, predictions, accuracies, larger_is_better=larger, verified=range(1, len(rows) + 1))
    assert (told["mean"] >= 0).all()
    assert told["mean"].is_monotonic_decreasing
    assert told["worst"].iloc[-1] == 0


@given(sets)
def test_true_values_lose_nothing(rows):
    values, _, accuracies = zip(*rows, strict=True)
    assert (regret(values, values, accuracies)["worst"] == 0).all()


def test_without_accuracies_it_is_the_regret_of_the_plain_optimum():
    values, predictions = np.array([4.0, 1, 2, 3]), np.array([0.0, 3, 1, 2])
    told = regret(values, predictions, verified=(1, 2, 4))
    assert told["mean"].tolist() == [3, 1, 0]
    assert told["mean_percent"].tolist() == [300, 100, 0]
    assert told["wishes"].tolist() == [1, 1, 1]


def test_architectures_without_accuracy_take_no_part():
    told = regret([1.0, 2, 3], [1.0, 3, 2], [np.nan, 50, 50], verified=[1]).iloc[0]
    assert (told["mean"], told["mean_percent"]) == (1, 50)


@pytest.mark.parametrize(
    ("values", "predictions", "accuracies", "message"),
    [
        ([1.0, 2], [1.0], None, "of one length"),
        ([1.0, np.nan], [1.0, 2], None, "1 of 2 values are not finite"),
        ([1.0, 2], [np.inf, 2], None, "1 of 2 predictions are not finite"),
        ([1.0], [1.0], [np.nan], "no architecture with metric and accuracy"),
        ([], [], None, "no architecture with metric and accuracy"),
    ],
)
def test_mistakes_are_told(values, predictions, accuracies, message):
    with pytest.raises(ValueError, match=message):
        regret(values, predictions, accuracies)


def test_nothing_verified_is_an_error():
    with pytest.raises(ValueError, match="from 1 on"):
        regret([1.0], [1.0], verified=[0])
