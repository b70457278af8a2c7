"""One job that fits a predictor on a combination, for a block of seeds: what it is told, and what it takes."""

from dataclasses import dataclass
from functools import cached_property

from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.spaces import get_space
from hwpred.study.resources import QUICK_MINUTES, training_minutes


@dataclass(frozen=True)
class TrainingJob:
    """A job of the rule ``train_predictor``.

    Parameters
    ----------
    plan : hwpred.study.plan.Plan
    combination, predictor : str
    block : str
        Of seeds, such as ``"0-24"``.
    """

    plan: object
    combination: str
    predictor: str
    block: str

    @property
    def settings(self):
        """Fields of ``hwpred.training.grid.Settings``, a dict."""
        plan, study, seeds = self.plan, self.plan.study, seeds_of(self.block)
        selecting = study.selection.seeds if self.combination in plan.with_accuracy else 0
        return {
            "run_seed": study.seed,
            "seeds": seeds,
            "train_sizes": plan.train_sizes(self.combination),
            "test_size": study.test_sizes[plan.space(self.combination)],
            "hpo_configurations": study.hpo_configurations,
            "hpo_samples": study.hpo_samples,
            "prediction_seeds": study.prediction_seeds,
            "default_seeds": study.default_seeds,
            "design": study.design,
            "hyperparameters": study.hyperparameters.get(self.predictor, {}),
            "space_seeds": [seed for seed in seeds if seed < selecting],
        }

    @cached_property
    def device(self):
        """Where it computes, as ``Plan.device`` says it."""
        return self.plan.device(self.predictor, self.plan.train_sizes(self.combination), len(seeds_of(self.block)))

    @property
    def gpus(self):
        """How many GPUs it takes."""
        return self.plan.gpus(self.device)

    @cached_property
    def minutes(self):
        """The minutes to reserve."""
        settings = self.settings
        return minutes_of_fits(
            self.plan, self.combination, self.predictor, len(settings["seeds"]), len(settings["space_seeds"])
        )

    @property
    def group(self):
        """The group of jobs that a cluster may run one after the other, as one job.

        None for a job that may take more than ``QUICK_MINUTES``, or computes on a GPU: it is sent by itself.
        """
        return "fits" if self.minutes <= QUICK_MINUTES and not self.gpus else None


def minutes_of_fits(plan, combination, predictor, seeds, selecting):
    """Return the minutes to reserve for fits on all training sizes.

    Parameters
    ----------
    plan : hwpred.study.plan.Plan
    combination, predictor : str
    seeds, selecting : int
        How many seeds there are, and how many of them predict all architectures.

    Returns
    -------
    int
    """
    sizes = plan.train_sizes(combination)
    return training_minutes(
        samples=sum(sizes) * seeds,
        seconds_per_sample=DESCRIPTIONS[predictor].seconds_per_sample,
        columns=get_space(plan.space(combination)).encoded_columns,
        predicted_spaces=len(sizes) * selecting,
    )


def seeds_of(block):
    """Return the seeds of a block, "0-24" -> [0, ..., 24]."""
    first, last = map(int, block.split("-"))
    return list(range(first, last + 1))
