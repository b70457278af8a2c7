"""Every figure of a run, and every table for people: by which module it is drawn, from which files, and what it is.

The rules, the plan of a run, its report and ``docs/gallery.md`` read it. It imports nothing that draws.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_high

COMBINATION, SPACE = "combination", "space"

WHICH, ACCURACY, COST = "1 Which predictor", "2 Accuracy by number of measurements", "3 Cost"
WRONG, LIMITS = "4 What wrong predictions cost", "5 Limits"
DETAILS, TABLES = "6 Details", "7 Tables"
CATEGORIES = (WHICH, ACCURACY, COST, WRONG, LIMITS, DETAILS, TABLES)
"""Of the report, in the order that a reader follows; it sorts them by their letters."""


@dataclass(frozen=True)
class Figure:
    """One kind of figure. Its caption is ``workflow/report/<kind>.rst``.

    Attributes
    ----------
    label : str
        In the report.
    category : str
        One of ``CATEGORIES``.
    answers : str
        What it tells, a sentence for the gallery.
    alternative : str
        What one would see, for those who do not see it. What it finds, each figure says itself, in its subtitle.
    default : bool
        Whether a run draws it without being asked: six kinds are enough to read.
    """

    label: str
    category: str
    answers: str
    alternative: str
    default: bool = False


def every_combination(plan):
    """Return the combinations of a run."""
    return list(plan.combinations)


def every_space(plan):
    """Return the search spaces of a run."""
    return sorted({entry["space"] for entry in plan.combinations.values()})


def searched(plan):
    """Return the combinations where fits without search stand beside those with it, which alone tell what it gains."""
    return list(plan.combinations) if plan.study.hpo_configurations > 1 and plan.study.default_seeds > 0 else []


def selected_from(plan):
    """Return the combinations that are selected from, by real predictions."""
    return list(plan.selectable) if plan.study.selection.seeds else []


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
        Kind -> ``Figure``.
    tables : dict
        Kind and suffix, ``evaluation.csv`` -> label in the report, or None for a table that it does not show.
    of : str, optional
        The wildcard that files, log and message name: ``combination`` or ``space``.
    members : callable
        From the plan to those values of the wildcard that a run draws; an empty list where it draws none. Without a
        wildcard, any list that is not empty says that the family is drawn.
    settings : callable
        From (plan, wildcards) to other arguments of the module's ``draw``.
    memory : int
        In MB.
    """

    words: str
    inputs: Callable
    members: Callable = every_combination
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

    def names(self, kind, plan):
        """Return the names of the figures of one kind that a run has.

        Parameters
        ----------
        kind : str
            A key of ``figures``.
        plan : hwpred.study.plan.Plan

        Returns
        -------
        list of str
        """
        members = self.members(plan)
        return [f"{kind}_{member}" for member in members] if self.of else [kind] * bool(members)


def figures_of(plan, families=None, default_only=False):
    """Return the names of the figures of a run, in the order of the registry.

    Parameters
    ----------
    plan : hwpred.study.plan.Plan
    families : iterable of str, optional
        Keys of ``FAMILIES``; all by default.
    default_only : bool
        Whether only those that a run draws without being asked.

    Returns
    -------
    list of str
    """
    return [
        name
        for key in FAMILIES
        if families is None or key in families
        for kind, figure in FAMILIES[key].figures.items()
        if figure.default or not default_only
        for name in FAMILIES[key].names(kind, plan)
    ]


def examples(plan):
    """Return {kind: name of the first figure} of all kinds that a run has."""
    first = {}
    for family in FAMILIES.values():
        first |= {kind: family.names(kind, plan)[0] for kind in family.figures if family.names(kind, plan)}
    return first


def tables_of(plan):
    """Return the tables that every run ends with: those of families that draw nothing, and of searches."""
    return [
        family.table(name)
        for key, family in FAMILIES.items()
        if not family.figures or (key == "search_gain" and family.members(plan))
        for name in family.tables
    ]


def all_of(method, names="combinations"):
    """Return a function that lists one kind of file of all combinations.

    Parameters
    ----------
    method : str
        Of ``hwpred.study.plan.Plan``: from a combination to the file.
    names : str
        The attribute of the plan that has the combinations.

    Returns
    -------
    callable
        From plan and wildcards to {"files": list of files}.
    """
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


def _seeds_of_combination(plan, wildcards):
    """Return the evaluation of a combination, and its fits, which are the single seeds."""
    return {"evaluations": [plan.evaluation(wildcards.combination)], "fits": plan.fits(wildcards.combination)}


def _seeds_of_space(plan, wildcards):
    """Return the same of all combinations of a space."""
    names = [name for name, entry in plan.combinations.items() if entry["space"] == wildcards.space]
    fits = [file for name in names for file in plan.fits(name)]
    return {"evaluations": plan.evaluations(wildcards.space), "fits": fits}


_predictions = own(predictions="predictions", evaluation="evaluation", targets="targets")


def _predicted(plan, wildcards):
    """Return what figures of predictions are told: the combination, and the middle training size."""
    sizes = plan.train_sizes(wildcards.combination)
    return {"combination": wildcards.combination, "train_size": median_high(sizes)}


FAMILIES = {
    "space_curves": Family(
        words="Drawing the mean curves",
        figures={
            "space_curves": Figure(
                "mean curves of a space",
                WHICH,
                "Which predictor ranks the networks of a search space best, and after how many measurements.",
                "Left: lines of Kendall's tau against the number of measurements. The three best are in colour with "
                "their names at the ends, the others grey. Right: a dot a predictor at three numbers of measurements.",
                default=True,
            ),
        },
        of=SPACE,
        members=every_space,
        inputs=lambda plan, wildcards: {**_seeds_of_space(plan, wildcards), "paper": plan.paper("paper_curves")},
        settings=lambda plan, wildcards: {"space": wildcards.space},
    ),
    "curves": Family(
        words="Drawing the curves",
        figures={
            "curves": Figure(
                "curves of a combination",
                ACCURACY,
                "The same as the mean curves, but for one device, task and metric.",
                "Left: lines of Kendall's tau against the number of measurements, with a dot a seed. The three best "
                "are in colour with their names at the ends, the others grey. Right: all at three numbers.",
            ),
        },
        of=COMBINATION,
        inputs=_seeds_of_combination,
        settings=lambda plan, wildcards: {"name": wildcards.combination},
    ),
    "predictions": Family(
        words="Drawing the predictions",
        figures={
            "scatter": Figure(
                "predicted against true",
                ACCURACY,
                "How close predictions come to measurements, in the unit of the metric.",
                "Three panels, of the best predictors: predicted against measured values as dots, with the diagonal "
                "and a band of 20 % to both sides.",
                default=True,
            ),
        },
        of=COMBINATION,
        inputs=_predictions,
        settings=_predicted,
        memory=1500,
    ),
    "cost_front": Family(
        words="Drawing what computing time buys",
        figures={
            "cost_front": Figure(
                "tau against computing time",
                COST,
                "Which predictors are worth their computing time.",
                "A panel a search space and number of measurements: Kendall's tau against CPU time on a logarithmic "
                "axis. A line joins the predictors that no other one beats in both; a legend names these.",
                default=True,
            ),
        },
        inputs=_evaluations,
    ),
    "fit_time": Family(
        words="Drawing computing times",
        figures={
            "fit_time": Figure(
                "fit, search and prediction time",
                COST,
                "How long fits, searches and predictions take.",
                "A row of panels a search space: CPU time of fit, search and prediction on a logarithmic axis. The "
                "slowest predictor is on top; each has a dot for three numbers of measurements.",
            ),
        },
        inputs=_evaluations,
    ),
    "search_gain": Family(
        words="Drawing what the search gains",
        figures={
            "search_gain": Figure(
                "gain and cost of the search",
                COST,
                "What a search of hyperparameters gains, and what it costs.",
                "Left: gain of tau by the search, with standard errors. Right: time of the search over that of a fit.",
            )
        },
        tables={"search.csv": None},
        members=searched,
        inputs=_evaluations,
    ),
    "budget": Family(
        words="Drawing what to spend a time budget on",
        figures={
            "budget": Figure(
                "time budget",
                COST,
                "What to spend a budget of time on: measuring, predicting, verifying.",
                "Two charts against the time spent: hypervolume lost and accuracy lost. A thick line a way to spend "
                "it; thin lines are single predictors. The advice for each budget stands below as text.",
            )
        },
        tables={"budget.csv": None, "advice.csv": None},
        of=COMBINATION,
        members=selected_from,
        inputs=own(offers="budget"),
    ),
    "predicted_selection": Family(
        words="Drawing whose predictions select best",
        figures={
            "predicted_selection": Figure(
                "by predictor",
                WRONG,
                "What is lost when networks are selected by predictions that nobody verifies.",
                "Two charts against the number of measurements: quality lost and hypervolume lost. The three best "
                "predictors are in colour with their names at the ends, the others grey.",
                default=True,
            ),
            "verification": Figure(
                "verification",
                WRONG,
                "How many of the most promising networks should be measured after predicting.",
                "Two charts against the number of networks measured after predicting: quality lost and hypervolume "
                "lost, a line for each number of measurements to train, named at its end.",
                default=True,
            ),
        },
        tables={"selection_with_predictors.csv": None},
        members=selected_from,
        inputs=all_of("predicted_selection", "selectable"),
    ),
    "limits": Family(
        words="Drawing how often a limit is broken",
        figures={
            "limits": Figure(
                "under a limit",
                LIMITS,
                "How often a network that is predicted to keep a limit breaks it, and what keeping a margin costs.",
                "Three charts against the number of measurements: limits broken and quality lost, a line a margin; and "
                "how often no network is found, a line for each number that is measured.",
                default=True,
            )
        },
        tables={"limits.csv": None},
        members=selected_from,
        inputs=all_of("limited_selection", "selectable"),
    ),
    "simulation": Family(
        words="Drawing what wrong metrics cost",
        figures={
            "selection_reduction": Figure(
                "reduction of accuracy",
                WRONG,
                "What a metric that is off by random amounts costs, simulated.",
                "Two charts of quality lost against the standard deviation of the deviations: of all selected "
                "networks, and of those that are left after measuring. Thin: a combination; thick: their mean.",
            ),
            "selection_hypervolume": Figure(
                "hypervolume",
                WRONG,
                "Whether better metrics or more networks to select from matter more.",
                "Two charts of hypervolume against the standard deviation of the deviations, a line for each number of "
                "networks to select from.",
            ),
            "selection_by_combination": Figure(
                "by combination",
                WRONG,
                "On which device a wrong metric costs most.",
                "Three charts against the standard deviation of the deviations, a numbered line a combination.",
            ),
        },
        tables={"simulation.csv": None},
        members=lambda plan: list(plan.selectable),
        inputs=lambda plan, wildcards: {
            **all_of("simulation", "selectable")(plan, wildcards),
            "paper": plan.paper("paper_simulation"),
        },
        memory=1500,
    ),
    "fronts": Family(
        words="Drawing which architectures wrong values select",
        figures={
            "selection_fronts": Figure(
                "fronts of one trial",
                WRONG,
                "Which networks a wrong metric selects, and which of them remain once they are measured.",
                "Three panels of quality against the true metric: the true front as a black line, selected networks as "
                "circles, those that remain filled and joined in blue.",
            )
        },
        of=COMBINATION,
        # Those of one combination are enough to see what happens; those of another are made when asked for by name.
        members=lambda plan: list(plan.selectable)[:1],
        inputs=own(architectures="architectures_of", targets="targets", accuracy="accuracy", selection="simulation"),
        settings=lambda plan, wildcards: {"run_seed": plan.study.seed},
        memory=1500,
    ),
    "reality": Family(
        words="Drawing whether the simulation tells what real predictors cost",
        figures={
            "simulation_and_reality": Figure(
                "simulation and reality",
                WRONG,
                "Whether simulated deviations tell what real predictors cost.",
                "Nine panels of simulated against real losses, logarithmic, a dot a family of predictors, size and "
                "combination, with the diagonal.",
            )
        },
        tables={"simulation_and_reality.csv": None, "simulation_errors.csv": None},
        members=selected_from,
        inputs=all_of("comparison", "selectable"),
    ),
    "seeds": Family(
        words="Drawing the seeds",
        figures={
            "seeds": Figure(
                "seeds of a combination",
                DETAILS,
                "How much it matters which networks happen to be measured for training.",
                "A panel for each of three numbers of measurements, a row a predictor, a dot a seed.",
            ),
        },
        of=COMBINATION,
        inputs=_seeds_of_combination,
        settings=lambda plan, wildcards: {"name": wildcards.combination},
    ),
    "space_seeds": Family(
        words="Drawing the seeds of a space",
        figures={
            "space_seeds": Figure(
                "seeds of a space",
                DETAILS,
                "How far the seeds of each predictor lie apart, in the mean over a space.",
                "A panel for each of three numbers of measurements, a row a predictor, a dot a seed.",
            ),
        },
        of=SPACE,
        members=every_space,
        inputs=_seeds_of_space,
        settings=lambda plan, wildcards: {"name": wildcards.space},
    ),
    "deviations": Family(
        words="Drawing the deviations",
        figures={
            "deviations": Figure(
                "deviations",
                DETAILS,
                "Whether predictions are off by normally distributed amounts, as simulations assume.",
                "A panel a predictor: a histogram of predicted minus true values, with a normal distribution.",
            ),
        },
        of=COMBINATION,
        inputs=_predictions,
        settings=_predicted,
        memory=1500,
    ),
    "targets": Family(
        words="Drawing the distributions of the metrics",
        figures={
            "targets": Figure(
                "distribution of the metrics",
                DETAILS,
                "How the metrics are distributed that predictors learn.",
                "A panel a combination: a histogram of the metric in its unit, logarithmic where it spans more than "
                "one order, with its mean and standard deviation.",
            )
        },
        inputs=all_of("targets"),
    ),
    "tau_against_deviation": Family(
        words="Drawing tau against the deviations",
        figures={
            "tau_against_deviation": Figure(
                "tau against deviation",
                DETAILS,
                "Whether the size of the deviations tells how well a predictor ranks.",
                "A panel a search space: Kendall's tau against the standard deviation of the deviations, a dot a fit.",
            )
        },
        inputs=lambda plan, wildcards: {"files": [file for name in plan.combinations for file in plan.fits(name)]},
        memory=1500,
    ),
    "explanation": Family(
        words="Drawing what operations cost",
        figures={
            "explanation": Figure(
                "what operations cost",
                DETAILS,
                "What each operation costs on a device, as the structured Gaussian process sees it.",
                "Left: a grid of operations by positions, coloured by what they add to the metric. Right: bars of the "
                "parts of the prediction's variance.",
            )
        },
        tables={"explanation.csv": None},
        of=COMBINATION,
        inputs=own(explanations="explanation"),
    ),
    "calibration": Family(
        words="Drawing what the intervals of structured_gp cover",
        figures={
            "calibration": Figure(
                "calibration",
                DETAILS,
                "Whether the intervals of the structured Gaussian process cover what they promise.",
                "A panel an interval: the share that it covers against the number of measurements, a grey line a "
                "combination, a bold one their mean, the promise dashed.",
            )
        },
        tables={"calibration.csv": None},
        inputs=all_of("explanation"),
    ),
    "evaluation": Family(
        words="Tabulating all evaluations",
        # The answer page of a report has every measure already.
        tables={"evaluation.csv": None, "ceilings.csv": "what noise and ties allow"},
        inputs=_evaluations,
    ),
    "linear_and_xgboost": Family(
        words="Tabulating linear regression and XGBoost",
        tables={"linear_and_xgboost.csv": "linear regression and XGBoost", "linear_and_xgboost.tex": None},
        inputs=_evaluations,
    ),
    "lookup": Family(
        words="Tabulating the lookup table and linear regression",
        tables={"lookup.csv": "lookup table and linear regression", "lookup.tex": None},
        inputs=_evaluations,
    ),
}
"""Module of ``hwpred.drawing`` -> what it draws, in the order of the categories of what it draws first."""

KINDS = tuple(kind for family in FAMILIES.values() for kind in family.figures)
"""All kinds of figures."""
SELECTION = ("budget", "predicted_selection", "limits", "simulation", "fronts", "reality")
"""Families about selecting, of combinations whose accuracies are known."""
EXPLANATION = ("explanation", "calibration")
"""Families about what ``structured_gp`` found out, which takes fits of its own."""
