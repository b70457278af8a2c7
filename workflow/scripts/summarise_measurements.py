"""One page about a measurement: what was measured, how noisy it was, how the machine drifted.

Reads the chunks and facts of all combinations. Writes the figure, a table of the facts, and a page that shows both.
"""

import sys

from hwpred.answer.measurements import summarise
from hwpred.figures.style import save
from hwpred.job import start_job
from hwpred.tables import whole_file
from hwpred.writing import write_csv

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
figure, table, page, advice = summarise(job.params.names, job.input.timings, job.input.facts)
for line in advice:
    print(line, file=sys.stderr)
save(figure, [job.output.figure, *job.output.figure_also])
write_csv(table.reset_index(), job.output.table)
with whole_file(job.output.page) as unfinished:
    unfinished.write_text(page, encoding="utf-8")
