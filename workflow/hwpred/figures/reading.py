"""Reading the tables that figures need, with the reasons why predictors were left out."""

from dataclasses import dataclass

import pandas as pd

from hwpred.measurement.plan import SECOND_SHARE
from hwpred.metrics import LEAST_PAIRS, half_interval_of_tau
from hwpred.tables import COLUMNS, of_combination, of_predictor, read_metadata, read_table


def read_blocks(paths, kind):
    """Read fits or predictions of many predictors and blocks of seeds, in folders as ``of_predictor`` expects them.

    Returns
    -------
    table : DataFrame
        All rows; columns as ``COLUMNS[kind]``, and the combination and space of each row.
    left_out : dict
        Predictor -> why it has no rows, for those that have none somewhere.
    """
    frames, skipped = [], []
    for path in paths:
        metadata = read_metadata(path)
        frame = read_table(path, kind, of_predictor(path))
        if metadata["skipped"]:
            skipped.append((metadata["predictor"], metadata["skipped"]))
        elif not frame.empty:
            frames.append(frame.assign(combination=metadata["combination"], space=metadata["space"]))
    empty = pd.DataFrame(columns=[*COLUMNS[kind], "combination", "space"])
    return pd.concat(frames, ignore_index=True) if frames else empty, _joined(skipped)


def read_evaluations(paths):
    """Read evaluation tables.

    Returns
    -------
    evaluations : dict
        Combination -> table.
    metadata : dict
        Combination -> its metadata.
    """
    metadata = [read_metadata(path) for path in paths]
    names = [entry["combination"] for entry in metadata]
    tables = [read_table(path, "evaluation", of_combination(path)) for path in paths]
    return dict(zip(names, tables, strict=True)), dict(zip(names, metadata, strict=True))


def left_out_of(metadata):
    """Return {predictor: why it has no fits} over several combinations' metadata; different reasons are joined."""
    return _joined(item for entry in metadata.values() for item in entry["skipped_predictors"].items())


@dataclass(frozen=True)
class NoiseCeiling:
    """Kendall's tau between two measurements of the same architectures, and half its 95 % interval."""

    tau: float
    half_interval: float


COMPUTED = NoiseCeiling(1.0, 0.0)
"""Of a metric that is computed instead of measured: source ``measured`` notes a ceiling of 1 and no pairs."""


def noise_ceiling_of(metadata):
    """Return the mean noise ceiling over several combinations' metadata.

    Returns
    -------
    NoiseCeiling or None
        None if a combination has none, or one of fewer than ``LEAST_PAIRS`` pairs, since the others' would not bound
        the mean of all; and if all are computed metrics, which have no noise.
    """
    ceilings = [_ceiling(entry.get("notes", {})) for entry in metadata.values()]
    if None in ceilings or all(one is COMPUTED for one in ceilings):
        return None
    half = sum(one.half_interval**2 for one in ceilings) ** 0.5 / len(ceilings)
    return NoiseCeiling(sum(one.tau for one in ceilings) / len(ceilings), half)


def _ceiling(notes):
    """Return the ``NoiseCeiling`` that a combination's notes tell, None if there is none, or one of too few pairs."""
    tau, pairs = notes.get("noise_ceiling"), _pairs(notes)
    if tau == 1 and pairs is None:
        return COMPUTED
    if tau is None or pairs is None or pairs < LEAST_PAIRS:
        return None
    return NoiseCeiling(tau, half_interval_of_tau(tau, pairs))


def _pairs(notes):
    """Return how many architectures were measured twice, None if nobody says so."""
    protocol = notes.get("protocol")
    if "noise_ceiling_pairs" not in notes and isinstance(protocol, dict) and "architectures" in protocol:
        # Tables of before tell the plan only.
        return round(SECOND_SHARE * protocol["architectures"])
    return notes.get("noise_ceiling_pairs")


def _joined(skipped):
    """Return {predictor: its reasons, each once} of (predictor, reason) pairs."""
    reasons = {}
    for predictor, reason in skipped:
        # A dictionary's keys as an ordered set: combinations of one space give the same reason.
        reasons.setdefault(predictor, {})[reason] = None
    return {predictor: "; ".join(different) for predictor, different in reasons.items()}
