"""Make the table of one job of selecting: call its module, and write what it returns."""

from importlib import import_module

from hwpred.tables import of_combination, read_metadata, write_table


def make(stage, inputs, settings, output):
    """Write one table of a combination.

    Parameters
    ----------
    stage : str
        A module of ``hwpred.selection.stages``: its function ``select`` takes ``inputs`` and ``settings`` by name.
    inputs : dict
        Name -> path or list of paths. ``targets`` is one, whose metadata are those of the combination.
    settings : dict
    output : path
        A table of kind ``KIND`` of that module.
    """
    module = import_module(f"hwpred.selection.stages.{stage}")
    targets = inputs["targets"]
    metadata = read_metadata(targets, "targets", of_combination(targets))
    rows, facts = module.select(**inputs, **settings)
    write_table(rows, output, module.KIND, {**metadata, **facts})
