# What structured_gp found out about each combination. Not part of the default targets: snakemake explain_all.


rule explain_combination:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{COMBINATIONS[wildcards.combination]['space']}/architectures.parquet",
        targets=f"{RUN}/data/targets/{{combination}}.parquet",
    output:
        f"{RUN}/explanations/{{combination}}.parquet",
    log:
        f"{RUN}/logs/explain_combination/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/explain_combination/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: attempt * (10 + config["seeds"]),
    params:
        run_seed=config["seed"],
        seeds=config["seeds"],
        design=config["design"],
        train_sizes=lambda wildcards: explained_sizes(wildcards.combination),
        test_size=lambda wildcards: config["test_sizes"][
            COMBINATIONS[wildcards.combination]["space"]
        ],
        hyperparameters=config["hyperparameters"].get("structured_gp", {}),
        dead_operations=dead_operations,
        code=lambda wildcards: digest(
            "seeding.py",
            "predictors/base.py",
            *predictor_modules(
                "structured_gp", COMBINATIONS[wildcards.combination]["space"]
            ),
            "training/data.py",
            "training/designs.py",
            "training/explanation.py",
            "training/splits.py",
        ),
    message:
        "Asking structured_gp about {wildcards.combination}"
    script:
        "../scripts/explain_combination.py"


rule plot_explanation:
    input:
        f"{RUN}/explanations/{{combination}}.parquet",
    output:
        table=f"{TABLES}/explanation_{{combination}}.csv",
        explanation=report(
            f"{FIGURES}/explanation_{{combination}}.{SHOWN}",
            caption="../report/explanation.rst",
            category="Structure",
            labels={"combination": "{combination}"},
        ),
        explanation_also=expand(
            f"{FIGURES}/explanation_{{{{combination}}}}.{{format}}", format=ALSO
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
        code=digest("figures/explanation.py", *DRAWING),
    message:
        "Drawing what operations cost on {wildcards.combination}"
    script:
        "../scripts/plot_explanation.py"


rule plot_calibration:
    input:
        expand(f"{RUN}/explanations/{{combination}}.parquet", combination=COMBINATIONS),
    output:
        table=f"{TABLES}/calibration.csv",
        calibration=report(
            f"{FIGURES}/calibration.{SHOWN}",
            caption="../report/calibration.rst",
            category="Structure",
            labels={"figure": "calibration"},
        ),
        calibration_also=expand(f"{FIGURES}/calibration.{{format}}", format=ALSO),
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
        code=digest("figures/explanation.py", *DRAWING),
    message:
        "Drawing what the intervals of structured_gp cover"
    script:
        "../scripts/plot_calibration.py"


rule explain_all:
    input:
        expand(rules.plot_explanation.output, combination=COMBINATIONS),
        rules.plot_calibration.output,
