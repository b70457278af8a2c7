"""Plot Kendall's tau against training size: absolute and centred, and with error bars.

Reads the evaluation tables of one combination, or of all combinations of a space: then the curves
are their mean, and the paper's stand behind them where it has the space and a file is given.
"""

import pandas as pd

from hwpred.answer.ranking import rank_summary
from hwpred.figures.averages import mean_curves, trained_rows
from hwpred.figures.curves import plot_curves, plot_error_bars
from hwpred.figures.paper import curves_of_space
from hwpred.figures.reading import averaged, capped_note, highest_tau_of, left_out_of, read_evaluations
from hwpred.figures.style import save
from hwpred.joblog import start_job_log


def plot(evaluation_files, name, space, paper_file, curves_files, error_bars_files):
    """Draw both figures; ``paper_file`` may be None."""
    evaluations, metadata = read_evaluations(evaluation_files)
    evaluations = {combination: evaluations[combination] for combination in averaged(metadata)}
    if len(evaluations) > 1:
        name = f"{name} (mean of {len(evaluations)} combinations)"
    paper = curves_of_space(pd.read_csv(paper_file), space) if paper_file else None
    curves = mean_curves(evaluations)
    tied = {
        size: rank_summary(rows, larger_is_better=True).tied
        for size, rows in trained_rows(curves).groupby("train_size")
    }
    shown = (curves, name, left_out_of(metadata), paper, highest_tau_of(metadata), capped_note(metadata))
    save(plot_curves(*shown, tied), curves_files)
    save(plot_error_bars(*shown), error_bars_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(
        list(job.input.evaluations),
        job.params.name,
        job.params.space,
        job.input.paper[0] if job.input.paper else None,
        [job.output.curves, *job.output.curves_also],
        [job.output.error_bars, *job.output.error_bars_also],
    )
