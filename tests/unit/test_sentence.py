"""The answer in words."""

from dataclasses import replace

import numpy as np
import pytest

from hwpred.answer.ranking import Recommendation
from hwpred.answer.sentence import Facts, details, duration, sentence, two_digits
from hwpred.device_names import place_of

ALONE = Recommendation(
    tied=("structured_gp",), by_cost=True, predictor="structured_gp", best=("structured_gp", 0.945), expected=0.944,
    low=0.93, high=0.96, next=("gcn", 0.78), halves_agree=True, seeds=5, ranking=None,
)  # fmt: skip
TIED = replace(ALONE, tied=("ridge_reg", "gp", "lin_reg"), predictor="ridge_reg", best=("gp", 0.95))
FACTS = Facts(
    measurements=55, place="on epyc_onnx", task="cifar10", metric="latency", recommendation=ALONE, tau=0.94,
    percent=4.9, error=0.0501, unit="ms", seconds={"structured_gp": 0.41}, ceiling=0.941, cap=1.0,
    seconds_per_measurement=0.04, architectures=15_625,
)  # fmt: skip


def test_one_predictor():
    assert sentence(FACTS) == (
        "With 55 measurements on epyc_onnx (cifar10, latency), use Structured GP: expect a median error of 4.9 % "
        "(0.050 ms) and Kendall's tau 0.94; 97 of 100 pairs come in the right order. "
        "Measuring twice agrees with tau 0.94."
    )
    assert details(FACTS) == (
        "The mean tau over many training sets of that size lies between 0.93 and 0.96. "
        "Clearly better than the next, GCN (0.78). Measuring takes 2.2 s and computing takes 0.41 s. "
        "Measuring all 15,625 architectures would take 10 min."
    )


def test_where_almost_nothing_is_known_the_best_is_not_called_the_cheapest():
    few = replace(TIED, tied=("gp", "ridge_reg", "lin_reg"), predictor="gp", by_cost=False)
    assert "use any of GP, Ridge regression or Linear regression; GP did best:" in sentence(
        replace(FACTS, recommendation=few)
    )


def test_a_metric_that_is_computed_is_measured_on_no_device():
    assert sentence(replace(FACTS, place=place_of("graph"))).startswith(
        "With 55 measurements computed from the network (cifar10, latency), use Structured GP: "
    )
    assert place_of("epyc_torch") == "on AMD EPYC, PyTorch"


def test_ties_are_sets():
    assert (
        ", use any of Ridge regression, GP or Linear regression; Ridge regression is the cheapest: expect "
        in sentence(replace(FACTS, recommendation=TIED))
    )
    assert "5 training sets cannot tell these 3 predictors apart; GP had the best mean (0.95)." in details(
        replace(FACTS, recommendation=TIED)
    )
    many = replace(TIED, tied=("ridge_reg", "gp", "lin_reg", "rf", "xgb", "mlp"))
    assert "any of Ridge regression, GP, Linear regression or 3 more; Ridge" in sentence(
        replace(FACTS, recommendation=many)
    )


def test_one_seed_recommends_nothing():
    one = replace(ALONE, predictor=None, tied=("gp", "structured_gp"), expected=np.nan, low=np.nan, high=np.nan,
                  next=None, halves_agree=None, seeds=1)  # fmt: skip
    assert sentence(replace(FACTS, recommendation=one)) == (
        "With 55 measurements on epyc_onnx (cifar10, latency), one training set cannot tell predictors apart. "
        "Structured GP did best on it (tau 0.94). Run at least two seeds."
    )
    assert details(replace(FACTS, recommendation=one)).startswith("Measuring takes 2.2 s. Measuring all")


def test_measuring_everything_is_the_advice_where_the_budget_pays_for_it():
    assert sentence(replace(FACTS, budget_seconds=700.0)) == (
        "Measure all 15,625 architectures on epyc_onnx (cifar10, latency): that takes 10 min, and needs no predictor."
    )
    assert "Structured GP" in sentence(replace(FACTS, budget_seconds=600.0))


def test_what_is_not_known_is_not_said():
    few = Facts(
        measurements=9,
        place="on pi",
        task="t",
        metric="peak_memory",
        recommendation=replace(ALONE, next=None, low=np.nan),
    )
    assert sentence(few) == "With 9 measurements on pi (t, peak memory), use Structured GP."
    assert details(few) == ""
    assert "use Structured GP: expect a median error of 1.5 MB." in sentence(replace(few, error=1.5, unit="MB"))


def test_halves_that_disagree_are_told():
    words = details(replace(FACTS, recommendation=replace(TIED, halves_agree=False)))
    assert "The two halves of the seeds disagree" in words


@pytest.mark.parametrize(
    ("tau", "cap", "words"),
    [
        (0.999, None, "99 of 100 pairs"),
        (1.0, 1.0, "100 of 100 pairs"),
        (0.82, 0.846, "98 of 100 pairs"),
        (0.846, 0.846, "100 of 100 pairs"),
        (0.874, 0.846, "99 of 100 pairs"),
        (1.0, 0.846, "100 of 100 pairs"),
        (-0.1, None, "no better than chance"),
    ],
)
def test_pairs_in_the_right_order(tau, cap, words):
    assert words in sentence(replace(FACTS, tau=tau, cap=cap))


@pytest.mark.parametrize(("criterion", "ends"), [("tau", "-1.00 and 1.00"), ("error in ms", "0.00 and 1.60")])
def test_intervals_end_where_values_do(criterion, ends):
    wide = replace(FACTS, criterion=criterion, recommendation=replace(ALONE, low=-1.36, high=1.6))
    assert f"lies between {ends}." in details(wide)


def test_a_cap_is_told():
    assert "predictions without ties reach no tau above 0.85" in details(replace(FACTS, cap=0.846))
    assert "ties" not in details(replace(FACTS, cap=0.9999))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0004, "less than 0.01 s"),
        (0.41, "0.41 s"),
        (59.4, "59 s"),
        (90, "1.5 min"),
        (9000, "2.5 h"),
        (1e6, "12 days"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0501, "0.050"), (1234, "1,200"), (0.0996, "0.10"), (0, "0"), (9.96, "10")]
)
def test_two_digits(value, text):
    assert two_digits(value) == text
