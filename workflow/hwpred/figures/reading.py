"""Reading the tables that figures need, with the reasons why predictors were left out."""

from dataclasses import dataclass

import pandas as pd

from hwpred.measurement.plan import SECOND_SHARE
from hwpred.metrics import LEAST_CAP, LEAST_PAIRS, half_interval_of_tau
from hwpred.tables import COLUMNS, of_combination, of_predictor, read_metadata, read_table


def read_blocks(paths, kind):
    """Read fits or predictions of many predictors and blocks of seeds, in folders as ``of_predictor`` expects them.

    Parameters
    ----------
    paths : sequence of path
    kind : str
        ``"fits"`` or ``"predictions"``.

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
    """Kendall's tau that noise allows.

    Attributes
    ----------
    tau : float
        Between two measurements of the same architectures; of several combinations the mean.
    half_interval : float
        Half its 95 % interval.
    combinations : int
        How many it is the mean of.
    by_repeats : bool
        Whether it is that of a perfect prediction with measurements instead, as far as those of one network under
        several indices tell (``hwpred.ceilings``).
    """

    tau: float
    half_interval: float
    combinations: int = 1
    by_repeats: bool = False

    @property
    def words(self):
        """What its line is, with its value."""
        return f"noise ceiling {self.tau:.3f} \u00b1 {self.half_interval:.3f}"

    @property
    def note(self):
        """What it is."""
        mean = "; of several combinations the mean, computed metrics counting 1" if self.combinations > 1 else ""
        between = "tau between two measurements of the same architectures"
        if self.by_repeats:
            between = "tau of a perfect prediction, as far as several measurements of one network tell"
        return f"Dashed: {self.words}: {between}, with its 95 % interval{mean}."


@dataclass(frozen=True)
class TauCap:
    """The largest tau of predictions without ties, of a metric with ties (``hwpred.metrics.tau_cap``).

    Parameters
    ----------
    tau : float
    """

    tau: float

    @property
    def words(self):
        """What its line is, with its value."""
        return f"cap by ties {self.tau:.3f}"

    @property
    def note(self):
        """What it is."""
        return (
            f"Dashed: {self.words}: many architectures have the same value, and predictions without ties reach no "
            "larger tau."
        )


COMPUTED = NoiseCeiling(1.0, 0.0)
"""Of a metric that is computed instead of measured: source ``measured`` notes a ceiling of 1 and no pairs."""


def noise_ceiling_of(metadata):
    """Return the mean noise ceiling over several combinations' metadata.

    Returns
    -------
    NoiseCeiling or None
        None if a combination has none, or one of fewer than ``LEAST_PAIRS`` pairs, since the others' would not bound
        the mean of all; and if all are computed metrics, which have no noise. Those that ``averaged`` leaves out do
        not count.
    """
    ceilings = [_ceiling(entry.get("notes", {})) or _of_repeats(entry) for entry in averaged(metadata).values()]
    if None in ceilings or all(one is COMPUTED for one in ceilings):
        return None
    half = sum(one.half_interval**2 for one in ceilings) ** 0.5 / len(ceilings)
    by_repeats = any(one.by_repeats for one in ceilings)
    return NoiseCeiling(sum(one.tau for one in ceilings) / len(ceilings), half, len(ceilings), by_repeats)


def highest_tau_of(metadata):
    """Return what bounds tau: the noise ceiling, or the cap of a single combination whose metric has ties.

    Returns
    -------
    NoiseCeiling, TauCap or None
        The lower one of both.
    """
    bounds = [noise_ceiling_of(metadata)]
    if len(metadata) == 1:
        bounds += [TauCap(entry["tau_cap"]) for entry in metadata.values() if _is_capped(entry)]
    return min((bound for bound in bounds if bound), key=lambda bound: bound.tau, default=None)


def averaged(metadata):
    """Return the metadata of those combinations that enter a mean of taus over the combinations of their space.

    A metric with many ties does not (``LEAST_CAP``): a tau of 0.84 is all that one can reach there, and would
    count as a failure beside another metric's 0.95. Where a space has no other metric, it stays.
    """
    others = {entry["space"] for entry in metadata.values() if not _is_capped(entry)}
    return {name: entry for name, entry in metadata.items() if not _is_capped(entry) or entry["space"] not in others}


def capped_note(metadata):
    """Name the combinations that ``averaged`` leaves out, and say why."""
    names = [name for name in metadata if name not in averaged(metadata)]
    words = [f"{name} (at most {metadata[name]['tau_cap']:.2f} without tied predictions)" for name in names]
    return f"In no mean of taus, since ties bound it there: {', '.join(words)}." if words else ""


def _is_capped(entry):
    # Tables of before do not tell.
    cap = entry.get("tau_cap")
    return cap is not None and cap < LEAST_CAP


def _ceiling(notes):
    """Return the ``NoiseCeiling`` that a combination's notes tell, None if there is none, or one of too few pairs."""
    tau, pairs = notes.get("noise_ceiling"), _pairs(notes)
    if tau == 1 and pairs is None:
        return COMPUTED
    if tau is None or pairs is None or pairs < LEAST_PAIRS:
        return None
    return NoiseCeiling(tau, half_interval_of_tau(tau, pairs))


def _of_repeats(entry):
    """Return the ``NoiseCeiling`` that measurements of one network under several indices tell, None without any."""
    # Tables of before do not tell.
    repeats = entry.get("repeats")
    if repeats is None:
        return None
    if repeats["tau"] == 1:
        return COMPUTED
    return NoiseCeiling(repeats["tau"], half_interval_of_tau(repeats["tau"], repeats["pairs"]), by_repeats=True)


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
