"""Every job of selecting that computes one table of a combination: what it reads, makes and is told.

The rules of ``workflow/rules/select.smk`` are made from this list; each calls a module of ``hwpred.selection.stages``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hwpred.study import files


@dataclass(frozen=True)
class Stage:
    """One table of a combination.

    Parameters
    ----------
    module : str
        Of ``hwpred.selection.stages``.
    words : str
        What the job does, for the terminal.
    inputs : dict
        Name -> the method of the plan that returns the files of a combination.
    output : str
        The pattern of ``hwpred.study.files``.
    settings : callable
        From the study to further arguments of the module's ``select``.
    memory, minutes : int
        In MB; what to reserve.
    """

    module: str
    words: str
    inputs: dict
    output: str
    settings: Callable
    memory: int = 2000
    minutes: int = 20

    def files(self, plan, combination):
        """Return the files that the job reads.

        Parameters
        ----------
        plan : hwpred.study.plan.Plan
        combination : str

        Returns
        -------
        dict
            Name -> path, or list of paths.
        """
        return {name: getattr(plan, method)(combination) for name, method in self.inputs.items()}


def _simulated(study):
    keys = ("architectures", "deviation_std", "trials", "pairing")
    return {"simulated": {key: getattr(study.selection, key) for key in keys}, "run_seed": study.seed}


_SELECTED_FROM = {"targets": "targets", "accuracy": "accuracy"}
_PREDICTED = {**_SELECTED_FROM, "predictions": "space_predictions"}

STAGES = {
    "simulate_selection": Stage(
        module="simulated",
        words="Selecting architectures by wrong values of {wildcards.combination}",
        inputs={"architectures": "architectures_of", **_SELECTED_FROM},
        output=files.SIMULATION,
        settings=_simulated,
        memory=1000,
        minutes=30,
    ),
    "select_by_predictions": Stage(
        module="predicted",
        words="Selecting architectures by predictions of {wildcards.combination}",
        inputs=_PREDICTED,
        output=files.PREDICTED_SELECTION,
        settings=lambda study: {
            "architectures": study.selection.architectures,
            "verified": study.selection.verified,
            "run_seed": study.seed,
        },
    ),
    "select_under_limits": Stage(
        module="limited",
        words="Selecting architectures under limits by predictions of {wildcards.combination}",
        inputs=_PREDICTED,
        output=files.LIMITED_SELECTION,
        settings=lambda study: {},
    ),
    "weigh_budget": Stage(
        module="offered",
        words="Weighing what one gets for one's time on {wildcards.combination}",
        inputs={
            **_SELECTED_FROM,
            "selection": "predicted_selection",
            "fits": "selecting_fits",
            "adaptive": "adaptive_selections",
        },
        output=files.BUDGET,
        settings=lambda study: {
            "seconds_per_measurement": study.selection.seconds_per_measurement,
            "run_seed": study.seed,
        },
        memory=1000,
        minutes=10,
    ),
    "compare_with_simulation": Stage(
        module="compared",
        words="Comparing selections by predictions of {wildcards.combination} with simulated ones",
        inputs={**_PREDICTED, "simulation": "simulation"},
        output=files.COMPARISON,
        settings=lambda study: {"run_seed": study.seed},
        minutes=30,
    ),
}
"""Name of the rule -> what it does."""
