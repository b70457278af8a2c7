# Stage 3: one tidy table a combination, from all its fits.


rule evaluate_combination:
    input:
        fits=lambda wildcards: fit_files(wildcards.combination),
        targets=f"{RUN}/data/targets/{{combination}}.parquet",
    output:
        evaluation=f"{RUN}/evaluation/{{combination}}.parquet",
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
        code=digest("evaluation.py"),
    message:
        "Evaluating the predictors on {wildcards.combination}"
    script:
        "../scripts/evaluate_combination.py"


rule evaluate_all:
    input:
        expand(f"{RUN}/evaluation/{{combination}}.parquet", combination=COMBINATIONS),
