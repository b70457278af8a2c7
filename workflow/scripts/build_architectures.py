"""Write the architectures of a space in index order: enumerated, or the published sample.

Reads the receipts of the sample's files, if the space has one, or the file that declares the space, or counts the
operators of the networks that are files of a folder; writes a table ``architectures`` (``hwpred.tables.SCHEMAS``).
"""

import sys

import numpy as np
import pandas as pd

from hwpred.errors import InputError
from hwpred.joblog import start_job_log
from hwpred.sources import read_declared
from hwpred.sources.loading import load_architectures, read_receipts
from hwpred.tables import say_what_made_them, write_table


def build_architectures(space, receipts, output, declaration=None):
    """Write the table of a space's architectures.

    Parameters
    ----------
    space : str
        Key of the space.
    receipts : list of str
        Paths of receipts; empty for a space that is enumerated.
    output : str
    declaration : dict, optional
        Of a declared space its ``file``, of networks in files their ``folder``, ``space`` and ``dimensions``; and the
        ``digest`` of what that held when the job was planned.

    Raises
    ------
    InputError
        If the declaration has changed since.
    """
    receipts = read_receipts(receipts)
    declared = read_declared(declaration) if declaration else None
    if declared is not None:
        if declared.digest != declaration["digest"]:
            place = declaration.get("file") or declaration["folder"]
            raise InputError(f"{place} has changed since the run was started; start it again")
        for reason in declared.left_out.values():
            print(f"left out: {reason}", file=sys.stderr)  # the log has it, too, and is not read while all goes well
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


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    told = (job.output.architectures, job.params.declaration)
    build_architectures(job.wildcards.space, list(job.input.get("receipts", [])), *told)
