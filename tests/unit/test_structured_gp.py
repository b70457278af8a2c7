"""The structured Gaussian process: its gradient, its hypotheses, its parts, its noise, its intervals."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from gradients import check_gradient

from hwpred.metrics import kendall_tau
from hwpred.predictors import devices
from hwpred.predictors.base import Problem
from hwpred.predictors.structured import component as components
from hwpred.predictors.structured import gp as structured_gp
from hwpred.predictors.structured import hyperparameters, hypotheses, prediction, warps
from hwpred.predictors.structured import kernel as structured_kernel
from hwpred.predictors.structured.component import distinct
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.hypotheses import Hypothesis
from hwpred.predictors.structured.kernel import make_components, scaled_components
from hwpred.predictors.structured.pairs import PairKernels
from hwpred.predictors.structured.warps import Warp
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201.structure import dead_operations, longest_path
from hwpred.structure import structured, typical

OPERATIONS = get_space("nasbench201").enumerate()[:1500]
X = structured("nasbench201", OPERATIONS)
LATENCY = 1 + X.blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])
NOISE = 0.1 * np.random.default_rng(0).normal(size=len(LATENCY))
TEST = slice(1000, 1500)


def fit(rows, y, **settings):
    return StructuredGaussianProcess(**settings).fit(X[rows], y[rows], None)


@pytest.mark.parametrize("samples", [12, 60])
def test_gradient_is_that_of_the_value(samples):
    xs = [X[:samples], X[samples : 2 * samples]]
    components = [make_components(x, leading) for x, leading in zip(xs, (("drawn",), ("live",)), strict=True)]
    objective = hyperparameters._Objective(components, [(0.1, 2.2), (0.01, 0.8)], [0, 1], xs)
    rng = np.random.default_rng(0)
    objective.y = torch.as_tensor(rng.normal(size=(2, samples)))
    objective.trust = torch.as_tensor(rng.uniform(0.1, 2, (2, samples)))
    theta = objective.prior_mean + 0.3 * torch.randn(
        objective.prior_mean.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    # The larger covariance is closer to singular, so its values round more.
    check_gradient(objective, theta, atol=1e-6 if samples > 12 else 1e-7)
    looked_up = [part._pairs is not None for kernels in objective.kernels for part in kernels._parts]
    assert any(looked_up) == (samples > 12)


def test_ten_measurements_are_enough_where_operations_cost_the_same_everywhere():
    model = fit(slice(10), LATENCY)
    assert kendall_tau(LATENCY[TEST], model.predict(X[TEST])) > 0.9


def live_latency():
    return 1 + X.blocks["live/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])


@pytest.mark.parametrize(("view", "y"), [("drawn", LATENCY), ("live", live_latency())])
def test_measurements_tell_which_operations_a_device_runs(view, y):
    model = fit(slice(40), y + NOISE)
    assert model.hypotheses_[0].leading == (view,)
    assert model.probabilities_[0] > 0.99


def parallel_latency():
    """Return latencies of a made-up device that runs branches at the same time, and starts operations one by one."""
    counts = longest_path(OPERATIONS) + 0.1 * X.blocks["live/counts"]
    return 1 + counts @ np.array([0, 0.1, 1, 1.5, 0.5, 0])


def test_measurements_tell_whether_branches_run_at_the_same_time():
    y = parallel_latency() + 2 * NOISE
    model = fit(slice(25), y)
    assert model.hypotheses_[0].leading == ("parallel", "live")
    assert kendall_tau(y[TEST], model.predict(X[TEST])) > 0.8
    one_by_one = fit(slice(25), live_latency() + 2 * NOISE)
    assert ("parallel", "live") not in [hypothesis.leading for hypothesis in one_by_one.hypotheses_]


def test_a_rule_of_its_own_for_dead_operations_is_learnt(monkeypatch):
    """A made-up device runs dead ends as all else, and nothing of what the input does not reach."""
    unreached = dead_operations(OPERATIONS)[:, 1:].sum(axis=1)
    latency = LATENCY - unreached @ np.array([0.1, 1, 3, 0.5])
    with_rule = fit(slice(40), latency + NOISE)
    monkeypatch.setitem(structured_kernel.WEIGHTS, "dead_counts", {})
    without = fit(slice(40), latency + NOISE)
    told = np.arange(1000, 1500)[unreached[TEST].any(axis=1)]
    found, missed = (np.abs(model.predict(X[told]) - latency[told]).mean() for model in (with_rule, without))
    assert found < 0.9 * missed


def test_of_the_views_those_may_lead_that_are_there():
    assert StructuredGaussianProcess().leading_views(X) == pytest.approx(structured_gp.LEADING)
    assert sum(structured_gp.LEADING.values()) == pytest.approx(1)
    other = structured("transnas_macro", get_space("transnas_macro").enumerate()[:3])
    assert StructuredGaussianProcess().leading_views(other) == {("drawn",): 1.0}


def test_what_a_device_is_said_to_run_is_believed_until_measurements_speak_against_it():
    told = structured("nasbench201", OPERATIONS, "dropped")
    views = StructuredGaussianProcess(believed=0.8).leading_views(told[:5])
    several = {views: probability for views, probability in structured_gp.LEADING.items() if len(views) > 1}
    one = 1 - sum(several.values())
    assert views[("live",)] == pytest.approx(0.8 * one + 0.2 * structured_gp.LEADING[("live",)])
    assert {v: probability for v, probability in views.items() if v in several} == pytest.approx(several)
    assert sum(views.values()) == pytest.approx(1)
    assert StructuredGaussianProcess(believed=0).leading_views(told) == pytest.approx(structured_gp.LEADING)
    assert list(StructuredGaussianProcess(believed=1).leading_views(told)) == [("live",), *several]
    y = live_latency()
    told_and_not = [StructuredGaussianProcess().fit(x[:5], y[:5], None) for x in (told, X)]
    live = [
        sum(p for h, p in zip(model.hypotheses_, model.probabilities_, strict=True) if h.leading == ("live",))
        for model in told_and_not
    ]
    assert live[0] > 0.7 > live[1]
    drawn = StructuredGaussianProcess().fit(told[:40], LATENCY[:40] + NOISE[:40], None)
    assert drawn.hypotheses_[0].leading == ("drawn",)
    assert drawn.probabilities_[0] > 0.99


def expected_by_size(samples, sign):
    """Return what the prior mean says of two networks whose sizes differ by the training set's standard deviation."""
    sizes = X.blocks["drawn/size"][:, 0]
    hypothesis = Hypothesis(("drawn",), Warp(), 0.0)
    hypothesis.prepare(X[:samples], sign * sizes[:samples], scaled_components(X[:samples]))
    return hypothesis.size_slope_ * sizes[:samples].std()


def test_larger_networks_are_expected_to_cost_more_unless_measurements_speak_for_less():
    assert expected_by_size(5, 1) == pytest.approx(hypotheses.SIZE_EFFECT, rel=0.02)
    assert expected_by_size(5, 0) == 0
    assert -0.8 * hypotheses.SIZE_EFFECT < expected_by_size(5, -1) < 0
    assert expected_by_size(20, -1) == pytest.approx(-hypotheses.SIZE_EFFECT, rel=0.02)


@pytest.mark.parametrize(("metric", "sign"), [("latency", 1), ("throughput", -1)])
def test_a_latency_grows_with_the_network_whatever_few_measurements_say(metric, sign):
    x = structured("nasbench201", OPERATIONS, metric=metric)
    sizes = x.blocks["drawn/size"][:, 0]
    hypothesis = Hypothesis(("drawn",), Warp(), 0.0)
    hypothesis.prepare(x[:5], -sign * sizes[:5], scaled_components(x[:5]))
    assert hypothesis.size_slope_ * sizes[:5].std() == pytest.approx(sign * hypotheses.SIZE_EFFECT)


def test_a_small_network_that_was_slow_once_does_not_make_small_networks_slow():
    x = structured("fbnet", typical("fbnet")[:1000].astype(np.int64), metric="latency")
    size = x.blocks["drawn/size"][:, 0]
    rows = np.argsort(size)[[20, 300, 500, 700, 980]]
    y = size.copy()
    y[rows[0]] = size.max() + 2 * size.std()
    y = (y - y[rows].mean()) / y[rows].std()
    model = StructuredGaussianProcess().fit(x[rows], y[rows], None)
    assert kendall_tau(size, model.predict(x)) > 0.75


def test_a_hypothesis_under_which_a_latency_falls_with_the_size_is_searched_again(monkeypatch):
    x = structured("fbnet", typical("fbnet")[:1000].astype(np.int64), metric="latency")
    size = x.blocks["drawn/size"][:, 0]
    rows = np.argsort(size)[[5, 480, 500, 520, 600]]
    y = size.copy()
    y[rows[0]] = size.max() + 3 * size.std()
    y = (y - y[rows].mean()) / y[rows].std()
    model = StructuredGaussianProcess().fit(x[rows], y[rows], None)
    assert model.hypotheses_[0].firm
    firmly = kendall_tau(size, model.predict(x))
    monkeypatch.setattr(hypotheses, "LEAST_GROWTH", -np.inf)
    assert firmly > 0.3 > kendall_tau(size, StructuredGaussianProcess().fit(x[rows], y[rows], None).predict(x))


def test_few_measurements_leave_open_how_noisy_they_are_until_they_tell():
    four, nine, ten = (fit(slice(count), LATENCY) for count in (4, 9, 10))
    assert {hypothesis.noise_prior[0] for hypothesis in four.hypotheses_} == set(hypotheses.NOISES)
    assert {hypothesis.noise_prior[0] for hypothesis in nine.hypotheses_} == {0.01, 0.03}
    assert {hypothesis.noise_prior for hypothesis in ten.hypotheses_} == {(hypotheses.NOISE, hypotheses.NOISE_WIDTH)}


def test_the_prior_of_the_noise_counts_for_its_hypothesis_alone():
    noises = []
    for medians in ((0.001, 0.3), (0.001,), (0.3,)):
        pair = [Hypothesis(("drawn",), Warp(), 0.0, (median, 0.3)) for median in medians]
        hyperparameters.search(pair, [0] * len(pair), [X[:6]], [LATENCY[:6] + NOISE[:6]], 40, outliers=False)
        noises.append([hypothesis.noise_ for hypothesis in pair])
    assert noises[0] == pytest.approx(noises[1] + noises[2], rel=1e-3)
    assert noises[0][0] < 0.01 < 0.1 < noises[0][1]


def test_what_contradicts_what_is_known_is_expected_to_be_noise():
    x = structured("fbnet", typical("fbnet")[:1000].astype(np.int64), metric="latency")
    rows = np.argsort(x.blocks["drawn/size"][:, 0])[[5, 480, 500, 520, 600]]
    model = StructuredGaussianProcess().fit(x[rows], np.array([2.0, -1, -0.5, 0, 0.5]), None)
    assert all(hypothesis.firm for hypothesis in model.hypotheses_)
    assert {hypothesis.noise_prior for hypothesis in model.hypotheses_} == {(hypotheses.NOISE, hypotheses.NOISE_WIDTH)}


def test_where_measurements_grow_with_the_size_nothing_is_searched_again():
    x = structured("nasbench201", OPERATIONS, metric="latency")
    for count in (5, 12):
        assert not StructuredGaussianProcess().fit(x[:count], LATENCY[:count], None).hypotheses_[0].firm


def test_distinct_rows_stand_for_all():
    counts = X[:200].blocks["drawn/counts"]
    rows, which = distinct(counts)
    assert len(rows) == len(np.unique(counts, axis=0)) < 200
    np.testing.assert_array_equal(rows[which], counts)


def test_the_effect_of_a_component_is_its_kernel_times_weights():
    weights = np.random.default_rng(0).normal(size=50)
    for component in make_components(X[:50], ("drawn",)):
        rows, centres = X[TEST].blocks[component.block], X[:50].blocks[component.block]
        kernel = component.weight * component.base(rows, centres)
        if component.smooth:
            scaled = component.base(rows, centres) / component.length
            kernel = component.weight * np.exp(-scaled if component.form == "exponential" else -scaled / 2)
        np.testing.assert_allclose(component.kernel(rows, centres), kernel, rtol=1e-12)
        np.testing.assert_allclose(component.effect(rows, centres, weights), kernel @ weights, atol=1e-9)


def test_many_pairs_have_the_kernels_and_effects_of_few(monkeypatch):
    weights = np.random.default_rng(0).normal(size=300)
    for own in make_components(X[:300], ("drawn",)):
        rows, centres = X.blocks[own.block][TEST], X.blocks[own.block][:300]
        monkeypatch.setattr(components, "MANY_PAIRS", np.inf)
        kernel, effect = own.kernel(rows, centres), own.effect(rows, centres, weights)
        monkeypatch.setattr(components, "MANY_PAIRS", 0)
        np.testing.assert_allclose(own.kernel(rows, centres), kernel, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(own.effect(rows, centres, weights), effect, rtol=1e-6, atol=1e-10)


def test_only_choices_of_a_grid_have_cells():
    cells, shape = components.cells_of(np.array([[1, 0, 0, 1], [0, 1, 0, 1]]))
    assert cells.tolist() == [1, 3]
    assert shape == (2, 2)
    assert components.cells_of(np.array([[1, 0, 1], [0, 1, 1]])) is None
    assert components.cells_of(np.array([[1, 1, 0, 0]])) is None
    assert components.cells_of(np.tile([1, 0], (1, 30))) is None


def test_contributions_add_up_to_the_prediction():
    model = fit(slice(60), LATENCY + NOISE)
    parts = model.contributions(X[TEST])
    (best,) = model.hypotheses_
    assert best.warp == Warp()
    step = prediction.COARSEST * best.y_scale_
    np.testing.assert_allclose(sum(parts.values()) + best.y_mean_, model.predict(X[TEST]), atol=0.51 * step)
    largest = max(parts, key=lambda name: parts[name].std())
    assert largest in ("drawn/size linear", "drawn/costs linear", "drawn/counts linear")


def test_a_mixture_predicts_between_its_hypotheses_and_is_less_sure_than_they():
    model = fit(slice(6), LATENCY + 5 * NOISE)
    assert len(model.hypotheses_) > 1
    assert model.probabilities_.sum() == pytest.approx(1)
    assert (np.diff(model.probabilities_) <= 0).all()
    each = np.stack([hypothesis.predict(X[TEST]) for hypothesis in model.hypotheses_])
    predicted = model.predict(X[TEST])
    assert ((each.min(axis=0) - 1e-9 <= predicted) & (predicted <= each.max(axis=0) + 1e-9)).all()
    spreads = np.stack([hypothesis.predict_std(X[TEST]) for hypothesis in model.hypotheses_])
    assert (model.predict_std(X[TEST]) >= spreads.min(axis=0) - 1e-9).all()


def test_a_throughput_is_predicted_as_the_reciprocal_of_a_time(monkeypatch):
    throughput = 1000 / LATENCY
    model = fit(slice(150), throughput)
    assert model.hypotheses_[0].warp.origin is not None
    monkeypatch.setattr(warps, "DISTANCES", ())
    additive = fit(slice(150), throughput)
    errors = [np.abs(m.predict(X[TEST]) - throughput[TEST]).mean() for m in (model, additive)]
    assert errors[0] < 0.7 * errors[1]


@pytest.mark.parametrize(("samples", "tau"), [(25, 0.995), (60, 0.999), (200, 0.999)])
def test_equal_networks_are_predicted_equal_on_a_device_without_noise(samples, tau):
    model = fit(slice(samples), LATENCY, hyperparameter_samples=100)
    assert kendall_tau(LATENCY[TEST].round(6), model.predict(X[TEST])) > tau


def test_warps_are_inverted_and_bounded():
    y = np.array([1.0, 2.0, 5.0])
    assert [warp.origin for warp in warps.warps(y)] == [None]
    scales = list(warps.warps(np.linspace(1, 5, 12)))
    assert [warp.origin for warp in scales] == [None, *(pytest.approx(1 - d * 4) for d in warps.DISTANCES)]
    for warp in scales:
        np.testing.assert_allclose(warp.inverse(warp.forward(y)), y)
        numeric = (warp.forward(y + 1e-6) - warp.forward(y - 1e-6)) / 2e-6
        np.testing.assert_allclose(np.log(numeric), warp.log_slope(y), atol=1e-6)
        np.testing.assert_allclose(warp.inverse_slope(warp.forward(y)), 1 / numeric, rtol=1e-5)
    far = scales[1]
    assert far.inverse(np.array([10.0]))[0] == pytest.approx(far.largest)


def test_an_outlier_moves_the_prediction_less_than_under_normal_noise(monkeypatch):
    clean = LATENCY + NOISE
    spoilt = clean.copy()
    spoilt[3] += 10
    robust = fit(slice(60), spoilt)
    noise = robust.hypotheses_[0].training_noise_
    assert noise[3] > 50 * np.median(noise)
    monkeypatch.setattr(hypotheses, "DEGREES", 1e6)
    errors = [np.abs(model.predict(X[TEST]) - LATENCY[TEST]).mean() for model in (robust, fit(slice(60), spoilt))]
    assert errors[0] < 0.5 * errors[1]


@pytest.mark.parametrize("samples", [40, 300])
def test_intervals_cover_what_they_promise(samples):
    y = LATENCY + NOISE
    model = fit(slice(samples), y)
    off = np.abs(y[TEST] - model.predict(X[TEST])) / model.predict_std(X[TEST])
    assert (off < 1.96).mean() == pytest.approx(0.95, abs=0.05)


def searches(monkeypatch, *fits):
    """Return the numbers of hypotheses and of samples in each search, and the fitted models."""
    search, seen = structured_gp.search, []
    monkeypatch.setattr(
        structured_gp,
        "search",
        lambda hypotheses, problems, xs, *more, **settings: (
            seen.append((len(hypotheses), len(xs[0]))) or search(hypotheses, problems, xs, *more, **settings)
        ),
    )
    models = [fit(rows, LATENCY + NOISE, **settings) for rows, settings in fits]
    return seen, models


def test_hyperparameters_come_from_the_first_samples_and_the_prediction_from_all(monkeypatch):
    settings = {"hyperparameter_samples": 50}
    seen, models = searches(monkeypatch, (slice(200), settings), (slice(50), settings))
    assert {samples for _, samples in seen} == {50}
    errors = [np.abs(model.predict(X[TEST]) - LATENCY[TEST]).mean() for model in models]
    assert errors[0] < errors[1]


def test_hypotheses_meet_on_few_samples_and_the_best_one_learns_from_more(monkeypatch):
    seen, (model,) = searches(monkeypatch, (slice(200), {}))
    numbers, samples = zip(*seen, strict=True)
    assert samples == (50, 150, 200)
    assert numbers[0] == 4 * (len(structured_gp.LEADING) - 1) + 1
    assert numbers[1] < numbers[0]
    assert numbers[2] == len(model.hypotheses_) == 1


@pytest.mark.parametrize(("samples", "chosen"), [(50, 300), (1_366, 683), (3_036, 1_200), (15_000, 1_200)])
def test_larger_training_sets_find_hyperparameters_on_more_samples(samples, chosen):
    assert StructuredGaussianProcess()._hyperparameter_samples(samples) == chosen
    assert StructuredGaussianProcess(hyperparameter_samples=90)._hyperparameter_samples(samples) == 90


def test_a_reciprocal_is_no_more_probable_beforehand_than_the_own_scale():
    own, *reciprocals = warps.warps(np.linspace(1, 5, 12))
    assert np.exp([warp.log_prior for warp in reciprocals]).sum() == pytest.approx(np.exp(own.log_prior))


def test_problems_of_one_shape_are_fitted_together():
    y = LATENCY + NOISE
    problems = [Problem(X[rows], y[rows], None) for rows in (slice(20), slice(20, 40), slice(30))]
    together = StructuredGaussianProcess.fit_many(problems)
    for problem, model in zip(problems, together, strict=True):
        alone = StructuredGaussianProcess().fit(problem.x, problem.y, None)
        np.testing.assert_allclose(model.predict(X[TEST]), alone.predict(X[TEST]), atol=1e-3)


def test_the_last_search_on_many_samples_starts_from_no_tiny_weights(monkeypatch):
    monkeypatch.setattr(structured_gp, "MANY", 160)
    starts = []
    search = structured_gp.search
    monkeypatch.setattr(
        structured_gp,
        "search",
        lambda hypotheses, *more, **settings: (
            starts.append([h.theta_ for h in hypotheses]) or search(hypotheses, *more, **settings)
        ),
    )
    model = fit(slice(160), LATENCY + NOISE)
    weights = starts[-1][0][: len(model.hypotheses_[0].components_)].exp()
    leads = [component.leads for component in model.hypotheses_[0].components_]
    assert weights[leads].min() >= structured_gp.LEAST_WEIGHT * (1 - 1e-9)
    assert weights.min() < 1e-4


def test_many_samples_may_find_hyperparameters_on_few(monkeypatch):
    monkeypatch.setattr(structured_gp, "MANY", 160)
    model = fit(slice(160), LATENCY + NOISE, hyperparameter_samples=40)
    assert kendall_tau(LATENCY[TEST], model.predict(X[TEST])) > 0.9


@pytest.mark.parametrize("samples", [5, 60])
def test_a_restored_process_predicts_the_same_to_the_bit(samples):
    model = fit(slice(samples), LATENCY + NOISE)
    facts, arrays = model.stored()
    arrays = {name: values.copy() for name, values in arrays.items()}
    restored = prediction.MixturePrediction.restored(json.loads(json.dumps(facts)), arrays)
    np.testing.assert_array_equal(restored.predict(X[TEST]), model.predict(X[TEST]))
    np.testing.assert_array_equal(restored.predict_std(X[TEST]), model.predict_std(X[TEST]))
    for name, part in restored.contributions(X[TEST]).items():
        np.testing.assert_array_equal(part, model.contributions(X[TEST])[name])


def test_predicting_needs_no_torch():
    program = "import sys, hwpred.predictors.structured.prediction; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_beyond_a_size_some_of_the_samples_tell_how_sure_predictions_are(monkeypatch):
    y = LATENCY + NOISE
    exact = fit(slice(400), y)
    monkeypatch.setattr(prediction, "LARGE", 200)
    model = fit(slice(400), y)
    [hypothesis], [all_know] = model.hypotheses_, exact.hypotheses_
    assert len(hypothesis.weights_) == len(hypothesis.training_noise_) == 400
    assert len(hypothesis.left_out_) == 200
    assert hypothesis.noise_ == pytest.approx(all_know.noise_, rel=0.15)
    assert model.tails_.width == pytest.approx(exact.tails_.width, rel=0.1)
    mean, std = model.predict_with_std(X[TEST])
    exact_mean, exact_std = exact.predict_with_std(X[TEST])
    assert np.abs(mean - exact_mean).mean() < 0.1 * NOISE.std()
    assert np.median(std / exact_std) == pytest.approx(1, abs=0.1)
    variance, _ = hypothesis.conditional(X[TEST])
    assert variance.shape == (500,)


def test_one_sample_beyond_that_size_is_left_out_alone(monkeypatch):
    monkeypatch.setattr(prediction, "LARGE", 59)
    model = fit(slice(60), LATENCY + NOISE)
    assert all(len(hypothesis.left_out_) == 1 for hypothesis in model.hypotheses_)
    assert np.isfinite(model.tails_.width)


def test_large_covariances_are_factorised_once(monkeypatch):
    monkeypatch.setattr(prediction, "LARGE", 150)
    sizes = []
    factor = hypotheses.Covariance.factor

    def counted(covariance, noise):
        sizes.append(len(covariance._rows))
        return factor(covariance, noise)

    monkeypatch.setattr(hypotheses.Covariance, "factor", counted)
    model = fit(slice(300), LATENCY + NOISE)
    assert sizes.count(300) == len(model.hypotheses_)


@pytest.mark.parametrize("cached", [1, 500, components.CACHED])
@pytest.mark.parametrize("x", [X[:200].measured_at(np.arange(200.0)), X[:7]])
def test_the_sum_of_kernels_is_that_of_the_components_whatever_fits_in_a_cache(x, cached, monkeypatch):
    monkeypatch.setattr(components, "CACHED", cached)
    parts, rng = make_components(x, ("drawn",), LATENCY[: len(x)]), np.random.default_rng(0)
    for part in parts:
        part.weight, part.length = rng.uniform(0.5, 2, 2)
    expected = sum(part.kernel(x.blocks[part.block], x[:50].blocks[part.block]) for part in parts)
    np.testing.assert_allclose(components.sum_of_kernels(parts, x, x[:50]), expected, rtol=1e-7, atol=1e-7)


def test_choices_have_an_entry_for_each_number_of_them_that_differ():
    x = X[:200]
    parts, form = make_components(x, ("drawn",)), "exponential"
    [part] = [part for part in PairKernels(parts, x)._parts if {parts[i].form for i in part._smooth} == {form}]
    assert len(part._smooth) == sum(own.form == form for own in parts)
    assert part._distances.shape[1] <= (6 + 1) ** len(part._smooth)


@pytest.mark.parametrize("x", [X[:200], X[:200].measured_at(np.arange(200.0)), X[:7]])
def test_kernels_by_pairs_are_those_of_the_components(x):
    components = make_components(x, ("drawn",), LATENCY[: len(x)])
    rng, smooth = np.random.default_rng(0), [component for component in components if component.smooth]
    weights, lengths = rng.uniform(0.5, 2, (2, len(components))), rng.uniform(0.5, 2, (2, len(smooth)))
    found = PairKernels(components, x).sum(torch.as_tensor(weights), torch.as_tensor(lengths)).numpy()
    for own_weights, own_lengths, sums in zip(weights, lengths, found, strict=True):
        for component, weight in zip(components, own_weights, strict=True):
            component.weight = weight
        for component, length in zip(smooth, own_lengths, strict=True):
            component.length = length
        expected = sum(component.kernel(*2 * (x.blocks[component.block],)) for component in components)
        np.testing.assert_allclose(sums, expected[np.tril_indices(len(x))], rtol=1e-12, atol=1e-12)


def test_points_that_a_view_does_not_tell_apart_are_computed_once(monkeypatch):
    x = X[:200]
    components = make_components(x, ("drawn",))

    def computed():
        parts = PairKernels(components, x)._parts
        return sum(part._distances.numel() for part in parts if part._distances is not None)

    looked_up = computed()
    monkeypatch.setattr(devices, "on_gpu", lambda: True)
    assert looked_up < computed() / 1.5
