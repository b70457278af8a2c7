"""One device: its measurements, a model of all of them, and what it says about every other architecture."""

import copy
import logging
from functools import cache

import numpy as np

from hwpred import __version__
from hwpred.advice.drift import doubt_of_times, drift_sentence, has_drifted
from hwpred.advice.heldout import check_values, held_out
from hwpred.advice.models import STRUCTURED, Model, predictor_for
from hwpred.advice.reading import check_operations, every, known_space, read_architectures, read_measurements
from hwpred.advice.spread import spread_from
from hwpred.errors import InputError
from hwpred.spaces import get_space

logger = logging.getLogger(__name__)

AUTO, ALL = "auto", "all"
ROWS_AT_ONCE = 20_000
"""Architectures predicted in one call: what they are made of takes some KB each."""


def fit(data, space=None, metric="latency", unit="ms", direction=None, predictor=AUTO, hyperparameters=None,
        dead_operations=None, networks=None, dimensions=None):  # fmt: skip
    """Learn from all measurements of a device.

    Parameters
    ----------
    data : str, Path or DataFrame
        A file (CSV, TSV or Parquet; ``hwpred.sources.table`` says what is done with each row) or a table. Columns
        ``architecture`` (text) or ``p0``, ``p1``, ..., and ``value``, in any order; others are ignored, but for
        ``started`` (seconds) or ``order``, which tell when each row was measured (``drift_percent``).
    space : str, Path or Space
        One of ``hwpred.spaces.SPACE_KEYS``, such as ``"nasbench201"``, or the YAML file that declares a space
        (``docs/your_space.md``); ``onnx``, or nothing, with ``networks``.
    metric, unit : str
        The metric is ``latency``, ``energy``, ``memory``, ``throughput``, or a word of your own.
    direction : str, optional
        ``"smaller"`` or ``"larger"`` is better; needed for a metric of your own.
    predictor : str
        A key of ``hwpred.predictors.registry``, or ``"auto"``: ``structured_gp`` where hwpred knows what the
        architectures of the space are made of, ``gp`` elsewhere.
    hyperparameters : dict, optional
        Of the predictor, where its defaults shall not hold.
    dead_operations : str, optional
        What the device does with those that do not reach the output: ``"run"``, ``"dropped"``, ``"partly_dropped"``.
    networks : str, Path or sequence of them, optional
        A folder of ONNX files, or files; ``data`` then has a column ``file`` instead (``docs/your_networks.md``).
    dimensions : dict, optional
        Value of each symbolic dimension of the networks' inputs, such as ``{"batch": 1}``.

    Returns
    -------
    Device

    Raises
    ------
    InputError
        One sentence that names the file, the row, the value, and what to do.
    """
    space = known_space(space, networks, dimensions)
    rows = read_measurements(data, space, metric, unit, direction)
    facts = {"space": space, "metric": metric, "unit": unit, "direction": rows.direction}
    key = predictor_for(space) if predictor == AUTO else predictor
    model = Model(space, key, hyperparameters, dead_operations, metric)
    device = Device(facts, model, rows.operations, rows.value, rows.time)
    return device._fitted([])


class Device:
    """A device whose metric is predicted; ``fit`` and ``load`` make one.

    Parameters
    ----------
    facts : mapping
        ``space``, ``metric``, ``unit``, ``direction``, and what else is to be saved with it.
    model : hwpred.advice.models.Model
        What learns and predicts.
    operations, value : arrays of shape (rows, positions) and (rows,)
        As they were measured; of an architecture that was measured several times, the median counts.
    time : float array of shape (rows,), optional
        When each row was measured.

    Attributes
    ----------
    space : str or Space
        Its key, or the space itself, declared or of networks in files.
    metric, unit, direction : str
    predictor : str
        Key of the predictor.
    operations, value : arrays of shape (n, positions) and (n,)
        The different architectures that were measured, and the metric of each.
    time : float array of shape (n,) or None
        When each was measured.
    drift_percent : float or None
        Standard deviation of what the device did while it was measured, in % of the metric; None where the time is not
        known, or the predictor does not use it.
    spread : hwpred.advice.spread.Spread
        How far measurements lie from predictions. ``spread.stated`` is False for predictors that state no standard
        deviation: theirs is the same everywhere, and comes from cross-validated errors.
    held_out : pair of float arrays of shape (n,)
        What was predicted of each measured architecture by a fit that did not see it, and the standard deviation of a
        measurement; NaN where nothing was.
    history : list of dict
        What each fit knew and how good it was, held out: see ``append``.
    """

    def __init__(self, facts, model, operations, value, time=None):
        self.facts = dict(facts)
        self.model = model
        self._rows, self._values, self._times = operations, value, time
        self.operations, self.value, *times = _medians(operations, value, *([] if time is None else [time]))
        self.time = times[0] if times else None

    space = property(lambda self: self.facts["space"])
    metric = property(lambda self: self.facts["metric"])
    unit = property(lambda self: self.facts["unit"])
    direction = property(lambda self: self.facts["direction"])
    predictor = property(lambda self: self.model.key)

    @property
    def drift_percent(self):
        """See the class."""
        return None if self.time is None else self.model.drift_percent(self.value)

    def __repr__(self):
        return (
            f"Device({self.metric} in {self.unit}, {self.space}, {len(self.value)} architectures measured, "
            f"{self.predictor})"
        )

    def _fitted(self, history):
        """Fit model and spread; add to the history."""
        check_values(self.metric, self.value)
        if reason := self.model.why_not(self.operations):
            raise InputError(f"{self.predictor} cannot learn from these rows: {reason}; use another predictor")
        logger.info("%d architectures: cross-validation", len(self.value))
        prediction, std = held_out(self.model, self.operations, self.value, time=self.time)
        self.spread = spread_from(self.value, prediction, std, self.model.logarithmic)
        self.held_out = prediction, np.where(np.isnan(prediction), np.nan, self.spread.widened(prediction, std))
        logger.info("%d architectures: fit on all", len(self.value))
        self.model = self.model.fit(self.operations, self.value, self.time)
        if has_drifted(self):
            logger.warning(drift_sentence(self))
        self.history = [*history, self._entry(prediction, history)]
        return self

    def _entry(self, prediction, history):
        from hwpred.metrics import kendall_tau

        told = ~np.isnan(prediction)
        before = told & (np.arange(len(told)) < (history[-1]["rows"] if history else 0))
        return {
            "rows": len(self.value),
            "tau": kendall_tau(self.value[told], prediction[told]),
            "error": float(np.abs(self.value - prediction)[told].mean()),
            "percent": _percent(self.value[told], prediction[told]),
            "percent_of_earlier_rows": _percent(self.value[before], prediction[before]) if before.any() else None,
            "hwpred": __version__,
        }

    def append(self, data, networks=None, dimensions=None):
        """Return a device that learnt from further measurements as well.

        An architecture that was measured before has the median of what the files say of it. Each row stays in its fold
        of the cross-validation, so that the new entry of ``history`` can be compared with those before: ``rows``,
        Kendall's ``tau``, the mean ``error`` in the metric's unit, the median error in ``percent``, and the latter over
        those rows alone that the entry before was about (``percent_of_earlier_rows``).

        Parameters
        ----------
        data : str, Path or DataFrame
            As of ``fit``.
        networks : str, Path or sequence of them, optional
            The folder or the files that the rows name, if the device does not know them yet.
        dimensions : dict, optional
            As of ``with_networks``.

        Returns
        -------
        Device
            This one stays as it is.

        Raises
        ------
        InputError
            If the file, or a row of it, cannot be used.
        """
        known = self if networks is None else self.with_networks(networks, dimensions)
        rows = read_measurements(data, known.space, self.metric, self.unit, self.direction)
        operations = np.concatenate([self._rows, rows.operations])
        if self.predictor == STRUCTURED and (doubt := doubt_of_times(self._times, rows.time)):
            logger.warning(doubt)
        # Drift cannot be told of rows of which some have no time.
        known_times = self._times is not None and rows.time is not None
        time = np.concatenate([self._times, rows.time]) if known_times else None
        grown = Device(known.facts, known.model, operations, np.concatenate([self._values, rows.value]), time)
        return grown._fitted(self.history)

    def with_networks(self, networks, dimensions=None):
        """Return the same device that knows further networks in files: to select from them, or to suggest them.

        Parameters
        ----------
        networks : str, Path or sequence of them
            A folder of ONNX files, or files.
        dimensions : dict, optional
            Values of symbolic dimensions, where they are others than the device was fitted with.

        Returns
        -------
        Device

        Raises
        ------
        InputError
            If the device is not one of networks in files, a file cannot be read, or another network has its name.
        """
        from hwpred.advice.network_files import with_more
        from hwpred.sources.network_files import read_networks

        device = self.with_dimensions(dimensions or {})
        space = device.space
        return with_more(device, read_networks(networks, space.dimensions, asked=space.asked))[0]

    def with_dimensions(self, dimensions):
        """Return the same device that reads networks with these values of symbolic dimensions.

        Parameters
        ----------
        dimensions : dict
            Value of each symbolic dimension, such as ``{"batch": 1}``.

        Returns
        -------
        Device

        Raises
        ------
        InputError
            If the device is not one of networks in files.
        """
        from hwpred.advice.network_files import is_network_files

        if not is_network_files(self.space):
            raise InputError(f"the device was fitted on {self.space}, not on networks in files; leave files out")
        return self.over(self.space.with_dimensions(dimensions))

    def over(self, space):
        """Return the same device in a space that holds more architectures, each of the known ones in its place."""
        device = copy.copy(self)
        device.facts, device.model = {**self.facts, "space": space}, self.model.over(space)
        return device

    def predict(self, architectures=ALL, level=0.95):
        """Predict the metric.

        Parameters
        ----------
        architectures : "all", sequence of str, or int array of shape (n, positions)
            Of a device of networks in files also a folder, and paths of files.
        level : float
            Of the interval, between 0 and 1.

        Returns
        -------
        DataFrame
            ``architecture``; ``value``, ``std`` (of a measurement), ``lower`` and ``upper`` in the metric's unit;
            ``measured``, whether the device was fitted on it. What is predicted of those is a prediction, too.

        Raises
        ------
        InputError
            If ``level`` is no probability, or an architecture is none of the space.
        """
        import pandas as pd

        if not 0 < level < 1:
            raise InputError(f"level is {level!r}; it must be between 0 and 1, such as 0.95")
        device, operations, texts = self._asked(architectures)
        value, std = device.predict_arrays(operations)
        lower, upper = self.spread.bounds(value, std, level)
        columns = {"architecture": texts, "value": value, "std": std, "lower": lower, "upper": upper}
        return pd.DataFrame(columns | {"measured": self.measured(operations) >= 0})

    def _asked(self, architectures):
        """Return a device that knows the architectures that are asked for, their operations and their texts."""
        from hwpred.advice.network_files import asked, is_network_files

        if is_network_files(self.space):
            return asked(self, architectures)
        operations = read_architectures(architectures, self.space)
        return self, operations, texts_of_all(self.space) if isinstance(architectures, str) else self.texts(operations)

    def predict_arrays(self, operations):
        """Predict the metric of a population, without the texts and the intervals of ``predict``.

        Parameters
        ----------
        operations : int array of shape (n, positions)
            A row an architecture, as ``hwpred.spaces.base.Space`` numbers the operations of each position.

        Returns
        -------
        value, std : float arrays of shape (n,)
            In the metric's unit; the standard deviation is that of a measurement.

        Raises
        ------
        InputError
            If they are of another shape, or one is no architecture of the space.
        """
        operations = check_operations(operations, self.space)
        starts = range(0, max(len(operations), 1), ROWS_AT_ONCE)
        parts = [self.model.predict_with_std(operations[start : start + ROWS_AT_ONCE]) for start in starts]
        value, std = map(np.concatenate, zip(*parts, strict=True))
        return value, self.spread.widened(value, std)

    def measured(self, operations):
        """Return which of the measured architectures each one is, -1 for none; int array of shape (n,)."""
        places = {tuple(row): place for place, row in enumerate(self.operations.tolist())}
        return np.array([places.get(row, -1) for row in map(tuple, np.asarray(operations).tolist())], dtype=int)

    def select(self, accuracy, limit=None, confidence=0.5, quality="accuracy", quality_direction=None):
        """Choose the most accurate architecture that keeps a limit; see ``hwpred.advice.choice.select``.

        Parameters
        ----------
        accuracy, limit, confidence, quality, quality_direction :
            As of ``hwpred.advice.choice.select``.

        Returns
        -------
        hwpred.advice.choice.Selection
        """
        from hwpred.advice.choice import select

        return select(self, accuracy, limit, confidence, quality, quality_direction)

    def suggest(self, number=10, accuracy=None, limit=None, quality="accuracy", quality_direction=None):
        """Say what to measure next, and what that is expected to gain; see ``hwpred.advice.choice.suggest``.

        Parameters
        ----------
        number, accuracy, limit, quality, quality_direction :
            As of ``hwpred.advice.choice.suggest``.

        Returns
        -------
        DataFrame
        """
        from hwpred.advice.choice import suggest

        return suggest(self, number, accuracy, limit, quality, quality_direction)

    def explain(self, networks=None):
        """Say what operations cost on this device; see ``hwpred.advice.costs.operation_costs``.

        Parameters
        ----------
        networks : str, Path or sequence of them, optional
            Of a device of networks in files: those in which classes of operators are looked at, as of ``predict``; the
            measured ones, if not given.

        Returns
        -------
        DataFrame
            As of ``operation_costs``; of networks in files as of ``hwpred.advice.network_files.class_costs``.

        Raises
        ------
        InputError
            If files are given to a device of another space, or the space has no two operations to compare.
        """
        from hwpred.advice.costs import operation_costs
        from hwpred.advice.network_files import asked, class_costs, is_counted, is_network_files

        if networks is not None and not is_network_files(self.space):
            raise InputError(f"the device was fitted on {self.space}, not on networks in files; leave files out")
        if not is_counted(self.space):
            return operation_costs(self)
        device, operations, _ = (self, self.operations, None) if networks is None else asked(self, networks)
        return class_costs(device, operations)

    def report(self, path, accuracy=None, limit=None, name=None, quality="accuracy", quality_direction=None):
        """Write one HTML page that says all of this; see ``hwpred.answer.device_page.report``.

        Parameters
        ----------
        path, accuracy, limit, name, quality, quality_direction :
            As of ``hwpred.answer.device_page.report``.
        """
        import hwpred

        hwpred.report(self, path, accuracy, limit, name, None, quality, quality_direction)

    def save(self, path):
        """Write the device into one file; see ``hwpred.advice.storage``."""
        from hwpred.advice.storage import save

        save(self, path)

    def texts(self, operations):
        """Return how architectures (n, positions) are written: as files name their networks, or as their space does."""
        rows, known, to_text = operations.tolist(), texts_by_operations(self.space), get_space(self.space).to_text
        return [known.get(tuple(row)) or to_text(row) for row in rows]


@cache
def texts_of_all(space):
    """Return the texts of all architectures of a space, in index order."""
    return tuple(get_space(space).to_text(row) for row in every(space).tolist())


@cache
def texts_by_operations(space):
    """Return the texts of all architectures by their operations; none if there are too many. Writing takes longer."""
    if get_space(space).sample is not None:
        return {}
    return dict(zip(map(tuple, every(space).tolist()), texts_of_all(space), strict=True))


def _medians(operations, *columns):
    """Return the different architectures, in the order of their first rows, each with the median of its values.

    So for each of ``columns``, float arrays of shape (rows,).
    """
    numbers = {}
    which = np.array([numbers.setdefault(row, len(numbers)) for row in map(tuple, operations.tolist())])
    medians = [[np.median(column[which == number]) for number in range(len(numbers))] for column in columns]
    return np.array(list(numbers), dtype=np.int64), *np.array(medians, dtype=float)


def _percent(value, prediction):
    return float(100 * np.median(np.abs(prediction - value) / value))
