"""Plot what fits, searches and predictions cost in CPU time, and which quality that buys.

Reads the evaluation tables of all combinations.
"""

from hwpred.figures.front import plot_cost_front
from hwpred.figures.reading import averaged, capped_note, left_out_of, read_evaluations
from hwpred.figures.style import save
from hwpred.figures.times import plot_fit_time
from hwpred.joblog import start_job_log


def plot(evaluation_files, fit_time_files, cost_front_files):
    """Draw both figures."""
    evaluations, metadata = read_evaluations(evaluation_files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    save(plot_fit_time(evaluations, spaces, left_out_of(metadata)), fit_time_files)
    evaluations = {combination: evaluations[combination] for combination in averaged(metadata)}
    save(plot_cost_front(evaluations, spaces, capped_note(metadata)), cost_front_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(
        list(job.input),
        [job.output.fit_time, *job.output.fit_time_also],
        [job.output.cost_front, *job.output.cost_front_also],
    )
