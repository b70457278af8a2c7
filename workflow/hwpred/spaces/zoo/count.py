"""Counts the operators of timm's networks, once, so that nobody needs timm to study or to predict them.

    python -m hwpred.spaces.zoo.count workflow/hwpred/spaces/zoo/zoo.parquet benchmark-infer-*.csv

needs the extra ``zoo``. It counts each network at the sizes that timm trains and tests it with, and at those of the
CSV files, which are such as timm's ``benchmark.py`` writes. It goes on where it was stopped.
"""

import argparse
import csv
import logging
from pathlib import Path

import pandas as pd
import timm
import torch

from hwpred.networks.operator_views import counts_of
from hwpred.networks.operators import operators_of
from hwpred.spaces.zoo import COLUMN_OF
from hwpred.tables import whole_file

logger = logging.getLogger(__name__)

COLUMNS = ("network", "size", *COLUMN_OF.values())
CHUNK = 50
"""Networks after which the table is written."""


def networks_to_count(files=()):
    """Return (name, side of the image in pixels) of timm's networks, and of those in the files that it has.

    Parameters
    ----------
    files : iterable of path

    Returns
    -------
    list of (str, int)
        Sorted.
    """
    known = set(timm.list_models())
    found = set()
    for name in known:
        told = timm.get_pretrained_cfg(name, allow_unregistered=True)
        sizes = (told.input_size, told.test_input_size) if told else ()
        found |= {(name, size[-1]) for size in sizes if size}
    for file in files:
        with open(file, encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                size = row.get("infer_img_size") or row.get("img_size") or 0
                found.add((row["model"].split(".")[0], int(float(size))))
    return sorted((name, size) for name, size in found if name in known and size)


def describe(name, size):
    """Count the operators of one network, built without memory for its weights.

    Parameters
    ----------
    name : str
        Of a network in timm.
    size : int
        Side of its images, in pixels.

    Returns
    -------
    dict
        The row of ``COLUMNS``.

    Raises
    ------
    Exception
        Whatever torch or timm raises if the network cannot run at that size.
    """
    with torch.device("meta"):
        try:
            network = timm.create_model(name).eval()
            channels = network.default_cfg["input_size"][0]
            operators = operators_of(network, torch.empty(1, channels, size, size))
        except (AssertionError, RuntimeError, IndexError):
            # Some networks are built for one size.
            network = timm.create_model(name, img_size=size).eval()
            operators = operators_of(network, torch.empty(1, channels, size, size))
    counts = counts_of(operators)
    return {"network": name, "size": size} | {ours: counts[column] for column, ours in COLUMN_OF.items()}


def count_zoo(output, files=()):
    """Count the networks that a table lacks, and write it; what cannot be counted is logged and left out.

    Parameters
    ----------
    output : str or Path
        The table, which may be there already.
    files : iterable of path
        As of ``networks_to_count``.
    """
    rows = pd.read_parquet(output).to_dict("records") if Path(output).is_file() else []
    done = {(row["network"], row["size"]) for row in rows}
    waiting = [pair for pair in networks_to_count(files) if pair not in done]
    logger.info("%d networks are counted, %d are left", len(done), len(waiting))
    for start in range(0, len(waiting), CHUNK):
        for name, size in waiting[start : start + CHUNK]:
            try:
                rows.append(describe(name, size))
            except Exception as error:  # each network may fail in a way of its own
                logger.warning("%s at %d pixels is left out: %s", name, size, str(error).split("\n")[0])
        table = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["network", "size"], ignore_index=True)
        with whole_file(output) as unfinished:
            table.to_parquet(unfinished, compression="zstd", index=False)
        logger.info("%d of %d done", min(start + CHUNK, len(waiting)), len(waiting))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("output", help="the table to write or to go on with")
    parser.add_argument("files", nargs="*", help="CSV files that name networks and sizes")
    given = parser.parse_args()
    count_zoo(given.output, given.files)
