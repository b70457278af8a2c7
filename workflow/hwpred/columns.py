"""The columns of all tables for people: unit, meaning and rounding of each, declared once by name.

The rule:

- A unit ends the name: ``_ms``, ``_seconds``, ``_hours``, ``_mb``, ``_percent``; ``_per_<thing>`` may follow it.
- A share is in percent. What the field gives from 0 to 1 stays so: correlations, precision at k, a share of wins.
- A column of counts holds whole numbers. A mean of counts may be fractional.
- Predictors, combinations, spaces, tasks and devices are called as in the configuration.
- A table with a column ``seeds``, ``draws`` or ``trials`` holds means over them. Where the sample standard deviation
  stands beside a mean, they end in ``_mean`` and ``_std``; the ends of a 95 % interval end in ``_low`` and ``_high``.
- The hypervolume of a selection is ``hypervolume_percent``, in percent of the true front's; what is missing to 100 is
  ``hypervolume_lost_percent``, and ``hypervolume`` alone is the area itself.
- CSV files have six significant digits, and an empty cell where nothing is known. Tables that are rendered (LaTeX, the
  terminal) have the decimals that are declared here, or two digits of the standard deviation beside a mean.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    meaning : str
    kind : str
        ``"text"``, ``"flag"`` (true or false), ``"count"`` (whole numbers) or ``"number"``.
    unit : str
        As people read it; empty for none.
    decimals : int, optional
        Of rendered tables; without it a number has three significant digits.
    """

    meaning: str
    kind: str
    unit: str = ""
    decimals: int | None = None


def _declare(kind, unit, decimals, /, **meanings):
    return {name: Column(meaning, kind, unit, decimals) for name, meaning in meanings.items()}


_TEXTS = _declare(
    "text",
    "",
    None,
    combination="space, task, device and metric, as in the configuration",
    space="search space",
    task="task, or data set, of the networks",
    device="device; `graph` for metrics that are computed from the network",
    metric="what is predicted: latency, energy, ...",
    source="where values come from",
    predictor="key of the predictor, as in the configuration",
    family="family of predictors, or of networks",
    kind="kind of device, of simulation, of figure, or of what was found out",
    figure="name of a figure",
    accuracy="where accuracies of its networks come from",
    file="key of the file that holds the values",
    pairing="whose accuracy a metric stands with: `true`, or `reference` as in the published code",
    verification="what is measured after predicting: `none`, `selected`, `promising`, `in_turn` or `suggested`",
    strategy="way to spend time: `measure`, `predict`, `verify`, `adaptive` or `everything`",
    advice="what to do, as a sentence",
    as_good="predictors of the ways that cannot be told from the best, the cheapest way first",
    measure="name of the measure that the row is about",
    part="part of the network, or of the kernel, that the row is about",
    dataset="combination, as the paper writes it",
    known_by="what tells the noise: `two_passes`, or `repeats` of one network under several indices",
    reached_by="predictor that reaches the best mean tau",
    best_predictor="predictor that is the best of the eighteen",
    dead_operations="`told` or `untold`: whether the predictor is told what the device does with dead operations",
    told="`told` or `untold`: whether the predictor is told what the device does with dead operations",
    chosen="how training points were chosen",
    design="how training points were chosen",
    implementation="whose code",
    work="what is computed",
    library="package that computes the same",
    compared="what of both results is compared",
    run="study that the row comes from",
    test="protocol of the test, or what is damaged on purpose",
    set="set of devices of that protocol",
    published_by="who published the value",
    view="kinds of devices, or spaces, that the row averages over",
    first="one combination of a pair",
    second="the other combination of the pair",
    shape="shape of the drift that was made up",
    form="form of an effect: linear or exponential",
    way="way of counting, or the number of a way to spend time",
    format="format of the file",
    files="which files",
    paper_combination="combination of the paper that is most like this one",
    date="day of measuring",
    operations="the architecture as text",
    hyperparameters="JSON",
    role="whether the network is an architecture or a reference",
    error="why the network could not be timed; empty if it could",
    architecture="the architecture as text, or its index",
)
_FLAGS = _declare(
    "flag",
    "",
    None,
    ok="whether the difference is within what is allowed",
    tuned_on="whether the predictor was developed on the device",
    leads="whether the view that the effect belongs to leads",
    broken="whether the limit is broken",
    found="whether anything was chosen",
)
_COUNTS = _declare(
    "count",
    "",
    0,
    train_size="measurements that the predictor learns from",
    samples="measurements that the predictor learns from, or architectures that are ranked or selected from",
    how_many="jobs of a plan, measurements, or candidates",
    at_once="training sets, rankings or trials that are computed in one call",
    measurements="measurements, or about as many",
    lookup_measurements="measurements of the lookup table",
    tried="faults that were made on purpose",
    survived="those that were refused in one sentence that names the file, or changed no result",
    silent="those that changed results without a word, or ran something foreign",
    bare="those that were answered by anything but such a sentence",
    lin_reg_train_size="smallest training size of linear regression that is no smaller than `lookup_measurements`",
    lin_reg_better_from="training size from which on linear regression is better than the lookup table",
    all_better_from="training size from which on every trained predictor is better than the lookup table",
    reached_after="training size at which the best mean tau is reached",
    test_size="architectures that the fit is tested on",
    architectures="architectures that can be selected, or that were measured",
    seed="number of the split",
    trial="number of the trial",
    seeds="seeds behind the row",
    published_seeds="seeds behind the published value",
    core_seeds="seeds that one core computed",
    trials="simulated selections behind the row",
    draws="random draws of measurements behind the row",
    cases="pairs of a simulated and a real cost behind the row",
    combinations="combinations behind the row",
    networks="networks behind the row",
    models="models of the data set",
    tied="ways that cannot be told from the best",
    affordable="ways that fit into the budget",
    fits="fits behind the row",
    jobs="jobs behind the row",
    failed="architectures that could not be timed",
    repeated="architectures that were timed twice",
    ceiling_noise_pairs="architectures behind the ceiling",
    rivals="networks that are more accurate than the optimum and break the limit by little",
    measured_first="measurements before anything is predicted",
    measured_more="measurements that `hwpred suggest` names after that",
    predicted="architectures that are predicted",
    count="timed runs of a network",
    core="core of the processor",
)
_OF_COUNTS = _declare(
    "number",
    "",
    1,
    verified="architectures measured after predicting; where the selected are measured, their mean number",
    measured="architectures measured after predicting (mean), or before it",
    kept="architectures that remain: the Pareto-optimal among those selected or measured",
    selected="architectures that were selected",
    runs="timed runs of an architecture (mean)",
)
_TAUS = _declare(
    "number",
    "",
    3,
    kendall_tau="Kendall's tau of predicted and true values",
    worst_kendall_tau="Kendall's tau of the worst draw",
    spearman="Spearman's correlation of predicted and true values",
    worst_spearman="Spearman's correlation of the worst seed",
    pearson="Pearson's correlation of predicted and true values",
    precision_at_10="share of the 10 best that are among the 10 predicted as best",
    precision_at_20="share of the 20 best that are among the 20 predicted as best",
    beats="share of the other predictors that the predictor beats on a combination",
    search_gain="Kendall's tau with a search of hyperparameters minus that of the default ones",
    gain="what is gained in Kendall's tau",
    standard_error="standard error of the difference or gain beside it",
    difference="ours minus theirs",
    tau_difference="difference of Kendall's tau: GPU minus one core, or this version minus the one before",
    allowed="least difference that is allowed",
    ours="our value",
    paper="the paper's value",
    published="the published value",
    hard="our mean over two combinations that are hard",
    all="our mean over all combinations",
    best_of_eighteen="Kendall's tau of the best of the eighteen predictors",
    hand_written="Kendall's tau with the structure that is written by hand",
    derived="Kendall's tau with the structure that is counted from the networks",
    ceiling_noise="Kendall's tau of two measurements of the same architectures: what noise allows",
    ceiling_noise_half_interval="half of the 95 % interval of `ceiling_noise`",
    ceiling_noise_uncorrected="`ceiling_noise` without the correction of drift",
    ceiling_ties="Kendall's tau of a predictor that errs nowhere but in tied values: what ties allow",
    ceiling_structure="Kendall's tau of a fit of all measurements: what the structure explains",
    ceiling_repeats="Kendall's tau of measurements of one network under two indices",
    reached="best mean Kendall's tau of a predictor",
    without_drift="Kendall's tau of a fit of all measurements once their drift is taken out",
    without_component="Kendall's tau without a component of time",
    with_component="Kendall's tau with a component of time",
    lag1="autocorrelation of residuals in the order of measuring, one apart",
    lag10="autocorrelation of residuals in the order of measuring, ten apart",
    lag100="autocorrelation of residuals in the order of measuring, a hundred apart",
    tau_of_regression="Kendall's tau of a regression on all of the data",
    tau_without_drift="Kendall's tau of a regression on all of the data once the drift is taken out",
    tau_with_twin="Kendall's tau among test architectures with a twin in the training set",
    tau_without="Kendall's tau among test architectures without a twin in the training set",
    lookup="Kendall's tau of the lookup table",
    lin_reg="Kendall's tau of linear regression",
    xgb="Kendall's tau of XGBoost",
    lookup_kendall_tau="Kendall's tau of the lookup table",
    lin_reg_kendall_tau="Kendall's tau of linear regression at `lin_reg_train_size`",
    lin_reg_largest_kendall_tau="Kendall's tau of linear regression at the largest training size",
    paper_lin_reg="the paper's tau of linear regression",
    paper_xgb_largest="the paper's tau of XGBoost at the largest size",
    paper_lookup="the paper's tau of the lookup table",
)
_IN_STD = _declare(
    "number",
    "standard deviations of the metric",
    3,
    target="the standardised value",
    prediction="the predicted target",
    std="stated standard deviation of the prediction; in `evaluation` that of the measure over seeds",
    mae="mean absolute error",
    rmse="root of the mean squared error",
    deviation_mean="mean of predicted minus true",
    deviation_std="standard deviation of predicted minus true",
    std_without_conv3x3="standard deviation of the deviations of architectures without a 3x3 convolution",
    std_with_conv3x3="standard deviation of the deviations of architectures with a 3x3 convolution",
)
_PLAIN = _declare(
    "number",
    "",
    3,
    mean="mean of the measure over seeds",
    q05="5 % quantile of the measure over seeds",
    q50="median of the measure over seeds",
    q95="95 % quantile of the measure over seeds",
    kurtosis="excess kurtosis of the deviations",
    off_centre="absolute mean of the deviations over their standard deviation",
    residual_spread="standard deviation of errors in stated standard deviations; 1 is right",
    hypervolume="area that the front dominates, from a reference point",
    best_hypervolume="area that the true front dominates",
    hypervolume_fewer_measured="hypervolume of 5,000 measured architectures",
    moved_reference="what the reference point of all architectures adds to the hypervolume of fewer",
    margin="margin below the limit, in predicted standard deviations",
    limit="share of all architectures that keeps the limit",
    limit_quantile="share of all architectures that keeps the limit",
    ratio="simulated over real cost, median",
    mean_absolute_error="mean absolute error of the simulated cost, in the measure's unit",
    median_ratio="median of new times over old times",
    value="the metric in its unit, or what was found out",
    median="median weight of an effect over combinations",
    deviation="standard deviation of the logarithm of that weight over combinations",
    times="how many times as long the other takes: one core beside a GPU, a library beside ours",
    largest_difference="largest difference between both results, in the unit of what is compared",
    times_cheaper="how many times cheaper ours is",
    times_cheaper_than_published="how many times cheaper than the published times",
    times_cheaper_than_pinned="how many times cheaper than the published code with today's libraries",
)
_POINTS = _declare(
    "number",
    "the accuracy's, mostly percentage points",
    3,
    mra="mean reduction of accuracy: what the selected lose to the true front",
    mra_all="mean reduction of accuracy of all selected",
    mra_pareto="mean reduction of accuracy of the Pareto-optimal among them",
    quality_lost="accuracy lost to the best architecture that keeps the limit",
    most_quality_lost="`quality_lost` of the worst draw",
    top1_lost="top-1 accuracy lost to the best network that keeps the limit",
    top1_lost_timed="`top1_lost` if the choice is timed and corrected",
)
_PERCENTS = _declare(
    "number",
    "%",
    1,
    median_error_percent="median of the absolute error, of the value",
    worst_median_error_percent="median error of the worst draw",
    within_10_percent="predictions that are off by 10 % of the value at most",
    coverage_50="measurements within the 50 % interval",
    coverage_80="measurements within the 80 % interval",
    coverage_95="measurements within the 95 % interval",
    worst_coverage_95="measurements within the 95 % interval in the worst draw",
    coverage_95_untold="measurements within the 95 % interval if the predictor is not told about dead operations",
    broken_percent="choices that break the limit",
    broken_timed_percent="choices that break the limit, if they are timed and corrected",
    overshoot_percent="by how much the broken limits are exceeded",
    most_overshoot_percent="by how much a broken limit is exceeded at most",
    not_found_percent="cases in which nothing was chosen",
    optimum_found_percent="draws in which the best architecture is chosen",
    limit_kept_percent="draws in which the choice keeps the limit",
    beyond_3_std_percent="deviations beyond three standard deviations",
    within_half_std_percent="deviations within half a standard deviation",
    with_twin_percent="test architectures with a twin in the training set",
    of_5000_measured_percent="hypervolume of all architectures, of that of 5,000 measured ones",
    drift_percent="standard deviation of the drift, of the value",
    no_drift_percent="drift that would be found if there were none",
    residual_percent="standard deviation of the residuals, of the value",
    size_percent="size of the drift that was made up",
    found_percent="size of the drift that was found, mean",
    least_percent="least size of the drift that was found",
    most_percent="largest size of the drift that was found",
    near_percent="draws in which the size of the drift is found within a fifth",
    slowest_visit_percent="by how much the slowest visit of an architecture takes longer, median",
)
_HYPERVOLUMES = _declare(
    "number",
    "%",
    2,
    hypervolume_percent="hypervolume of the selection, of the true front's",
    hypervolume_lost_percent="what is missing to the hypervolume of the true front",
)
_SECONDS = _declare(
    "number",
    "s",
    None,
    before_seconds="CPU time by the version before",
    seconds="time that it takes, measuring included; of a library, its CPU time",
    our_seconds="CPU time of ours for the same work",
    seconds_per_measurement="time of one measurement",
    one_core_seconds="time on one core",
    fit_seconds="CPU time of a fit",
    search_seconds="CPU time of the search of hyperparameters",
    predict_seconds="CPU time of predicting an architecture",
    cpu_seconds="CPU time",
    cpu_seconds_per_fit="CPU time of a fit",
    cpu_seconds_per_network="CPU time of a network",
    fit_cpu_seconds="CPU time of a fit",
    published_cpu_seconds="CPU time of the published code",
    pinned_cpu_seconds="CPU time of the published code with today's libraries",
    save_cpu_seconds="CPU time of saving",
    load_cpu_seconds="CPU time of loading",
    predict_cpu_seconds="CPU time of predicting",
    started="when it was timed, since 1970",
    time="when it was measured",
)
_SIZES = {
    **_declare("number", "min", None, minutes="time budget"),
    **_declare(
        "number",
        "h",
        None,
        core_hours="CPU time of all fits",
        full_grid_core_hours="CPU time of a study of all sizes and 50 seeds",
    ),
    **_declare(
        "number",
        "MB",
        None,
        memory_mb="most memory of a job",
        file_mb="size of the file",
        size_mb="size of the files",
        peak_mb="most memory",
    ),
    **_declare("number", "ms", None, median_ms="median over architectures of the time"),
    **_declare(
        "number",
        "of the value",
        None,
        spread="how much longer the slowest visit took; of a single visit, the spread of its timed runs",
    ),
}

COLUMNS = {
    **_TEXTS,
    **_FLAGS,
    **_COUNTS,
    **_OF_COUNTS,
    **_TAUS,
    **_IN_STD,
    **_PLAIN,
    **_POINTS,
    **_PERCENTS,
    **_HYPERVOLUMES,
    **_SECONDS,
    **_SIZES,
}
"""Name -> what the column holds. ``declared`` knows endings and patterns besides."""
ENDINGS = {
    "_mean": "mean over seeds",
    "_std": "sample standard deviation over seeds, missing for one",
    "_low": "lower end of the 95 % interval",
    "_high": "upper end of the 95 % interval",
}
"""Endings that any number may have."""
PATTERNS = {
    re.compile(r"hypervolume_all_[\d.]+"): Column(
        "hypervolume of all architectures at that standard deviation of the deviations", "number", "", 3
    ),
    re.compile(r"p\d+"): Column("operation at that position of the architecture", "count"),
    re.compile(r"counts/\w+"): Column("what is counted in the network", "number"),
}


def declared(name):
    """Return what a column holds, or None if no table may have it.

    Parameters
    ----------
    name : str

    Returns
    -------
    Column or None
        Of a name with one of ``ENDINGS`` the unit and the decimals are those of the name without it.
    """
    if name in COLUMNS:
        return COLUMNS[name]
    for ending, words in ENDINGS.items():
        base = COLUMNS.get(name.removesuffix(ending))
        if name.endswith(ending) and base and base.kind == "number":
            return Column(f"{base.meaning}; {words}", "number", base.unit, base.decimals)
    return next((column for pattern, column in PATTERNS.items() if pattern.fullmatch(name)), None)
