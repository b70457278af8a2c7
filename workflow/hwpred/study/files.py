"""Where the files of a run lie: one pattern a kind, for rules (wildcards in braces) and for the plan (``format``)."""

import os
from pathlib import Path

RUN = "results/{run}"
# Relative, so that a moved checkout draws nothing anew.
PAPER = os.path.relpath(Path(__file__).parents[3] / "data" / "paper")

RECEIPT = f"{RUN}/data/receipts/{{source}}/{{file}}.json"
ARCHITECTURES = f"{RUN}/data/{{space}}/architectures.parquet"
TARGETS = f"{RUN}/data/targets/{{combination}}.parquet"
ACCURACY = f"{RUN}/data/accuracy/{{accuracy}}.parquet"

_FIT = "{combination}/{predictor}/{block}.parquet"
FITS = f"{RUN}/fits/{_FIT}"
PREDICTIONS = f"{RUN}/predictions/{_FIT}"
SPACE_PREDICTIONS = f"{RUN}/space_predictions/{_FIT}"
EVALUATION = f"{RUN}/evaluation/{{combination}}.parquet"
EXPLANATION = f"{RUN}/explanations/{{combination}}.parquet"

DRAWS = f"{RUN}/own_device/{{combination}}/{{size}}/{{block}}-draws.csv"
CHOICES = f"{RUN}/own_device/{{combination}}/{{size}}/{{block}}-choices.csv"

SIMULATION = f"{RUN}/selection/{{combination}}.parquet"
PREDICTED_SELECTION = f"{RUN}/predicted_selection/{{combination}}.parquet"
LIMITED_SELECTION = f"{RUN}/limited_selection/{{combination}}.parquet"
ADAPTIVE_SELECTION = f"{RUN}/adaptive_selection/{{combination}}/{{predictor}}.parquet"
BUDGET = f"{RUN}/budget/{{combination}}.parquet"
COMPARISON = f"{RUN}/comparison/{{combination}}.parquet"

_OF_DEVICE = f"{RUN}/devices/{{combination}}"
DEVICE = f"{_OF_DEVICE}/device.hwpred"
DEVICE_PAGE = f"{_OF_DEVICE}/device.html"
DEVICE_PREDICTIONS = f"{_OF_DEVICE}/predictions.csv"
TO_MEASURE = f"{_OF_DEVICE}/to_measure.csv"

TIMINGS = f"{RUN}/timings/{{timed}}/{{chunk}}.parquet"
AGAIN = f"{RUN}/again/{{timed}}/again-0.parquet"
MEASURED = f"{RUN}/measured/{{name}}.parquet"
MEASURED_CSV = f"{RUN}/measured/{{name}}.csv"
FACTS = f"{RUN}/measured/{{name}}.json"
MEASURED_CATALOGUE = f"{RUN}/measured/combinations.yaml"
TRAININGS = f"{RUN}/trainings/nasbench201-digits/{{class_chunk}}.parquet"

PLANS = f"{RUN}/plans/{{space}}.json"
ANSWER = f"{RUN}/answer.html"
ANSWER_WORDS = f"{RUN}/answer.txt"
FIGURE = f"{RUN}/figures/{{figure}}.{{format}}"
TABLE = f"{RUN}/tables/{{table}}"

LOG = f"{RUN}/logs/{{job}}.log"
BENCHMARK = f"{RUN}/benchmarks/{{job}}.tsv"
