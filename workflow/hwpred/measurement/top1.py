"""Writes ImageNet top-1 as timm publishes it as a table of ``data/embedded``, which the default study reads.

python -m hwpred.measurement.top1 data/raw/timm/results-imagenet.csv data/embedded
"""

import argparse
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.measurement.output import write_measured
from hwpred.sources import timm
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

NAME = "zoo-imagenet-accuracy"
COMMIT = "aa4b5850c1543fa488abf260f18390eda46cf85d"
"""Of huggingface/pytorch-image-models, where the file comes from."""


def embed(file, folder):
    """Write table and provenance.

    Parameters
    ----------
    file : path
        The CSV of results that timm publishes.
    folder : path
        Where table and provenance are written.
    """
    file, space = Path(file), get_space("zoo")
    request = {"kind": "accuracy", "space": "zoo", "task": timm.TASK, "source": "timm"}
    found = timm.load_accuracy(request, {timm.ACCURACIES: file}, ArchitectureTable(space, space.enumerate()))
    frame = pd.DataFrame({"architecture": found.architecture, "value": found.value, "spread": 0.0, "count": 1})
    frame = frame.astype({"architecture": np.int32, "value": np.float32, "spread": np.float32, "count": np.int32})
    facts = {
        "unit": found.unit,
        "direction": found.direction,
        "command": "python -m hwpred.measurement.top1",
        "date": datetime.now(UTC).date().isoformat(),
        "published": f"results/{file.name} of huggingface/pytorch-image-models at {COMMIT}",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        **found.notes,
    }
    table = Path(folder) / f"{NAME}.parquet"
    write_measured(frame, facts, "Apache-2.0", table, table.with_suffix(".json"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("file", help="timm's results-imagenet.csv")
    parser.add_argument("folder")
    options = parser.parse_args()
    embed(options.file, options.folder)
