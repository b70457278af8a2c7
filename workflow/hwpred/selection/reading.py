"""Read what architectures are selected by."""

import logging

import numpy as np

from hwpred.selection.ranked import RankedArchitectures
from hwpred.tables import of_combination, read_metadata, read_table

logger = logging.getLogger(__name__)

PERCENT = "%"


def read_selectable(architectures_file, targets_file, accuracy_file):
    """Return operations, accuracy and metric of the architectures that have both.

    Parameters
    ----------
    architectures_file, targets_file, accuracy_file : path
        Tables of one space, one combination, and one of its accuracies.

    Returns
    -------
    int array of shape (n, positions), two arrays of shape (n,)
        The accuracy in its unit, larger is better: one that should be small is negated. The metric standardised over
        all architectures of the combination, smaller is better: one that should be large is negated.

    Raises
    ------
    ValueError
        As ``read_ranked``.
    """
    architecture, accuracy, metric = _with_accuracy(targets_file, accuracy_file)
    space = read_metadata(targets_file)["space"]
    return read_operations(architectures_file, architecture, space), accuracy, metric


def read_operations(architectures_file, architecture, space):
    """Return the operations of some architectures.

    Parameters
    ----------
    architectures_file : path
        Table ``architectures`` of the space.
    architecture : int array of shape (n,)
        Indices.
    space : str

    Returns
    -------
    int array of shape (n, positions)
    """
    table = read_table(architectures_file, "architectures", {"space": space}).set_index("architecture")
    positions = [name for name in table if name[0] == "p" and name[1:].isdigit()]
    return table.loc[architecture, positions].to_numpy()


def read_ranked(targets_file, accuracy_file):
    """Return the ``Space`` of the architectures that have both accuracy and metric.

    Parameters
    ----------
    targets_file, accuracy_file : path
        Accuracy and metric are as ``read_selectable`` has them.

    Returns
    -------
    hwpred.selection.ranked.RankedArchitectures

    Raises
    ------
    ValueError
        If fewer than two architectures have both, or all have the same metric.
    """
    unit = accuracy_facts(accuracy_file)["accuracy_unit"]
    return RankedArchitectures(*_with_accuracy(targets_file, accuracy_file), whole=whole_of(unit))


def read_values(targets_file, ranked):
    """Return the metric, in its unit, of the architectures of a space.

    Parameters
    ----------
    targets_file : path
    ranked : hwpred.selection.ranked.RankedArchitectures
        Of ``read_ranked``.

    Returns
    -------
    float array of shape (n,)
        In the space's order.
    """
    table = read_table(targets_file, "targets", of_combination(targets_file)).set_index("architecture")
    return table["value"].loc[ranked.architecture].to_numpy()


def accuracy_facts(accuracy_file):
    """Return ``quality`` and ``accuracy_title``, ``_unit`` and ``_direction``, for the metadata of selections."""
    metadata = read_metadata(accuracy_file)
    # Tables of before hold accuracies only.
    quality = metadata.get("quality", "accuracy")
    return {"quality": quality, **{f"accuracy_{key}": metadata[key] for key in ("title", "unit", "direction")}}


def whole_of(unit):
    """Return what counts as 1 in a hypervolume: an accuracy in % enters as a fraction, any other as it is."""
    return 100.0 if unit == PERCENT else 1.0


def sign_of(direction):
    """Return what makes a metric of that direction one whose smaller values are better."""
    return 1 if direction == "smaller" else -1


def possible_counts(wanted, available, combination):
    """Return the numbers of architectures to select from that there are; all of them where none is small enough.

    Parameters
    ----------
    wanted : sequence of int
        The configured ones.
    available : int
        Architectures with accuracy and metric.
    combination : str
        Named in the log, which says what is left out.

    Returns
    -------
    list of int
        Ascending, each once.
    """
    possible = sorted({count for count in wanted if count <= available})
    beyond = sorted({count for count in wanted if count > available})
    if beyond:
        instead = "" if possible else f", instead of which one selects from all {available:,}"
        numbers = ", ".join(f"{count:,}" for count in beyond)
        logger.warning(
            "%s has %d architectures with accuracy: left out is %s of selection.architectures%s",
            combination,
            available,
            numbers,
            instead,
        )
    return possible or [available]


def _with_accuracy(targets_file, accuracy_file):
    targets = read_table(targets_file, "targets", of_combination(targets_file))
    accuracies = read_table(accuracy_file, "accuracy", {"space": read_metadata(targets_file)["space"]})
    both = targets.merge(accuracies, on="architecture")
    if len(both) < len(targets):
        logger.warning(
            "%d of the %d architectures of %s have no accuracy in %s; one selects from the other %d",
            len(targets) - len(both),
            len(targets),
            targets_file,
            accuracy_file,
            len(both),
        )
    if len(both) < 2:
        raise ValueError(
            f"{len(both)} of the {len(targets)} architectures of {targets_file} have an accuracy in {accuracy_file}; a "
            "selection needs at least 2: give more accuracies, or leave the key 'accuracy' out of this combination"
        )
    if np.ptp(both["target"]) == 0:
        raise ValueError(
            f"all {len(both)} architectures that have both a metric in {targets_file} and an accuracy in "
            f"{accuracy_file} have the same metric, by which nothing can be selected; give more accuracies, or leave "
            "the key 'accuracy' out of this combination"
        )
    better = -sign_of(read_metadata(accuracy_file)["direction"])
    metric = sign_of(read_metadata(targets_file)["direction"]) * both["target"].to_numpy()
    return both["architecture"].to_numpy(), better * both["accuracy"].to_numpy(), metric
