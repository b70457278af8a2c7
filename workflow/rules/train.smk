# Stage 2: fit one predictor on one combination, for every training size and a block of seeds.
#
# One job a (combination, predictor, block), of minutes rather than seconds: the finer grid of sizes
# and seeds stays visible as rows of its table. Fits that select predict all architectures here, too:
# a job of its own would start Python and fit once more, which takes longer than the predictions.


rule train_predictor:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{COMBINATIONS[wildcards.combination]['space']}/architectures.parquet",
        targets=f"{RUN}/data/targets/{{combination}}.parquet",
        others=other_targets,
    output:
        fits=f"{RUN}/fits/{{combination}}/{{predictor}}/{{block}}.parquet",
        predictions=f"{RUN}/predictions/{{combination}}/{{predictor}}/{{block}}.parquet",
        space_predictions=f"{RUN}/space_predictions/{{combination}}/{{predictor}}/{{block}}.parquet",
    log:
        f"{RUN}/logs/train_predictor/{{combination}}/{{predictor}}/{{block}}.log",
    benchmark:
        f"{RUN}/benchmarks/train_predictor/{{combination}}/{{predictor}}/{{block}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=training_memory,
        runtime=training_minutes,
    params:
        run_seed=config["seed"],
        seeds=lambda wildcards: seeds_of(wildcards.block),
        train_sizes=lambda wildcards: config["train_sizes"][
            COMBINATIONS[wildcards.combination]["space"]
        ],
        test_size=lambda wildcards: config["test_sizes"][
            COMBINATIONS[wildcards.combination]["space"]
        ],
        hpo_configurations=config["hpo_configurations"],
        hpo_samples=config["hpo_samples"],
        prediction_seeds=config["prediction_seeds"],
        default_seeds=config["default_seeds"],
        design=config["design"],
        space_seeds=lambda wildcards: selecting_seeds(
            wildcards.combination, wildcards.block
        ),
        hyperparameters=lambda wildcards: config["hyperparameters"].get(
            wildcards.predictor, {}
        ),
        device=config["device"],
        dead_operations=dead_operations,
        code=lambda wildcards: digest(
            "metrics.py",
            "seeding.py",
            "predictors/base.py",
            "predictors/devices.py",
            "predictors/search_space.py",
            *predictor_modules(
                wildcards.predictor, COMBINATIONS[wildcards.combination]["space"]
            ),
            "training",
        ),
    message:
        "Fitting {wildcards.predictor} on {wildcards.combination}, seeds {wildcards.block}"
    script:
        "../scripts/train_predictor.py"


rule train_all:
    input:
        [file for combination in COMBINATIONS for file in fit_files(combination)],
