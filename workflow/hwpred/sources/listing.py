"""The table of a space's architectures, in index order: enumerated, or the published sample."""

import numpy as np
import pandas as pd

from hwpred.errors import InputError
from hwpred.sources import read_declared
from hwpred.sources.loading import load_architectures, read_receipts
from hwpred.tables import write_table


def build_architectures(space, receipts, output, declaration=None):
    """Write the table of a space's architectures.

    Parameters
    ----------
    space : str
        Key of the space.
    receipts : list of str
        Paths of receipts; empty for a space that is enumerated.
    output : str
        Path of a table ``architectures`` (``hwpred.tables.SCHEMAS``).
    declaration : dict, optional
        Of a declared space its ``file``, of networks in files their ``folder``, ``space`` and ``dimensions``; and the
        ``digest`` of what that held when the job was planned.

    Returns
    -------
    list of str
        Why networks of the folder were left out, a sentence each.

    Raises
    ------
    InputError
        If the declaration has changed since.
    """
    receipts = read_receipts(receipts)
    declared = _unchanged(declaration) if declaration else None
    table = load_architectures(declared or space, receipts)
    frame = pd.DataFrame(table.operations, columns=[f"p{i}" for i in range(table.space.positions)])
    frame.insert(0, "architecture", np.arange(len(table)))
    frame.insert(1, "operations", [table.space.to_text(row) for row in table.operations])
    files = {file: receipt["sha256"] for file, receipt in receipts.items()}
    facts = {"space": space, "files": files, "architectures": len(table)}
    if declared is not None:
        columns, told = declared.stored()
        frame, facts = pd.concat([frame, pd.DataFrame(columns)], axis=1), facts | told
    write_table(frame, output, "architectures", facts)
    return list(declared.left_out.values()) if declared is not None else []


def _unchanged(declaration):
    declared = read_declared(declaration)
    if declared.digest != declaration["digest"]:
        place = declaration.get("file") or declaration["folder"]
        raise InputError(f"{place} has changed since the run was started; start it again")
    return declared
