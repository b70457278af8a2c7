"""Write the target of one combination: its metric, raw and standardised (its logarithm where the space says so).

Reads the space's architectures and the receipts of the source's files; writes a table ``targets``
(``hwpred.tables.SCHEMAS``) with what is known about the values as metadata.
"""

import numpy as np
import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.sources.loading import load_measurements, read_receipts
from hwpred.sources.measurements import check_varies
from hwpred.sources.requests import combination_id
from hwpred.spaces.reading import read_architectures
from hwpred.tables import say_what_made_them, write_table


def build_targets(architectures, receipts, request, output):
    """Write the table of a combination's targets.

    Parameters
    ----------
    architectures : str
        Path of the space's table.
    receipts : list of str
        Paths of receipts (of a local source: of its files).
    request : dict
        Of kind "target", as ``hwpred.sources`` describes.
    output : str

    Raises
    ------
    InputError
        If the metric is constant, besides what the source finds wrong.
    """
    table = read_architectures(architectures, request["space"])
    measurements, metadata = load_measurements(request, read_receipts(receipts, request["source"]), table)
    name, value = combination_id(request), measurements.value
    check_varies(name, value)
    shown = np.log(value) if table.space.logarithmic else value
    target = (shown - shown.mean()) / shown.std()  # over all architectures, of the population
    metadata |= {"combination": name, "device": request["device"], "metric": request["metric"]}
    if table.space.logarithmic:
        metadata["target"] = "logarithm"
    if "file_order" in request:
        metadata["file_order"] = request["file_order"]
    frame = pd.DataFrame({"architecture": measurements.architecture, "value": value, "target": target})
    if measurements.time is not None:
        frame["time"] = measurements.time
    write_table(frame, output, "targets", metadata)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    build_targets(job.input.architectures, list(job.input.receipts), job.params.request, job.output.targets)
