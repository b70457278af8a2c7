# What structured_gp found out about each combination. Not part of the default targets: snakemake explain_all.


rule explain_combination:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(
            wildcards.combination
        ),
        targets=files.TARGETS,
    output:
        files.EXPLANATION,
    log:
        f"{RUN}/logs/explain_combination/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/explain_combination/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: attempt * (10 + plan(wildcards).study.seeds),
    params:
        settings=lambda wildcards: plan(wildcards).explaining(wildcards.combination),
        device=lambda wildcards: plan(wildcards).device("structured_gp"),
        dead_operations=lambda wildcards: plan(wildcards).dead_operations(
            wildcards.combination, "structured_gp"
        ),
        code=code("explain_combination"),
    message:
        "Asking structured_gp about {wildcards.combination}"
    script:
        "../scripts/explain_combination.py"


rule plot_explanation:
    input:
        files.EXPLANATION,
    output:
        table=f"{TABLES}/explanation_{{combination}}.csv",
        explanation=report(
            f"{FIGURES}/explanation_{{combination}}.{SHOWN}",
            caption="../report/explanation.rst",
            category="Structure",
            labels={"combination": "{combination}"},
        ),
        explanation_also=expand(
            f"{FIGURES}/explanation_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_explanation/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_explanation/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_explanation"),
    message:
        "Drawing what operations cost on {wildcards.combination}"
    script:
        "../scripts/plot_explanation.py"


rule plot_calibration:
    input:
        lambda wildcards: [
            plan(wildcards).explanation(name) for name in plan(wildcards).combinations
        ],
    output:
        table=f"{TABLES}/calibration.csv",
        calibration=report(
            f"{FIGURES}/calibration.{SHOWN}",
            caption="../report/calibration.rst",
            category="Structure",
            labels={"figure": "calibration"},
        ),
        calibration_also=expand(
            f"{FIGURES}/calibration.{{format}}", format=ALSO, allow_missing=True
        ),
    log:
        f"{RUN}/logs/plot_calibration.log",
    benchmark:
        f"{RUN}/benchmarks/plot_calibration.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_calibration"),
    message:
        "Drawing what the intervals of structured_gp cover"
    script:
        "../scripts/plot_calibration.py"


rule explain_all:
    input:
        [
            MAIN.figure(figure, format)
            for figure in MAIN.explanation_figures
            for format in MAIN.study.figure_formats
        ],
