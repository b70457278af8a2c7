"""Write the architectures of a space in index order: enumerated, or the published sample.

Reads the receipts of the sample's files, if the space has one; writes a table ``architectures``
(``hwpred.tables.SCHEMAS``).
"""

import numpy as np
import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.sources.loading import load_architectures, read_receipts
from hwpred.tables import say_what_made_them, write_table


def build_architectures(space, receipts, output):
    """Write the table of a space's architectures.

    Parameters
    ----------
    space : str
        Key of the space.
    receipts : list of str
        Paths of receipts; empty for a space that is enumerated.
    output : str
    """
    receipts = read_receipts(receipts)
    table = load_architectures(space, receipts)
    frame = pd.DataFrame(table.operations, columns=[f"p{i}" for i in range(table.space.positions)])
    frame.insert(0, "architecture", np.arange(len(table)))
    frame.insert(1, "operations", [table.space.to_text(row) for row in table.operations])
    files = {file: receipt["sha256"] for file, receipt in receipts.items()}
    write_table(frame, output, "architectures", {"space": space, "files": files, "architectures": len(table)})


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    build_architectures(job.wildcards.space, list(job.input.get("receipts", [])), job.output.architectures)
