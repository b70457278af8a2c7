"""How well a new device is known after a few measurements, beside HELP, MultiPredict and NASFLAT, by their protocols.

NASFLAT (Akhauri and Abdelfattah, MLSys 2024) has twelve sets of devices, and tests on the first 128 architectures of a
table. HELP (Lee et al., NeurIPS 2021, Table 3) tests on the middle 80 % by latency of 1,000 architectures, and learns
from ten random ones, of the middle 80 % too, and from ten references besides. ``data/published`` has their figures.

All is fitted here: no study's splits test on such parts of the data.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hwpred.documents import read_yaml
from hwpred.findings.few_shot_figure import plot_sets
from hwpred.findings.tables import read_csv
from hwpred.metrics import spearman
from hwpred.predictors import get_predictor
from hwpred.predictors.base import Problem
from hwpred.seeding import generator
from hwpred.structure import has_dead_operations
from hwpred.tables import read_metadata
from hwpred.training.data import read_data
from hwpred.training.splits import split_of
from hwpred.training.whole_space import predict_all

STRUCTURED, TRANSFER = "structured_gp", "transfer_gp"
NASFLAT, HELP, HELP_RANDOM = "nasflat", "help", "help_random"
"""Tests: NASFLAT's; HELP's, with its references; HELP's with random samples only."""
FIRST = 128
"""Architectures that NASFLAT tests on."""
HELP_PARTS = {"fbnet": (4000, 5000), "nasbench201": (900, 1900)}
"""Where HELP's training architectures end, which begin the table, and its test architectures, which follow."""
REFERENCES = 10
"""HELP's own lie in a file that is not among our data; ours are drawn with each seed, for all devices of a space."""
RANDOM = (10, 20)
"""Random samples of HELP's test; ten beside the references, and either number without them."""
HELP_SETS = {"fbnet": "FD", "nasbench201": "ND"}
"""NASFLAT's names of HELP's own sets of devices."""
LARGEST_TRANSFER = 20
"""Samples up to which other devices are looked at: they tell most when few were measured, and fits take longer."""
TOLD = {"told": {}, "untold": {"believed": 0}}
NOTHING_TO_TELL = "nothing"
"""Stands for told and untold where a space has no dead operations."""
MEAN = "mean"
ALL_OF = {"nasbench201": "N", "fbnet": "F"}
"""Names of all targets of a space's sets, each once."""
NOT_TUNED_ON = "_not_tuned_on"
"""Ends the name of all targets but those that the predictor was developed on."""
KEY = ["test", "set", "device", "predictor", "samples", "told", "architectures"]


def tabulate(architectures, targets, sets, published, tuned, dead_operations, run_seed, seeds, train_sizes):
    """Return the table ``few_shot`` and its figure.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each combination, in one order.
    sets, published, tuned : sequence of path
        ``nasflat_sets.yaml``, ``few_shot.csv``, and the study of the devices that the predictor was developed on.
    dead_operations : dict
        Combination -> what its device does with them.
    run_seed, seeds : int
    train_sizes : dict
        Space -> numbers of samples on NASFLAT's sets.

    Returns
    -------
    dict
        The table has ``KEY``, ``spearman`` (mean over ``seeds``), ``worst_spearman``, ``published`` (the best figure of
        others on the same devices, whatever their samples), ``published_by``, and ``tuned_on``: whether the device is
        one that the predictor was developed on. Figures of others are rows of their own, the ``predictor`` their name.
    """
    pairs = zip(architectures, targets, strict=True)
    files = {read_metadata(pair[1])["combination"]: pair for pair in pairs}
    of_device = {(name.split("-")[0], name.split("-")[2]): name for name in files}
    (sets,), (published,), (tuned,) = map(read_yaml, sets), map(read_csv, published), map(read_yaml, tuned)
    scores = []
    for (space, device), name in of_device.items():
        of_sets = sets_of(sets, space, device, [known for of, known in of_device if of == space])
        if of_sets:
            elsewhere = {key: [files[of_device[space, other]][1] for other in of_sets[key]] for key in of_sets}
            found = Device(*files[name], elsewhere, dead_operations.get(name), run_seed).scores(
                seeds, train_sizes[space]
            )
            scores.append(found.assign(device=device, tuned_on=name in tuned["combinations"]))
    table = summary(pd.concat(scores, ignore_index=True), sets)
    table = pd.concat([beside(table, published), as_rows(published)], ignore_index=True)
    return {"few_shot.csv": table, "few_shot.png": plot_sets(table, sets)}


def sets_of(sets, space, device, known):
    """Return the sources of each set that a device is a target of.

    Parameters
    ----------
    sets : dict
        As ``nasflat_sets.yaml`` has them.
    space, device : str
    known : collection of str
        Devices whose measurements are there.

    Returns
    -------
    dict
        Set -> list of devices; an empty one if a source is not known.
    """
    own = {key: of["sources"] for key, of in sets.items() if of["space"] == space and device in of["targets"]}
    return {key: sources if set(sources) <= set(known) else [] for key, sources in own.items()}


@dataclass(frozen=True)
class Trial:
    """One training set, and what it is tested on.

    Attributes
    ----------
    test : str
        ``NASFLAT``, ``HELP`` or ``HELP_RANDOM``.
    samples : int
        How many architectures are learnt from.
    seed : int
    train : int array of shape (samples,)
        Rows of the data that are learnt from.
    tested : dict
        Name in the column ``architectures`` -> rows that are predicted, int array.
    """

    test: str
    samples: int
    seed: int
    train: np.ndarray
    tested: dict


def nasflat_trials(data, run_seed, seeds, train_sizes):
    """Return the trials of NASFLAT's protocol: random samples, tested on the first, on all, and on all others.

    Parameters
    ----------
    data : Data
    run_seed : int
    seeds : int
        How many there are.
    train_sizes : sequence of int

    Returns
    -------
    list of Trial
    """
    everything = np.arange(len(data.target))
    trials = []
    for seed in range(seeds):
        split = split_of(data, 0, run_seed, seed)
        for size in train_sizes:
            train = split.train(size)
            others = np.setdiff1d(everything, train)
            tested = {"first128": everything[data.architecture < FIRST], "all": everything, "held_out": others}
            trials.append(Trial(NASFLAT, size, seed, train, tested))
    return trials


def help_trials(data, run_seed, seeds):
    """Return the trials of HELP's protocol: ten random samples and the references, or random samples only.

    Parameters
    ----------
    data : Data
    run_seed : int
    seeds : int
        How many there are.

    Returns
    -------
    list of Trial
    """
    first, last = HELP_PARTS[str(data.space)]
    tested = {"middle80": middle(data.value, np.arange(first, last))}
    trials = []
    for seed in range(seeds):
        references = generator(run_seed, str(data.space), "references", seed).permutation(first)[:REFERENCES]
        rng = generator(run_seed, data.combination, "few_shot", seed)
        drawn = rng.permutation(middle(data.value, np.arange(first)))
        samples = np.concatenate([drawn[~np.isin(drawn, references)][: RANDOM[0]], references])
        trials.append(Trial(HELP, len(samples), seed, samples, tested))
        trials += [Trial(HELP_RANDOM, size, seed, drawn[:size], tested) for size in RANDOM]
    return trials


def middle(values, rows):
    """Return the middle 80 % of these rows by value, as HELP takes them, the smallest first.

    Parameters
    ----------
    values : float array of shape (n,)
    rows : int array

    Returns
    -------
    int array
    """
    order = rows[np.argsort(values[rows], kind="stable")]
    return order[int(0.1 * len(order)) : int(0.9 * len(order))]


@dataclass(frozen=True)
class Device:
    """A new device.

    Attributes
    ----------
    architectures, targets : path
        Tables of its combination.
    elsewhere : dict
        Set that it is in -> targets of the set's sources, list of path; an empty one if a source is not known.
    dead_operations : str or None
        What the device does with those that do not reach the output.
    run_seed : int
    """

    architectures: str
    targets: str
    elsewhere: dict
    dead_operations: str | None
    run_seed: int

    def scores(self, seeds, train_sizes):
        """Return Spearman's rho of each trial: ``KEY`` without ``device``, ``seed``, ``spearman``.

        Parameters
        ----------
        seeds : int
            How many there are.
        train_sizes : sequence of int
            Of NASFLAT's protocol.

        Returns
        -------
        DataFrame
        """
        data = read_data(self.architectures, self.targets, (), self.dead_operations)
        nasflat = nasflat_trials(data, self.run_seed, seeds, train_sizes)
        of_help = HELP_SETS[str(data.space)]
        by_help = help_trials(data, self.run_seed, seeds) if of_help in self.elsewhere else []
        frames = [self._fits(data, STRUCTURED, [*nasflat, *by_help], list(self.elsewhere))]
        for key, files in self.elsewhere.items():
            if files:
                few = [trial for trial in nasflat if trial.samples <= LARGEST_TRANSFER]
                if key == of_help:
                    few += [trial for trial in by_help if trial.test == HELP or trial.samples == RANDOM[0]]
                with_others = read_data(self.architectures, self.targets, files, self.dead_operations)
                frames.append(self._fits(with_others, TRANSFER, few, [key]))
        return pd.concat(frames, ignore_index=True)

    def _fits(self, data, predictor, trials, sets):
        space = str(data.space)
        ways = TOLD if has_dead_operations(space) else {NOTHING_TO_TELL: {}}
        rows = []
        for told, hyperparameters in ways.items():
            for trial, found in fits(data, predictor, hyperparameters, trials, self.run_seed):
                facts = {"predictor": predictor, "told": told, "test": trial.test, "samples": trial.samples}
                for name in sets if trial.test == NASFLAT else [space]:
                    scored = {"architectures": list(found), "spearman": list(found.values())}
                    rows.append(pd.DataFrame({**facts, "set": name, "seed": trial.seed, **scored}))
        return pd.concat(rows, ignore_index=True)


def fits(data, predictor, hyperparameters, trials, run_seed):
    """Fit each trial, and score it on what it is tested on.

    Parameters
    ----------
    data : Data
    predictor : str
    hyperparameters : dict
    trials : list of Trial
    run_seed : int

    Yields
    ------
    trial : Trial
    spearman : dict
        What it is tested on -> Spearman's rho.
    """
    cls = get_predictor(predictor)
    encoded = cls.encode_for(data, hyperparameters)
    for start in range(0, len(trials), cls.problems_at_once):
        chunk = trials[start : start + cls.problems_at_once]
        fitted = cls.fit_many([_problem(data, encoded, predictor, hyperparameters, trial, run_seed) for trial in chunk])
        for trial, model in zip(chunk, fitted, strict=True):
            wanted = np.unique(np.concatenate(list(trial.tested.values())))
            prediction = np.full(len(data.target), np.nan)
            prediction[wanted] = predict_all(cls, model, encoded[wanted])
            yield trial, {key: spearman(data.target[rows], prediction[rows]) for key, rows in trial.tested.items()}


def _problem(data, encoded, predictor, hyperparameters, trial, run_seed):
    rng = generator(run_seed, data.combination, predictor, trial.test, trial.seed, trial.samples)
    return Problem(encoded[trial.train], data.target[trial.train], rng, hyperparameters)


def summary(scores, sets):
    """Return means over seeds and the worst draws, of each device and of all targets of sets that are all known.

    Parameters
    ----------
    scores : DataFrame
        ``Device.scores`` of all devices, with ``device`` and ``tuned_on``.
    sets : dict
        As ``nasflat_sets.yaml`` has them.

    Returns
    -------
    DataFrame
        ``KEY``, ``tuned_on``, ``spearman``, ``worst_spearman``, ``seeds``.
    """
    by = scores.groupby([*KEY, "tuned_on"], sort=False)["spearman"]
    devices = by.agg(spearman="mean", worst_spearman="min", seeds="size").reset_index()
    known = devices.groupby("set")["device"].agg(set)
    incomplete = [key for key, of in sets.items() if set(of["targets"]) > known.get(key, set())]
    whole = devices[~devices["set"].isin(incomplete)]
    return pd.concat([devices, over_devices(whole), *all_devices(devices, sets)], ignore_index=True)


def over_devices(rows):
    """Return means over devices, and the worst draw of all, as rows of the device ``MEAN``."""
    by = rows.assign(device=MEAN).groupby(KEY, sort=False)
    columns = {"spearman": ("spearman", "mean"), "worst_spearman": ("worst_spearman", "min"), "seeds": ("seeds", "min")}
    return by.agg(**columns).reset_index()


def all_devices(devices, sets):
    """Yield ``over_devices`` of all targets of a space, each once, and of those that nothing was tuned on.

    Parameters
    ----------
    devices : DataFrame
        Scores of each device, with the columns ``KEY``.
    sets : dict
        As ``nasflat_sets.yaml`` has them.

    Yields
    ------
    DataFrame
    """
    space = devices["set"].map({key: of["space"] for key, of in sets.items()})
    once = devices[(devices["test"] == NASFLAT) & (devices["predictor"] == STRUCTURED)]
    once = once.assign(set=space.map(ALL_OF)).drop_duplicates(KEY)
    yield over_devices(once)
    blind = once[~once["tuned_on"].astype(bool)]
    yield over_devices(blind.assign(set=blind["set"] + NOT_TUNED_ON))


def beside(table, published):
    """Set the best of the published figures beside scores, on the same devices of the same test.

    Parameters
    ----------
    table : DataFrame
        ``test``, ``set``, ``device`` and others.
    published : DataFrame
        The same, ``spearman`` and ``published_by``.

    Returns
    -------
    DataFrame
        The table with ``published`` and ``published_by``; missing where nobody published any.
    """
    keys = ["test", "set", "device"]
    best = published.loc[published.groupby(keys)["spearman"].idxmax(), [*keys, "spearman", "published_by"]]
    best = best.rename(columns={"spearman": "published"})
    test = table["test"].replace(HELP_RANDOM, HELP)
    found = table.assign(test=test)[keys].merge(best, how="left", on=keys, validate="many_to_one")
    return table.assign(published=found["published"].to_numpy(), published_by=found["published_by"].to_numpy())


def as_rows(published):
    """Return what others published as rows of the table."""
    return published.rename(columns={"published_by": "predictor"})
