"""Everything that the page tells about one combination, read from the tables of a run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hwpred.figures.reading import read_blocks
from hwpred.predictors.registry import REGISTRY
from hwpred.scale import Scale
from hwpred.selection.reading import read_ranked
from hwpred.tables import of_combination, read_metadata, read_table


@dataclass(frozen=True)
class Files:
    """Where the tables of one combination lie.

    Attributes
    ----------
    architectures, targets : path
    fits, predictions : list of path
    accuracy : path, optional
        None where no accuracies are known.
    space_predictions : list of path
        Predictions of all architectures; empty where no fit of the run made them.
    limits : path, optional
        What they choose under limits; None where nothing is selected.
    evaluation : path, optional
        Its metadata say what repeated measurements allow.
    """

    architectures: str
    targets: str
    fits: list
    predictions: list
    accuracy: str | None = None
    space_predictions: tuple = ()
    limits: str | None = None
    evaluation: str | None = None


@dataclass(frozen=True, eq=False)
class Combination:
    """The tables of one combination.

    Attributes
    ----------
    metadata : dict
        Of the targets; ``repeats`` that of the evaluation.
    values : Series
        The metric in its unit, by architecture.
    scale : Scale
    fits : DataFrame
        ``COLUMNS["fits"]`` of trained predictors.
    untrained : DataFrame
        The same of predictors that choose their own measurements: one row each.
    predictions : DataFrame
        Of test architectures: predictor, train_size, seed, architecture; ``true`` and ``predicted``, in the metric's
        unit; and ``accuracy``, missing where it is not known. Untrained predictors have the test sets of all seeds.
    left_out : dict
        Predictor -> why it has no fits.
    texts : Series
        Each architecture as its space writes it.
    ranked : hwpred.selection.ranked.RankedArchitectures or None
        Architectures with accuracy and metric; None where no accuracies are known.
    accuracy : dict or None
        Metadata of the accuracies.
    limits : DataFrame or None
        ``COLUMNS["limited_selection"]``.
    """

    metadata: dict
    values: pd.Series
    scale: Scale
    fits: pd.DataFrame
    untrained: pd.DataFrame
    predictions: pd.DataFrame
    left_out: dict
    texts: pd.Series
    ranked: object = None
    accuracy: dict | None = None
    limits: pd.DataFrame | None = None

    @property
    def name(self):
        """Id of the combination."""
        return self.metadata["combination"]

    @property
    def larger_is_better(self):
        """Whether large values of the metric are the good ones."""
        return self.metadata["direction"] == "larger"

    @property
    def sizes(self):
        """Training sizes, ascending."""
        return sorted(int(size) for size in self.fits["train_size"].unique())

    @property
    def seeds(self):
        """Seeds that have fits, ascending."""
        return sorted(int(seed) for seed in self.fits["seed"].unique())

    def in_unit(self, standardised):
        """Return standardised values in the metric's unit."""
        return self.scale.in_unit(standardised)

    def fits_at(self, size):
        """Return the fits after that many measurements: of a predictor that chooses its own, if they suffice for it."""
        trained = self.fits[self.fits["train_size"] == size]
        return pd.concat([trained, self.untrained[self.untrained["train_size"] <= size]], ignore_index=True)

    def predictions_at(self, size):
        """Return the test predictions after that many measurements, as ``fits_at``."""
        untrained = ~self.predictions["predictor"].isin(trained_predictors())
        sizes = self.predictions["train_size"]
        return self.predictions[np.where(untrained, sizes <= size, sizes == size)]


def trained_predictors():
    """Return the keys of the predictors that are trained on measurements that anybody may choose."""
    return [key for key, entry in REGISTRY.items() if entry.trained]


def read_combination(files):
    """Read the tables of one combination.

    Parameters
    ----------
    files : Files

    Returns
    -------
    Combination
    """
    metadata = read_metadata(files.targets, "targets", of_combination(files.targets))
    if files.evaluation:
        told = read_metadata(files.evaluation, "evaluation", of_combination(files.evaluation))
        metadata |= {"repeats": told.get("repeats")}
    targets = read_table(files.targets, "targets").set_index("architecture")
    scale = Scale.of_targets(targets, metadata)
    fits, left_out = read_blocks(files.fits, "fits")
    predictions, _ = read_blocks(files.predictions, "predictions")
    trained = fits["predictor"].isin(trained_predictors())
    texts = read_table(files.architectures, "architectures", {"space": metadata["space"]})
    return Combination(
        metadata=metadata,
        values=targets["value"],
        scale=scale,
        fits=fits[trained],
        untrained=fits[~trained],
        predictions=_with_truth(_on_test_sets(predictions), targets["value"], scale, _accuracies(files)),
        left_out=left_out,
        texts=texts.set_index("architecture")["operations"],
        ranked=read_ranked(files.targets, files.accuracy) if files.accuracy else None,
        accuracy=read_metadata(files.accuracy, "accuracy") if files.accuracy else None,
        limits=read_table(files.limits, "limited_selection", of_combination(files.limits)) if files.limits else None,
    )


def _accuracies(files):
    """Return accuracies by architecture, larger is better."""
    if not files.accuracy:
        return pd.Series(dtype=float)
    sign = 1 if read_metadata(files.accuracy)["direction"] == "larger" else -1
    return sign * read_table(files.accuracy, "accuracy").set_index("architecture")["accuracy"]


def _on_test_sets(predictions):
    """Let predictors that are not trained, which predict all, take part in the test of every seed."""
    trained = predictions["predictor"].isin(trained_predictors())
    tests = predictions.loc[trained, ["seed", "architecture"]].drop_duplicates()
    untrained = predictions[~trained].drop(columns="seed").merge(tests, on="architecture")
    return pd.concat([predictions[trained], untrained], ignore_index=True)


def _with_truth(predictions, values, scale, accuracies):
    """Return predictions beside the measured values themselves, which the tables hold in fewer digits."""
    architectures = predictions["architecture"]
    return predictions[["predictor", "train_size", "seed", "architecture"]].assign(
        true=values.reindex(architectures).to_numpy(),
        predicted=scale.in_unit(predictions["prediction"]),
        accuracy=accuracies.reindex(architectures).to_numpy(),
    )
