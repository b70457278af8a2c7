# Stage 2: fit one predictor on one combination, for every training size and a block of seeds.
#
# One job a (combination, predictor, block), of minutes rather than seconds: the finer grid of sizes
# and seeds stays visible as rows of its table. Fits that select predict all architectures here, too:
# a job of its own would start Python and fit once more, which takes longer than the predictions.


rule train_predictor:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
        targets=rules.build_targets.output.targets,
        others=lambda wildcards: plan(wildcards).others(wildcards.combination, wildcards.predictor),
    output:
        fits=files.FITS,
        predictions=files.PREDICTIONS,
        space_predictions=files.SPACE_PREDICTIONS,
    log:
        f"{RUN}/logs/train_predictor/{{combination}}/{{predictor}}/{{block}}.log",
    benchmark:
        f"{RUN}/benchmarks/train_predictor/{{combination}}/{{predictor}}/{{block}}.tsv"
    group:
        training_group if GROUPED else None
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * plan(wildcards).memory(wildcards.predictor),
        runtime=lambda wildcards, attempt: attempt * training(wildcards).minutes,
        gpu=lambda wildcards: training(wildcards).gpus,
    params:
        settings=lambda wildcards: training(wildcards).settings,
        device=lambda wildcards: training(wildcards).device,
        dead_operations=lambda wildcards: plan(wildcards).dead_operations(wildcards.combination, wildcards.predictor),
        asked=asked,
        code=code("train_predictor"),
    message:
        "Fitting {wildcards.predictor} on {wildcards.combination}, seeds {wildcards.block}"
    script:
        "../scripts/train_predictor.py"


rule train_all:
    input:
        [file for combination in MAIN.combinations for file in MAIN.fits(combination)],
    message:
        f"Fits: results/{MAIN.study.run}/fits"
