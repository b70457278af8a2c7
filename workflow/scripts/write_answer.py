"""Write the page that says which predictor to use, and the same in a few lines.

Reads fits, predictions, targets, architectures and accuracies of all combinations of a run, and what to measure first.
"""

import json
import logging
from pathlib import Path

from hwpred.answer.card import run_card
from hwpred.answer.contents import contents_of
from hwpred.answer.page import contents_of_run, render
from hwpred.answer.reading import Files, read_combination
from hwpred.answer.summary import summary
from hwpred.joblog import start_job_log
from hwpred.tables import whole_file

logger = logging.getLogger(__name__)


def write_answer(tables, plan_files, run, seed, page_file, words_file):
    """Write both files; ``tables`` are ``Files``, one a combination; ``plan_files`` lie at ``<space>.json``."""
    combinations, texts = [], {}
    for files in tables:
        combination = read_combination(files)
        texts[combination.metadata["space"]] = combination.texts
        combinations.append(contents_of(combination, files.space_predictions))
        logger.info("read %s", combination.name)
    plans = {Path(file).stem: json.loads(Path(file).read_text(encoding="utf-8")) for file in plan_files}
    contents = contents_of_run(run_card(run, seed), combinations, texts, plans)
    _write(render(contents), page_file)
    _write(summary(contents, page_file), words_file)


def _write(text, path):
    with whole_file(path) as unfinished:
        Path(unfinished).write_text(text, encoding="utf-8")
    logger.info("%s: %d bytes", path, len(text.encode()))


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    write_answer(
        [Files(**tables) for tables in job.params.combinations.values()],
        job.input.plans,
        job.wildcards.run,
        job.params.run_seed,
        job.output.page,
        job.output.words,
    )
