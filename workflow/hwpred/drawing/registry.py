"""Every figure of a run, and every table for people: by which module it is drawn and from which files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_high

COMBINATION, SPACE = "combination", "space"


@dataclass(frozen=True)
class Family:
    """Figures and tables that one job makes, since to start Python takes longer than to draw.

    Parameters
    ----------
    words : str
        What the job does, for the terminal.
    inputs : callable
        From (plan, wildcards) to {name: list of files}.
    figures : dict
        Kind -> label in the report. The caption is ``workflow/report/<kind>.rst``.
    tables : dict
        Kind and suffix, ``evaluation.csv`` -> label in the report, or None for a table that it does not show.
    category : str
        Of the report.
    of : str, optional
        The wildcard that files, log and message name: ``combination`` or ``space``.
    settings : callable
        From (plan, wildcards) to other arguments of the module's ``draw``.
    memory : int
        In MB.
    """

    words: str
    inputs: Callable
    category: str
    figures: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)
    of: str | None = None
    settings: Callable = field(default=lambda plan, wildcards: {})
    memory: int = 1000

    @property
    def suffix(self):
        """What stands behind a kind in the names of files, a pattern."""
        return f"_{{{self.of}}}" if self.of else ""

    def job(self, key):
        """Return the pattern of the name of the job that draws the family ``key``, for logs and benchmarks."""
        return "/".join([f"plot_{key}", *([f"{{{self.of}}}"] if self.of else [])])

    def table(self, name):
        """Return the pattern of a table's file name."""
        return f"{Path(name).stem}{self.suffix}{Path(name).suffix}"


def all_of(method, names="combinations"):
    """Return a function from (plan, wildcards) to a method's files of all combinations, or of those of ``names``."""
    return lambda plan, wildcards: {"files": [getattr(plan, method)(name) for name in getattr(plan, names)]}


def own(**methods):
    """Return a function from (plan, wildcards) to the files of one combination, {name: files}."""
    return lambda plan, wildcards: {
        name: _listed(getattr(plan, method)(wildcards.combination)) for name, method in methods.items()
    }


def _listed(files):
    return [files] if isinstance(files, str) else files


def _evaluations(plan, wildcards):
    return {"files": plan.evaluations()}


FAMILIES = {
    "curves": Family(
        words="Drawing the curves",
        category="Curves by combination",
        figures={"curves": "curves", "error_bars": "error bars"},
        of=COMBINATION,
        inputs=own(evaluations="evaluation"),
        settings=lambda plan, wildcards: {"name": wildcards.combination},
    ),
    "space_curves": Family(
        words="Drawing the mean curves",
        category="Curves by space",
        figures={"space_curves": "curves", "space_error_bars": "error bars"},
        of=SPACE,
        inputs=lambda plan, wildcards: {
            "evaluations": plan.evaluations(wildcards.space),
            "paper": plan.paper("paper_curves"),
        },
        settings=lambda plan, wildcards: {"space": wildcards.space},
    ),
    "costs": Family(
        words="Drawing computing times and what they buy",
        category="Cost",
        figures={"fit_time": "fit, search and prediction time", "cost_front": "tau against computing time"},
        inputs=_evaluations,
    ),
    "search_gain": Family(
        words="Drawing what the search gains",
        category="Cost",
        figures={"search_gain": "gain and cost of the search"},
        tables={"search.csv": None},
        inputs=_evaluations,
    ),
    "predictions": Family(
        words="Drawing the predictions",
        category="Predictions",
        figures={"scatter": "predicted against true", "deviations": "deviations"},
        of=COMBINATION,
        inputs=own(predictions="predictions", evaluation="evaluation", targets="targets"),
        settings=lambda plan, wildcards: {
            "combination": wildcards.combination,
            "train_size": median_high(plan.train_sizes(wildcards.combination)),
        },
        memory=1500,
    ),
    "tau_against_deviation": Family(
        words="Drawing tau against the deviations",
        category="Predictions",
        figures={"tau_against_deviation": "tau against deviation"},
        inputs=lambda plan, wildcards: {"files": [file for name in plan.combinations for file in plan.fits(name)]},
        memory=1500,
    ),
    "targets": Family(
        words="Drawing the distributions of the metrics",
        category="Data",
        figures={"targets": "distribution of the metrics"},
        inputs=all_of("targets"),
    ),
    "evaluation": Family(
        words="Tabulating all evaluations",
        category="Tables",
        tables={"evaluation.csv": "all measures", "ceilings.csv": "what noise and ties allow"},
        inputs=_evaluations,
    ),
    "linear_and_xgboost": Family(
        words="Tabulating linear regression and XGBoost",
        category="Tables",
        tables={"linear_and_xgboost.csv": "linear regression and XGBoost", "linear_and_xgboost.tex": None},
        inputs=_evaluations,
    ),
    "lookup": Family(
        words="Tabulating the lookup table and linear regression",
        category="Tables",
        tables={"lookup.csv": "lookup table and linear regression", "lookup.tex": None},
        inputs=_evaluations,
    ),
    "simulation": Family(
        words="Drawing what wrong metrics cost",
        category="Selection",
        figures={
            "selection_reduction": "reduction of accuracy",
            "selection_hypervolume": "hypervolume",
            "selection_by_combination": "by combination",
        },
        tables={"simulation.csv": None},
        inputs=lambda plan, wildcards: {
            **all_of("simulation", "selectable")(plan, wildcards),
            "paper": plan.paper("paper_simulation"),
        },
        memory=1500,
    ),
    "fronts": Family(
        words="Drawing which architectures wrong values select",
        category="Selection",
        figures={"selection_fronts": "fronts of one trial"},
        of=COMBINATION,
        inputs=own(architectures="architectures_of", targets="targets", accuracy="accuracy", selection="simulation"),
        settings=lambda plan, wildcards: {"run_seed": plan.study.seed},
        memory=1500,
    ),
    "predicted_selection": Family(
        words="Drawing whose predictions select best",
        category="Selection",
        figures={"predicted_selection": "by predictor", "verification": "verification"},
        tables={"selection_with_predictors.csv": None},
        inputs=all_of("predicted_selection", "selectable"),
    ),
    "limits": Family(
        words="Drawing how often a limit is broken",
        category="Selection",
        figures={"limits": "under a limit"},
        tables={"limits.csv": None},
        inputs=all_of("limited_selection", "selectable"),
    ),
    "reality": Family(
        words="Drawing whether the simulation tells what real predictors cost",
        category="Selection",
        figures={"simulation_and_reality": "simulation and reality"},
        tables={"simulation_and_reality.csv": None, "simulation_errors.csv": None},
        inputs=all_of("comparison", "selectable"),
    ),
    "budget": Family(
        words="Drawing what to spend a time budget on",
        category="Time budget",
        figures={"budget": "time budget"},
        tables={"budget.csv": None, "advice.csv": None},
        of=COMBINATION,
        inputs=own(offers="budget"),
    ),
    "explanation": Family(
        words="Drawing what operations cost",
        category="Structure",
        figures={"explanation": "what operations cost"},
        tables={"explanation.csv": None},
        of=COMBINATION,
        inputs=own(explanations="explanation"),
    ),
    "calibration": Family(
        words="Drawing what the intervals of structured_gp cover",
        category="Structure",
        figures={"calibration": "calibration"},
        tables={"calibration.csv": None},
        inputs=all_of("explanation"),
    ),
}
"""Module of ``hwpred.drawing`` -> what it draws."""
