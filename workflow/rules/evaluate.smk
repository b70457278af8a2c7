# Stage 3: one tidy table a combination, from all its fits.


rule evaluate_combination:
    input:
        fits=lambda wildcards: plan(wildcards).fits(wildcards.combination),
        targets=files.TARGETS,
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
    output:
        evaluation=files.EVALUATION,
    log:
        f"{RUN}/logs/evaluate_combination/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/evaluate_combination/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        asked=asked,
        code=code("evaluate_combination"),
    message:
        "Evaluating the predictors on {wildcards.combination}"
    script:
        "../scripts/evaluate_combination.py"


rule evaluate_all:
    input:
        MAIN.evaluations(),
    message:
        f"Evaluations: results/{MAIN.study.run}/evaluation"
