"""Read what architectures are selected by."""

from hwpred.selection.space import Space
from hwpred.tables import read_metadata, read_table


def read_selectable(architectures_file, targets_file, accuracy_file):
    """Return operations, accuracy and metric of the architectures that have both.

    Parameters
    ----------
    architectures_file, targets_file, accuracy_file : path
        Tables of one space, one combination, and one of its accuracies.

    Returns
    -------
    int array of shape (n, positions), two arrays of shape (n,)
        The accuracy in %; the metric standardised over all architectures of the combination, smaller is better: of one
        that should be large, the negative.
    """
    targets, metric = _with_accuracy(targets_file, accuracy_file)
    return read_operations(architectures_file, targets["architecture"]), targets["accuracy"].to_numpy(), metric


def read_operations(architectures_file, architecture):
    """Return the operations of these architectures, int array of shape (n, positions)."""
    table = read_table(architectures_file, "architectures").set_index("architecture")
    positions = [name for name in table if name[0] == "p" and name[1:].isdigit()]
    return table.loc[architecture, positions].to_numpy()


def read_space(targets_file, accuracy_file):
    """Return the ``Space`` of the architectures that have both; metric as ``read_selectable`` has it."""
    targets, metric = _with_accuracy(targets_file, accuracy_file)
    return Space(targets["architecture"].to_numpy(), targets["accuracy"].to_numpy(), metric)


def sign_of(direction):
    """Return what makes a metric of that direction one whose smaller values are better."""
    return 1 if direction == "smaller" else -1


def _with_accuracy(targets_file, accuracy_file):
    targets = read_table(targets_file, "targets").merge(read_table(accuracy_file, "accuracy"), on="architecture")
    return targets, sign_of(read_metadata(targets_file)["direction"]) * targets["target"].to_numpy()
