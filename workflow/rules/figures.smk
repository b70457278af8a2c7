# Stage 4: figures and tables. They read tables only: a new colour never trains a model.
#
# Each figure is written once a format; the report shows one of them, PNG where there is one. A job
# draws a family of figures, since starting Python takes longer than drawing.

import os
from statistics import median_high

FIGURES = f"{RUN}/figures"
TABLES = f"{RUN}/tables"
# Relative, so that a moved checkout draws nothing anew.
PAPER = os.path.relpath(ROOT / "data" / "paper")


rule plot_curves:
    input:
        evaluations=[files.EVALUATION],
        paper=[],
    output:
        curves=report(
            f"{FIGURES}/curves_{{combination}}.{SHOWN}",
            caption="../report/curves.rst",
            category="Curves by combination",
            labels={"combination": "{combination}", "figure": "curves"},
        ),
        error_bars=report(
            f"{FIGURES}/error_bars_{{combination}}.{SHOWN}",
            caption="../report/error_bars.rst",
            category="Curves by combination",
            labels={"combination": "{combination}", "figure": "error bars"},
        ),
        curves_also=expand(
            f"{FIGURES}/curves_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        error_bars_also=expand(
            f"{FIGURES}/error_bars_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_curves/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_curves/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        name=lambda wildcards: wildcards.combination,
        space=lambda wildcards: plan(wildcards).space(wildcards.combination),
        code=code("plot_curves"),
    message:
        "Drawing the curves of {wildcards.combination}"
    script:
        "../scripts/plot_curves.py"


use rule plot_curves as plot_space_curves with:
    input:
        evaluations=lambda wildcards: plan(wildcards).evaluations(wildcards.space),
        paper=lambda wildcards: (
            [f"{PAPER}/paper_curves.csv"] if plan(wildcards).study.paper_curves else []
        ),
    output:
        curves=report(
            f"{FIGURES}/space_curves_{{space}}.{SHOWN}",
            caption="../report/space_curves.rst",
            category="Curves by space",
            labels={"space": "{space}", "figure": "curves"},
        ),
        error_bars=report(
            f"{FIGURES}/space_error_bars_{{space}}.{SHOWN}",
            caption="../report/space_error_bars.rst",
            category="Curves by space",
            labels={"space": "{space}", "figure": "error bars"},
        ),
        curves_also=expand(
            f"{FIGURES}/space_curves_{{space}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        error_bars_also=expand(
            f"{FIGURES}/space_error_bars_{{space}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_space_curves/{{space}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_space_curves/{{space}}.tsv"
    params:
        name=lambda wildcards: wildcards.space,
        space=lambda wildcards: wildcards.space,
        code=rules.plot_curves.params.code,
    message:
        "Drawing the mean curves of {wildcards.space}"


rule plot_costs:
    input:
        lambda wildcards: plan(wildcards).evaluations(),
    output:
        fit_time=report(
            f"{FIGURES}/fit_time.{SHOWN}",
            caption="../report/fit_time.rst",
            category="Cost",
            labels={"figure": "fit, search and prediction time"},
        ),
        cost_front=report(
            f"{FIGURES}/cost_front.{SHOWN}",
            caption="../report/cost_front.rst",
            category="Cost",
            labels={"figure": "tau against computing time"},
        ),
        fit_time_also=expand(
            f"{FIGURES}/fit_time.{{format}}", format=ALSO, allow_missing=True
        ),
        cost_front_also=expand(
            f"{FIGURES}/cost_front.{{format}}", format=ALSO, allow_missing=True
        ),
    log:
        f"{RUN}/logs/plot_costs.log",
    benchmark:
        f"{RUN}/benchmarks/plot_costs.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_costs"),
    message:
        "Drawing computing times and what they buy"
    script:
        "../scripts/plot_costs.py"


rule plot_search_gain:
    input:
        lambda wildcards: plan(wildcards).evaluations(),
    output:
        figure=report(
            f"{FIGURES}/search_gain.{SHOWN}",
            caption="../report/search_gain.rst",
            category="Cost",
            labels={"figure": "gain and cost of the search"},
        ),
        also=expand(
            f"{FIGURES}/search_gain.{{format}}", format=ALSO, allow_missing=True
        ),
        table=f"{TABLES}/search.csv",
    log:
        f"{RUN}/logs/plot_search_gain.log",
    benchmark:
        f"{RUN}/benchmarks/plot_search_gain.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_search_gain"),
    message:
        "Drawing what the search gains"
    script:
        "../scripts/plot_search_gain.py"


rule plot_predictions:
    input:
        predictions=lambda wildcards: plan(wildcards).predictions(wildcards.combination),
        evaluation=files.EVALUATION,
        targets=files.TARGETS,
    output:
        scatter=report(
            f"{FIGURES}/scatter_{{combination}}.{SHOWN}",
            caption="../report/scatter.rst",
            category="Predictions",
            labels={
                "combination": "{combination}",
                "figure": "predicted against true",
            },
        ),
        deviations=report(
            f"{FIGURES}/deviations_{{combination}}.{SHOWN}",
            caption="../report/deviations.rst",
            category="Predictions",
            labels={"combination": "{combination}", "figure": "deviations"},
        ),
        scatter_also=expand(
            f"{FIGURES}/scatter_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        deviations_also=expand(
            f"{FIGURES}/deviations_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_predictions/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_predictions/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        train_size=lambda wildcards: median_high(
            plan(wildcards).train_sizes(wildcards.combination)
        ),
        code=code("plot_predictions"),
    message:
        "Drawing the predictions of {wildcards.combination}"
    script:
        "../scripts/plot_predictions.py"


rule plot_tau_against_deviation:
    input:
        lambda wildcards: [
            file
            for combination in plan(wildcards).combinations
            for file in plan(wildcards).fits(combination)
        ],
    output:
        report(
            f"{FIGURES}/tau_against_deviation.{SHOWN}",
            caption="../report/tau_against_deviation.rst",
            category="Predictions",
            labels={"combination": "all", "figure": "tau against deviation"},
        ),
        expand(
            f"{FIGURES}/tau_against_deviation.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_tau_against_deviation.log",
    benchmark:
        f"{RUN}/benchmarks/plot_tau_against_deviation.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_tau_against_deviation"),
    message:
        "Drawing tau against the deviations"
    script:
        "../scripts/plot_tau_against_deviation.py"


rule plot_targets:
    input:
        lambda wildcards: [
            plan(wildcards).targets(name) for name in plan(wildcards).combinations
        ],
    output:
        report(
            f"{FIGURES}/targets.{SHOWN}",
            caption="../report/targets.rst",
            category="Data",
            labels={"figure": "distribution of the metrics"},
        ),
        expand(f"{FIGURES}/targets.{{format}}", format=ALSO, allow_missing=True),
    log:
        f"{RUN}/logs/plot_targets.log",
    benchmark:
        f"{RUN}/benchmarks/plot_targets.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_targets"),
    message:
        "Drawing the distributions of the metrics"
    script:
        "../scripts/plot_targets.py"


rule tabulate_evaluation:
    input:
        lambda wildcards: plan(wildcards).evaluations(),
    output:
        csv=report(
            f"{TABLES}/evaluation.csv",
            caption="../report/evaluation.rst",
            category="Tables",
            labels={"table": "all measures"},
        ),
    log:
        f"{RUN}/logs/tabulate_evaluation.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_evaluation.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("tabulate_evaluation"),
    message:
        "Tabulating all evaluations"
    script:
        "../scripts/tabulate_evaluation.py"


rule tabulate_linear_and_xgboost:
    input:
        lambda wildcards: plan(wildcards).evaluations(),
    output:
        csv=report(
            f"{TABLES}/linear_and_xgboost.csv",
            caption="../report/linear_and_xgboost.rst",
            category="Tables",
            labels={"table": "linear regression and XGBoost"},
        ),
        latex=f"{TABLES}/linear_and_xgboost.tex",
    log:
        f"{RUN}/logs/tabulate_linear_and_xgboost.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_linear_and_xgboost.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("tabulate_linear_and_xgboost"),
    message:
        "Tabulating linear regression and XGBoost"
    script:
        "../scripts/tabulate_linear_and_xgboost.py"


rule tabulate_lookup:
    input:
        lambda wildcards: plan(wildcards).evaluations(),
    output:
        csv=report(
            f"{TABLES}/lookup.csv",
            caption="../report/lookup.rst",
            category="Tables",
            labels={"table": "lookup table and linear regression"},
        ),
        latex=f"{TABLES}/lookup.tex",
    log:
        f"{RUN}/logs/tabulate_lookup.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_lookup.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("tabulate_lookup"),
    message:
        "Tabulating the lookup table and linear regression"
    script:
        "../scripts/tabulate_lookup.py"


rule compare_with_paper:
    input:
        evaluations=lambda wildcards: plan(wildcards).evaluations(),
        paper=f"{PAPER}/paper_tables.csv",
    output:
        csv=f"{TABLES}/compare_with_paper.csv",
    log:
        f"{RUN}/logs/compare_with_paper.log",
    benchmark:
        f"{RUN}/benchmarks/compare_with_paper.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("compare_with_paper"),
    message:
        "Comparing with the paper's tables"
    script:
        "../scripts/compare_with_paper.py"


rule figures:
    input:
        [
            MAIN.figure(figure, format)
            for figure in MAIN.figures
            for format in MAIN.study.figure_formats
        ],
        [MAIN.table(table) for table in MAIN.tables],


rule compare:
    input:
        MAIN.table("compare_with_paper.csv"),
