"""Tell what every way to spend time on measuring, predicting and verifying costs and yields on one combination.

Reads targets, accuracies, fits, and the selections by predictions. Writes one row a strategy, predictor, training size
and number of verified architectures.
"""

from pathlib import Path

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.selection.budget import offers
from hwpred.selection.reading import accuracy_facts, read_space
from hwpred.tables import COLUMNS, of_predictor, read_metadata, read_table, read_tables, say_what_made_them, write_table

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    told = {"combination": job.wildcards.combination}
    metadata = read_metadata(job.input.targets, "targets", told)
    # Nothing configured: what measuring took where the values come from, if the project timed it itself.
    seconds = job.params.seconds_per_measurement or metadata["notes"].get("seconds_per_architecture")
    names = ("budget", job.params.run_seed, metadata["combination"])
    space = read_space(job.input.targets, job.input.accuracy)
    table = pd.DataFrame(columns=list(COLUMNS["offers"]))
    if seconds is not None:
        table = offers(
            read_table(job.input.selection, "predicted_selection", told),
            read_tables(job.input.adaptive, "adaptive_selection", lambda file: {**told, "predictor": Path(file).stem}),
            read_tables(job.input.fits, "fits", of_predictor),
            space,
            seconds,
            names,
        )
    facts = {"seconds_per_measurement": seconds, "selectable": len(space), **accuracy_facts(job.input.accuracy)}
    write_table(table, job.output[0], "offers", {**metadata, **facts})
