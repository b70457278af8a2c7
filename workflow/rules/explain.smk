# What structured_gp found out about each combination. Not part of the default targets: snakemake explain_all.


rule explain_combination:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
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
        gpu=lambda wildcards: plan(wildcards).gpus(plan(wildcards).device("structured_gp")),
    params:
        settings=lambda wildcards: plan(wildcards).explaining(wildcards.combination),
        device=lambda wildcards: plan(wildcards).device("structured_gp"),
        dead_operations=lambda wildcards: plan(wildcards).dead_operations(wildcards.combination, "structured_gp"),
        asked=asked,
        code=code("explain_combination"),
    message:
        "Asking structured_gp about {wildcards.combination}"
    script:
        "../scripts/explain_combination.py"


rule explain_all:
    input:
        [MAIN.figure(figure, format) for figure in MAIN.explanation_figures for format in MAIN.study.figure_formats],
    message:
        f"Figures: results/{MAIN.study.run}/figures"
