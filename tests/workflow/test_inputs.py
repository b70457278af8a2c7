"""A user's own file through Snakemake: what a run makes of it, and what the terminal shows if it is wrong."""

import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from conftest import PROFILE

from hwpred.tables import read_metadata, read_table, write_table

NAME = "nasbench201-synthetic-laptop-latency"
OTHER = "transnas_macro-synthetic-laptop-throughput"
TARGETS = f"results/smoke/data/targets/{NAME}.parquet"


@pytest.fixture
def measurements(project):
    """Path of the file of the first combination."""
    return project.study / "tables" / "nasbench201.csv"


def fails(project, *targets):
    """Run with the profile of the project; return what is printed."""
    command = project.command("--workflow-profile", str(project.folder / PROFILE), "--", *targets)
    done = subprocess.run(**command, capture_output=True, text=True)
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_a_wrong_row_is_one_sentence_and_no_traceback(project, measurements):
    lines = measurements.read_text().splitlines()
    lines[4] = lines[4].split(",")[0] + ",-3,50"
    measurements.write_text("\n".join(lines) + "\n")
    printed = fails(project, "data")
    sentence = "tables/nasbench201.csv, row 4 (line 5), column 'value', architecture '|none~0|"
    assert sentence in printed
    assert "'-3' is not positive; correct it, or leave the cell empty if the measurement failed" in printed
    assert "Traceback" not in printed


def test_a_file_as_a_spreadsheet_writes_it_gives_the_same_targets(project, measurements):
    before = read_table(project.study / TARGETS, "targets")
    frame = pd.read_csv(measurements)
    shuffled = pd.concat([frame, frame.iloc[:30]]).sample(frac=1, random_state=1).rename(columns=str.title)
    shuffled.assign(Remark="ok").to_csv(measurements, sep=";", decimal=",", encoding="utf-16", index=False)
    project.run("--quiet", "all", "--", TARGETS)
    pd.testing.assert_frame_equal(read_table(project.study / TARGETS, "targets"), before)
    notes = read_metadata(project.study / TARGETS)["notes"]
    assert notes["repeats"] == {"architectures": 30, "measurements": 60, "std": 0}
    assert notes["ignored_columns"] == ["remark"]
    log = (project.study / "results/smoke/logs/build_targets" / f"{NAME}.log").read_text()
    assert "the numbers of column 'value' have decimal commas" in log


def test_a_table_of_another_combination_is_noticed(project):
    architectures = project.study / "results/smoke/data"
    shutil.copy(
        architectures / "transnas_macro/architectures.parquet", architectures / "nasbench201/architectures.parquet"
    )
    os.remove(project.study / TARGETS)
    printed = fails(project, TARGETS)
    assert "nasbench201/architectures.parquet: its space is 'transnas_macro', not 'nasbench201'; delete it" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("folder", "target", "words"),
    [
        ("fits", f"evaluation/{NAME}", f"its combination is '{OTHER}', not '{NAME}'; delete it and run again"),
        ("data/targets", f"fits/{NAME}/lin_reg/0-1", f"its combination is '{OTHER}', not '{NAME}'; delete it"),
    ],
)
def test_tables_of_another_combination_are_refused(project, folder, target, words):
    folder = project.study / "results" / "smoke" / folder
    for file in folder.rglob("*.parquet"):
        place = folder / Path(str(file.relative_to(folder)).replace(OTHER, NAME))
        if place != file:
            shutil.copy(file, place)
    target = f"results/smoke/{target}.parquet"
    (project.study / target).unlink()
    printed = fails(project, target)
    assert words in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("kind", "file", "target"),
    [
        ("fits", f"fits/{NAME}/lin_reg/0-1", f"evaluation/{NAME}.parquet"),
        ("space_predictions", f"space_predictions/{NAME}/lin_reg/0-1", f"predicted_selection/{NAME}.parquet"),
        ("predictions", f"predictions/{NAME}/lin_reg/0-1", "answer.html"),
        ("evaluation", f"evaluation/{NAME}", "tables/evaluation.csv"),
    ],
)
def test_tables_of_other_sizes_are_refused(project, kind, file, target):
    path = f"results/smoke/{file}.parquet"
    place = project.study / path
    metadata = read_metadata(place)
    sizes = metadata["train_sizes"]
    write_table(read_table(place, kind), place, kind, {**metadata, "train_sizes": [3, *sizes]})
    (project.study / "results" / "smoke" / target).unlink()
    printed = fails(project, f"results/smoke/{target}")
    assert f"{path}: its train_sizes is {[3, *sizes]}, not {sizes}; delete it and run again" in printed
    assert "Traceback" not in printed


def test_fits_of_other_seeds_are_refused(project):
    block = project.study / "results" / "smoke" / "fits" / NAME / "lin_reg" / "0-1.parquet"
    fits, metadata = read_table(block, "fits"), read_metadata(block)
    write_table(fits.assign(seed=fits["seed"] + 2), block, "fits", {**metadata, "block": "2-3"})
    target = f"results/smoke/evaluation/{NAME}.parquet"
    (project.study / target).unlink()
    printed = fails(project, target)
    assert "0-1.parquet: its block is '2-3', not '0-1'; delete it and run again" in printed
