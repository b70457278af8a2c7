"""Write the accuracies of a space's architectures on one task.

Reads the space's architectures and the receipts of the source's files; writes a table ``accuracy``
(``hwpred.tables.SCHEMAS``) with what is known about the values as metadata.
"""

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.sources.loading import load_measurements, read_receipts
from hwpred.spaces.reading import read_architectures
from hwpred.tables import say_what_made_them, write_table


def build_accuracy(architectures, receipts, request, output):
    """Write the table of a space's accuracies.

    Parameters
    ----------
    architectures : str
        Path of the space's table.
    receipts : list of str
        Paths of receipts (of a local source: of its files).
    request : dict
        Of kind "accuracy", as ``hwpred.sources`` describes.
    output : str
    """
    table = read_architectures(architectures, request["space"])
    measurements, metadata = load_measurements(request, read_receipts(receipts, request["source"]), table)
    frame = pd.DataFrame({"architecture": measurements.architecture, "accuracy": measurements.value})
    quality = metadata["quality"]
    title = request.get("title") or (f"accuracy on {request['task']}" if quality == "accuracy" else quality)
    write_table(frame, output, "accuracy", {**metadata, "title": title})


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    build_accuracy(job.input.architectures, list(job.input.receipts), job.params.request, job.output.accuracy)
