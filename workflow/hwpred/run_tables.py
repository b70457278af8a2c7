"""All tables that a run writes: where each lies below ``results/<run>``, what a row is, which rule makes it."""

from dataclasses import dataclass

from hwpred.tables import COLUMNS as STAGES


@dataclass(frozen=True)
class RunTable:
    """A table of a run.

    Parameters
    ----------
    path : str
        Below ``results/<run>``.
    row : str
        What a row is.
    rule : str
        That makes it.
    columns : tuple of str
        In their order. A run may lack those of measures that it does not have.
    """

    path: str
    row: str
    rule: str
    columns: tuple[str, ...]


WAY = ("strategy", "predictor", "train_size", "verified", "seconds")
_FITS = "<combination>/<predictor>/<seeds>.parquet"
_STAGES = {
    "architectures": ("data/<space>/architectures.parquet", "an architecture", "build_architectures"),
    "targets": ("data/targets/<combination>.parquet", "an architecture", "build_targets"),
    "accuracy": ("data/accuracy/<space>-<task>.parquet", "an architecture", "build_accuracy"),
    "fits": (f"fits/{_FITS}", "a fit: a training size and a seed", "train_predictor"),
    "predictions": (f"predictions/{_FITS}", "a test architecture of a fit", "train_predictor"),
    "space_predictions": (
        f"space_predictions/{_FITS}",
        "an architecture as a fit of the seeds that select predicts it",
        "train_predictor",
    ),
    "evaluation": (
        "evaluation/<combination>.parquet",
        "a measure of a predictor at a training size, over seeds",
        "evaluate_combination",
    ),
    "selection": (
        "selection/<combination>.parquet",
        "a trial of the simulated selection at one deviation",
        "simulate_selection",
    ),
    "predicted_selection": (
        "predicted_selection/<combination>.parquet",
        "a fit, a number of architectures, and a way to verify",
        "select_by_predictions",
    ),
    "limited_selection": (
        "limited_selection/<combination>.parquet",
        "a fit, a limit, a margin, and a number of architectures measured at most",
        "select_under_limits",
    ),
    "adaptive_selection": (
        "adaptive_selection/<combination>/<predictor>.parquet",
        "a round of adaptive measuring",
        "select_adaptively",
    ),
    "comparison": (
        "comparison/<combination>.parquet",
        "a fit that selects from all architectures (`kind` is `real`), or a simulation of it",
        "compare_with_simulation",
    ),
    "offers": ("budget/<combination>.parquet", "a way to spend time, and a seed", "weigh_budget"),
    "explanation": (
        "explanations/<combination>.parquet",
        "something that a fit of `structured_gp` found out. `kind` says what it is: `coverage` of its intervals, "
        "`spread` of errors in stated standard deviations, `share` of a part of the kernel, or `cost` of an operation "
        "in the metric's unit",
        "explain_combination",
    ),
    "measured": ("measured/<name>.parquet", "an architecture that was timed, computed or trained", "collect_timings"),
    "timings": ("timings/<name>/<chunk>.parquet", "a visit of a network", "measure_chunk"),
    "trainings": ("trainings/nasbench201-digits/<classes>.parquet", "a network that was trained", "train_accuracies"),
}
STAGE_TABLES = {kind: RunTable(*entry, STAGES[kind]) for kind, entry in _STAGES.items()}
"""The Parquet files between the stages, by kind."""

MEASURES = ("kendall_tau", "deviation_mean", "deviation_std", "fit_seconds", "mae", "median_error_percent", "pearson")
MEASURES += ("precision_at_10", "precision_at_20", "predict_seconds", "rmse", "search_seconds", "spearman")
MEASURES += ("within_10_percent", "coverage_95", "search_gain")
_OF_COMBINATION = ("combination", "seconds_per_measurement")
PEOPLES_TABLES = (
    RunTable(
        "tables/evaluation.csv",
        "a predictor on a combination, at a training size",
        "plot_evaluation",
        (
            *("combination", "predictor", "train_size", "seeds"),
            *(f"{measure}_{kind}" for measure in MEASURES for kind in ("mean", "std")),
        ),
    ),
    RunTable(
        "tables/ceilings.csv",
        "a combination, and what bounds Kendall's tau on it",
        "plot_evaluation",
        (
            *("combination", "ceiling_noise", "ceiling_noise_half_interval", "known_by", "ceiling_ties"),
            *("reached", "reached_by", "reached_after"),
        ),
    ),
    RunTable(
        "tables/linear_and_xgboost.csv",
        "linear regression or XGBoost on a combination, at a training size (in LaTeX: `linear_and_xgboost.tex`)",
        "plot_linear_and_xgboost",
        ("combination", "predictor", "train_size", "kendall_tau_mean", "kendall_tau_std", "seeds"),
    ),
    RunTable(
        "tables/lookup.csv",
        "a combination: the lookup table beside linear regression (in LaTeX: `lookup.tex`)",
        "plot_lookup",
        (
            *("device", "metric", "space", "task", "lookup_measurements", "lookup_kendall_tau", "lin_reg_train_size"),
            *("lin_reg_kendall_tau", "lin_reg_largest_kendall_tau", "lin_reg_better_from", "all_better_from"),
        ),
    ),
    RunTable(
        "tables/search.csv",
        "a predictor on a space, at a training size: what the search of hyperparameters gains",
        "plot_search_gain",
        ("space", "predictor", "train_size", "gain", "standard_error", "seeds", "search_seconds", "fit_seconds"),
    ),
    RunTable(
        "tables/simulation.csv",
        "a number of architectures and a deviation, on a combination: means over simulated selections",
        "plot_simulation",
        (
            *("pairing", "combination", "architectures", "deviation_std", "kendall_tau", "mra_all", "mra_pareto"),
            *("hypervolume", "hypervolume_percent", "trials"),
        ),
    ),
    RunTable(
        "tables/selection_with_predictors.csv",
        "a predictor on a combination, at a training size, by how it is verified: means of `predicted_selection`",
        "plot_predicted_selection",
        (
            *("combination", "predictor", "train_size", "architectures", "verification", "verified", "kendall_tau"),
            *("deviation_std", "hypervolume", "kept", "mra_mean", "mra_std", "hypervolume_percent_mean"),
            *("hypervolume_percent_std", "seeds"),
        ),
    ),
    RunTable(
        "tables/limits.csv",
        "a predictor on a combination, at a training size, by margin and verification: means of `limited_selection`",
        "plot_limits",
        (
            *("combination", "predictor", "train_size", "margin", "verification", "verified", "broken_percent"),
            *("overshoot_percent", "quality_lost", "measured", "not_found_percent", "seeds"),
        ),
    ),
    RunTable(
        "tables/simulation_and_reality.csv",
        "a fit that selects from all architectures, or a simulation of it: `comparison` of all combinations",
        "plot_reality",
        (*STAGES["comparison"], "combination"),
    ),
    RunTable(
        "tables/simulation_errors.csv",
        "a measure and a kind of simulation: how far it is off the real cost",
        "plot_reality",
        ("measure", "kind", "ratio", "mean_absolute_error", "cases"),
    ),
    RunTable(
        "tables/budget_<combination>.csv",
        "a time budget, a strategy and a predictor: its best way, judged by seeds that did not choose it",
        "plot_budget",
        (
            *("minutes", *WAY, "mra_mean", "mra_std", "hypervolume_percent_mean", "hypervolume_percent_std", "seeds"),
            *_OF_COMBINATION,
        ),
    ),
    RunTable(
        "tables/advice_<combination>.csv",
        "a time budget: the cheapest of the ways that cannot be told from the best, or measuring everything",
        "plot_budget",
        (
            *(
                "minutes",
                "way",
                *WAY,
                "hypervolume_percent",
                "hypervolume_percent_low",
                "hypervolume_percent_high",
                "mra",
            ),
            *("seeds", "tied", "affordable", "as_good", "advice", *_OF_COMBINATION),
        ),
    ),
    RunTable(
        "tables/explanation_<combination>.csv",
        "a part that `structured_gp` tells about, at a training size: means of `explanations` (shares in percent)",
        "plot_explanation",
        ("kind", "part", "train_size", "value_mean", "value_std", "seeds"),
    ),
    RunTable(
        "tables/calibration.csv",
        "a combination at a training size: what the intervals of `structured_gp` cover",
        "plot_calibration",
        ("combination", "train_size", "coverage_50", "coverage_80", "coverage_95", "residual_spread", "seeds"),
    ),
    RunTable(
        "tables/compare_with_paper.csv",
        "a value of the paper's Tables 3 and 4 beside ours",
        "compare_with_paper",
        ("dataset", "predictor", "train_size", "paper", "ours", "difference"),
    ),
    RunTable(
        "tables/measurements.csv",
        "a combination that `snakemake measure` timed",
        "summarise_measurements",
        (
            *("combination", "architectures", "failed", "median_ms", "slowest_visit_percent", "runs_mean", "repeated"),
            *("ceiling_noise", "ceiling_noise_pairs", "ceiling_noise_uncorrected", "drift_percent", "date"),
        ),
    ),
    RunTable(
        "tables/measured_again.csv",
        "a combination that `snakemake measure_again` timed on this machine",
        "compare_measurements",
        ("combination", "architectures", "kendall_tau", "median_ratio"),
    ),
)
"""The CSV files that people open."""
