"""Reading the tables that figures need, with the reasons why predictors were left out."""

import pandas as pd

from hwpred.tables import COLUMNS, read_metadata, read_table


def read_blocks(paths, kind):
    """Read fits or predictions of many predictors and blocks of seeds.

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
        frame = read_table(path, kind)
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
    tables = [read_table(path, "evaluation") for path in paths]
    return dict(zip(names, tables, strict=True)), dict(zip(names, metadata, strict=True))


def left_out_of(metadata):
    """Return {predictor: why it has no fits} over several combinations' metadata; different reasons are joined."""
    return _joined(item for entry in metadata.values() for item in entry["skipped_predictors"].items())


def noise_ceiling_of(metadata):
    """Return the mean noise ceiling over several combinations' metadata.

    Returns
    -------
    float or None
        None if a combination has none, since the others' would not bound the mean of all, and if all are 1: computed
        metrics have no noise.
    """
    ceilings = [entry.get("notes", {}).get("noise_ceiling") for entry in metadata.values()]
    if None in ceilings or set(ceilings) == {1}:
        return None
    return sum(ceilings) / len(ceilings)


def _joined(skipped):
    """Return {predictor: its reasons, each once} of (predictor, reason) pairs."""
    reasons = {}
    for predictor, reason in skipped:
        # A dictionary's keys as an ordered set: combinations of one space give the same reason.
        reasons.setdefault(predictor, {})[reason] = None
    return {predictor: "; ".join(different) for predictor, different in reasons.items()}
