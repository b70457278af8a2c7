"""Write the page that says which predictor to use, and the same in a few lines."""

import json
import logging
from pathlib import Path

from hwpred.answer.card import run_card
from hwpred.answer.contents import contents_of
from hwpred.answer.page import contents_of_run, render
from hwpred.answer.reading import read_combination
from hwpred.answer.summary import summary
from hwpred.tables import whole_file

logger = logging.getLogger(__name__)


def write_answer(tables, plan_files, run, seed, page_file, words_file):
    """Write both files.

    Parameters
    ----------
    tables : sequence of hwpred.answer.reading.Files
        One a combination.
    plan_files : sequence of path
        What to measure first, ``<space>.json``.
    run : str
    seed : int
        Of the run.
    page_file, words_file : path
        Written.
    """
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
